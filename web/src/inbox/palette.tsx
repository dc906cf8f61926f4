import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useClient } from "urql";
import { useLocation } from "wouter";
import type { ResultOf } from "../api/graphql";
import { FindBest } from "../search/queries";
import { commandOf } from "../lib/ime";
import { t } from "../text";
import { Dialog } from "../ui/dialog";
import { nameOf, titleOf } from "../ui/parts";
import { addressOf, searchableWords } from "./filters";
import { scopeName, useViews, viewName } from "./nav";
import { offeredCommands, showOverlay, type Command } from "./palette-state";

type Best = ResultOf<typeof FindBest>["search"];

interface Group {
  readonly title: string;
  readonly commands: readonly Command[];
}

/** The best of what was found, each as a command that opens it. */
function groupsOf({ conversations, tickets, contacts }: Best, go: (to: string) => void): Group[] {
  const open = (to: string, id: string, label: string): Command => ({ id, label, run: () => go(`/${to}/${id}`) });
  return [
    { title: t.search.kinds.conversations, commands: conversations.nodes.flatMap(({ conversation: c }) => (c ? [open("conversations", c.id, `#${c.number} ${titleOf(c)} · ${nameOf(c.contact)}`)] : [])) },
    { title: t.search.kinds.tickets, commands: tickets.nodes.flatMap(({ ticket: k }) => (k ? [open("tickets", k.id, `#${k.number} ${k.name}`)] : [])) },
    { title: t.search.kinds.contacts, commands: contacts.nodes.flatMap(({ contact: c }) => (c ? [open("contacts", c.id, [nameOf(c), c.email].filter(Boolean).join(" · "))] : [])) },
  ];
}

/** Everything by a few letters: what can be done here, where one can go, what there is. */
export function Palette() {
  const client = useClient();
  const views = useViews();
  const [, go] = useLocation();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [found, setFound] = useState<Best | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const close = () => showOverlay(null);

  useEffect(() => {
    const query = searchableWords(typed);
    if (query.length < 2) return setFound(null);
    let here = true;
    const timer = setTimeout(async () => {
      const result = await client.query(FindBest, { query }, { requestPolicy: "network-only" }).toPromise();
      if (here) setFound(result.data?.search ?? null);
    }, 150);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [client, typed]);

  const groups = useMemo<readonly Group[]>(() => {
    const places: Command[] = [
      ...(views ?? []).map((v) => ({ id: v.id, label: t.palette.goTo(`${scopeName(v)} › ${viewName(v)}`), run: () => go(`/views/${v.id}`) })),
      { id: "search", label: t.palette.goTo(t.nav.search), keys: "/", run: () => go("/search") },
      { id: "trash", label: t.palette.goTo(t.nav.trash), run: () => go("/trash") },
      { id: "settings", label: t.palette.goTo(t.nav.settings), run: () => go("/settings/pipelines") },
      { id: "keys", label: t.nav.keys, keys: "?", run: () => setTimeout(() => showOverlay("keys")) },
    ];
    const words = typed.trim().toLocaleLowerCase().split(/\s+/);
    const fits = (c: Command) => words.every((w) => c.label.toLocaleLowerCase().includes(w));
    const look = { words: typed.trim(), kind: "conversations", filter: null, days: null, here: false } as const;
    const all: Command[] = look.words ? [{ id: "find", label: t.search.forWords(look.words), run: () => go(addressOf("/search", look)) }] : [];
    return [
      { title: t.palette.groupActions, commands: offeredCommands().filter(fits) },
      { title: t.palette.groupPlaces, commands: places.filter(fits) },
      { title: t.search.title, commands: all },
      ...(found ? groupsOf(found, go) : []),
    ].filter((g) => g.commands.length > 0);
  }, [views, found, typed, go]);
  const all = groups.flatMap((g) => g.commands);
  const active = Math.min(at, all.length - 1);

  const run = (command: Command | undefined) => {
    if (!command) return;
    close();
    command.run();
  };
  const pressed = (event: KeyboardEvent) => {
    const key = commandOf(event);
    const by = { ArrowDown: 1, ArrowUp: -1 }[key ?? ""];
    if (by !== undefined) {
      event.preventDefault();
      const next = (active + by + all.length) % all.length;
      setAt(next);
      list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: "nearest" });
    } else if (key === "Enter") {
      event.preventDefault();
      run(all[active]);
    }
  };
  let index = -1;
  return (
    <Dialog title={t.palette.title} onClose={close}>
      <input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was opened to type
        autoFocus
        role="combobox"
        dir="auto"
        aria-expanded="true"
        aria-controls="palette"
        aria-activedescendant={all[active] ? "palette-" + all[active].id : undefined}
        aria-label={t.palette.hint}
        placeholder={t.palette.hint}
        value={typed}
        onChange={(e) => {
          setTyped(e.target.value);
          setAt(0);
        }}
        onKeyDown={pressed}
        className="w-full border-b border-line bg-transparent px-5 py-3 placeholder:text-faint focus-visible:outline-none"
      />
      <div ref={list} id="palette" role="listbox" aria-label={t.palette.title} className="max-h-[50vh] overflow-y-auto p-2">
        {groups.map((g) => (
          <div key={g.title} role="group" aria-label={g.title}>
            <p aria-hidden="true" className="px-3 pt-2 pb-1 text-xs font-semibold text-faint">
              {g.title}
            </p>
            {g.commands.map((c) => {
              const i = ++index;
              return (
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are heard by the field, which keeps the focus
                <div key={c.id} id={"palette-" + c.id} role="option" tabIndex={-1} data-index={i} aria-selected={i === active} onClick={() => run(c)} onMouseMove={() => setAt(i)} className="flex items-center gap-3 rounded-lg px-3 py-2 aria-selected:bg-accent-soft">
                  <bdi className="min-w-0 flex-1 truncate">{c.label}</bdi>
                  {c.keys && <kbd className="text-xs text-faint">{c.keys}</kbd>}
                </div>
              );
            })}
          </div>
        ))}
        {all.length === 0 && <p className="p-4 text-center text-muted">{t.palette.empty}</p>}
      </div>
    </Dialog>
  );
}
