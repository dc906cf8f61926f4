import { useEffect, useImperativeHandle, useMemo, useRef, useState, type KeyboardEvent, type Ref } from "react";
import { Link } from "wouter";
import { queryUncached } from "../api/query-uncached";
import { graphql, type ResultOf } from "../api/graphql";
import { useLiveClient } from "../api/live";
import { commandOf } from "../lib/ime";
import { matchingSnippets } from "../lib/slash";
import { t } from "../text";
import { toast } from "../ui/toast";

const FilledSnippets = graphql(`
  query FilledSnippets($conversation: ID!, $where: SnippetWhere) {
    snippets(first: 50, where: $where) { pageInfo { hasNextPage } nodes { id name shortcut scope filled(conversationId: $conversation) { text missingVariables } } }
  }
`);
type Snippet = ResultOf<typeof FilledSnippets>["snippets"]["nodes"][number];

export interface PickerHandle {
  /** Does what the key means for the list. True: it meant something. */
  readonly press: (event: KeyboardEvent) => boolean;
}

interface PickerProps {
  readonly conversation: string;
  /** What is looked for. */
  readonly words: string;
  readonly id: string;
  readonly onPick: (text: string) => void;
  readonly onActive: (option: string | undefined) => void;
  readonly handle: Ref<PickerHandle>;
}

/** The snippets that fit what is typed, filled for this conversation. The keys come from the editor, which keeps the focus. */
export function SnippetPicker({ conversation, words, id, onPick, onActive, handle }: PickerProps) {
  const found = useFound(conversation, words);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => setAt(0), [words]);
  const active = found?.[Math.min(at, found.length - 1)];
  const option = active && `${id}-${active.id}`;
  useEffect(() => onActive(option), [onActive, option]);
  useEffect(() => () => onActive(undefined), [onActive]);

  const pick = (snippet: Snippet) => {
    if (!snippet.filled) return;
    onPick(snippet.filled.text);
    const missing = snippet.filled.missingVariables;
    if (missing.length) toast.say(t.snippets.missing(missing.join(", ")));
  };
  const press = (event: KeyboardEvent) => {
    const key = commandOf(event);
    const by = { ArrowDown: 1, ArrowUp: -1 }[key ?? ""];
    const chooses = (key === "Enter" || key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!found?.length) return false;
    if (by !== undefined) {
      const next = (at + by + found.length) % found.length;
      setAt(next);
      list.current?.children[next]?.scrollIntoView({ block: "nearest" });
      return true;
    }
    if (chooses && active) pick(active);
    return chooses;
  };
  useImperativeHandle(handle, () => ({ press }));

  if (!found || (!found.length && words)) return null; // who types a slash and means it is not bothered
  return (
    // The editor keeps the focus, whatever is pressed here.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div onMouseDown={(e) => e.preventDefault()} className="animate-in absolute inset-x-0 bottom-full z-20 mb-1.5 overflow-hidden rounded-xl border border-line bg-paper shadow-pop">
      <div ref={list} id={id} role="listbox" aria-label={t.snippets.title} className="max-h-64 overflow-y-auto p-1">
        {found.map((s) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are heard by the editor, which keeps the focus
          <div
            key={s.id}
            id={`${id}-${s.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={s === active}
            onMouseMove={() => setAt(found.indexOf(s))}
            onClick={() => pick(s)}
            className="rounded-lg px-3 py-1.5 aria-selected:bg-accent-soft"
          >
            <span className="flex items-baseline gap-2">
              <bdi className="min-w-0 truncate font-medium">{s.name}</bdi>
              {s.shortcut && <kbd className="text-xs text-muted">/{s.shortcut}</kbd>}
              <span className="flex-1" />
              {s.scope === "PERSONAL" && <span className="text-xs text-muted">{t.snippets.scopes.PERSONAL}</span>}
            </span>
            <span dir="auto" className="block truncate text-start text-[13px] text-muted">
              {s.filled?.text}
            </span>
          </div>
        ))}
      </div>
      {!found.length && <p className="px-4 pt-1 pb-3 text-sm text-muted">{t.snippets.none}</p>}
      <p className="flex items-center gap-3 border-t border-line bg-ground px-4 py-1.5 text-xs text-muted">
        <span className="flex-1 max-sm:invisible">{found.length > 0 && t.snippets.hint}</span>
        <Link to="/settings/snippets" className="text-accent-text underline underline-offset-2">
          {t.snippets.edit}
        </Link>
      </p>
      <p role="status" className="sr-only">
        {t.snippets.count(found.length)}
      </p>
    </div>
  );
}

interface Known {
  readonly snippets: readonly Snippet[];
  /** What was looked for. */
  readonly words: string;
  /** All that there are of these are known, so nobody has to be asked for more letters. */
  readonly whole: boolean;
}

/** What fits, at once from what is known; where there is more, the server is asked a moment after the last letter. */
function useFound(conversation: string, words: string): readonly Snippet[] | undefined {
  const live = useLiveClient();
  const [known, setKnown] = useState<Known>();
  const enough = known?.whole && words.startsWith(known.words);
  useEffect(() => {
    if (enough) return;
    let here = true;
    const look = async () => {
      const where = words ? { or: [{ shortcut: { startsWith: words } }, { name: { contains: words } }] } : null;
      const data = await queryUncached(live, FilledSnippets, { conversation, where });
      if (here && data) setKnown({ snippets: data.snippets.nodes, words, whole: !data.snippets.pageInfo.hasNextPage });
    };
    const timer = setTimeout(() => void look(), words ? 80 : 0);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [live, conversation, words, enough]);
  return useMemo(() => known && matchingSnippets(known.snippets, words), [known, words]);
}
