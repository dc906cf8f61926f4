import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useMutate } from "../api/mutate";
import { queryUncached } from "../api/query-uncached";
import type { Conversation } from "../api/fragments";
import { graphql } from "../api/graphql";
import { useLiveClient } from "../api/live";
import { useFrame } from "../frame";
import { commandOf } from "../lib/ime";
import { t } from "../text";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import type { LabelLike } from "../ui/label";

const LabelsInUse = graphql(`query LabelsInUse { labels { id name color } }`);
const LabelsAdd = graphql(`
  mutation LabelsAdd($input: ConversationLabelsAddInput!) { conversationLabelsAdd(input: $input) { conversation { id version labels { id name color } } errors { code message path } } }
`);
const LabelsRemove = graphql(`
  mutation LabelsRemove($input: ConversationLabelsRemoveInput!) { conversationLabelsRemove(input: $input) { conversation { id version labels { id name color } } errors { code message path } } }
`);
const LabelMake = graphql(`mutation LabelMake($input: LabelCreateInput!) { labelCreate(input: $input) { label { id name color } errors { code message path } } }`);

interface Choice extends LabelLike {
  /** It is made when it is chosen. */
  readonly fresh?: boolean;
}

/** The labels of the account, by a few letters; each that is chosen is put on at once, or taken off. */
export function LabelDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { viewer } = useFrame();
  const act = useMutate();
  const [all, learn] = useLabels();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const [pending, setPending] = useState<ReadonlyMap<string, boolean>>(new Map());
  const has = (id: string) => pending.get(id) ?? conversation.labels.some((l) => l.id === id);

  const choices = useMemo<readonly Choice[]>(() => {
    const words = typed.trim().toLocaleLowerCase();
    const old = conversation.labels.filter((l) => all && !all.some((a) => a.id === l.id)); // archived ones can be taken off
    const fitting = [...old, ...(all ?? [])].filter((l) => l.name.toLocaleLowerCase().includes(words));
    const makes = words && viewer.account.viewerCanAdminister && all && !all.some((l) => l.name.toLocaleLowerCase() === words);
    return makes ? [...fitting, { id: "new", name: typed.trim(), color: "#8a94a6", fresh: true }] : fitting;
  }, [all, conversation.labels, typed, viewer.account.viewerCanAdminister]);
  const active = choices[Math.min(at, choices.length - 1)];

  const put = async (label: LabelLike, on: boolean) => {
    setPending((now) => new Map(now).set(label.id, on));
    const input = { conversationId: conversation.id, labelIds: [label.id] };
    await (on ? act(LabelsAdd, { input }) : act(LabelsRemove, { input }));
    setPending((now) => new Map([...now].filter(([id]) => id !== label.id)));
  };
  const choose = async (choice: Choice) => {
    if (!choice.fresh) return put(choice, !has(choice.id));
    const made = (await act(LabelMake, { input: { name: choice.name } })).done?.label;
    if (!made) return;
    learn(made);
    setTyped("");
    await put(made, true);
  };
  const pressed = (event: KeyboardEvent) => {
    const key = commandOf(event);
    const by = { ArrowDown: 1, ArrowUp: -1 }[key ?? ""];
    if (by !== undefined && choices.length) {
      event.preventDefault();
      const next = (Math.min(at, choices.length - 1) + by + choices.length) % choices.length;
      setAt(next);
      list.current?.children[next]?.scrollIntoView({ block: "nearest" });
    } else if (key === "Enter" && active) {
      event.preventDefault();
      void choose(active);
    }
  };
  return (
    <Dialog title={t.labels.choose} onClose={onClose}>
      <input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was opened to type
        autoFocus
        role="combobox"
        dir="auto"
        aria-expanded="true"
        aria-controls="labels"
        aria-activedescendant={active && "label-" + active.id}
        aria-label={t.labels.find}
        placeholder={t.labels.find}
        maxLength={200}
        value={typed}
        onChange={(e) => {
          setTyped(e.target.value);
          setAt(0);
        }}
        onKeyDown={pressed}
        className="w-full border-b border-line bg-transparent px-5 py-3 placeholder:text-muted focus-visible:outline-none"
      />
      <div ref={list} id="labels" role="listbox" aria-multiselectable="true" aria-label={t.labels.title} className="max-h-[50vh] overflow-y-auto p-2">
        {choices.map((l, i) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are heard by the field, which keeps the focus
          <div
            key={l.id}
            id={"label-" + l.id}
            role="option"
            tabIndex={-1}
            aria-selected={!l.fresh && has(l.id)}
            onMouseMove={() => setAt(i)}
            onClick={() => void choose(l)}
            className={`flex items-center gap-2.5 rounded-lg px-3 py-2 ${l === active ? "bg-accent-soft" : ""}`}
          >
            {l.fresh ? <Icon name="plus" className="size-3.5" /> : <span aria-hidden="true" className="size-3 shrink-0 rounded-full" style={{ background: l.color }} />}
            <bdi className="min-w-0 flex-1 truncate">{l.fresh ? t.labels.make(l.name) : l.name}</bdi>
            {!l.fresh && has(l.id) && <Icon name="check" className="size-4 text-accent-text" />}
          </div>
        ))}
      </div>
      {all && !choices.length && <p className="px-5 pb-4 text-center text-muted">{typed ? t.palette.empty : t.labels.none}</p>}
    </Dialog>
  );
}

/** The labels in use, asked for when they are wanted, and a way to add one that was made here. */
function useLabels(): [readonly LabelLike[] | undefined, (label: LabelLike) => void] {
  const live = useLiveClient();
  const [all, setAll] = useState<readonly LabelLike[]>();
  useEffect(() => {
    let here = true;
    void queryUncached(live, LabelsInUse, {}).then((data) => here && data && setAll(data.labels));
    return () => void (here = false);
  }, [live]);
  return [all, (label) => setAll((now) => [...(now ?? []), label].toSorted((a, b) => a.name.localeCompare(b.name)))];
}
