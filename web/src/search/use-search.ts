import type { AnyVariables, Client, CombinedError, DocumentInput, OperationResult } from "@urql/core";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useClient } from "urql";
import { errorText } from "../api/mutate";
import type { ResultOf } from "../api/graphql";
import type { Kind } from "../inbox/filters";
import type { Paged } from "../inbox/rows";
import { FindContacts, FindConversations, FindTickets } from "./queries";

type ConversationHit = ResultOf<typeof FindConversations>["search"]["conversations"]["nodes"][number];
type TicketHit = ResultOf<typeof FindTickets>["search"]["tickets"]["nodes"][number];
type ContactHit = ResultOf<typeof FindContacts>["search"]["contacts"]["nodes"][number];

/** Something that was found, with the id of the record. */
export type Hit =
  | { readonly id: string; readonly kind: "conversations"; readonly hit: ConversationHit; readonly record: NonNullable<ConversationHit["conversation"]> }
  | { readonly id: string; readonly kind: "tickets"; readonly hit: TicketHit; readonly record: NonNullable<TicketHit["ticket"]> }
  | { readonly id: string; readonly kind: "contacts"; readonly hit: ContactHit; readonly record: NonNullable<ContactHit["contact"]> };

type Answer = Partial<ResultOf<typeof FindConversations>["search"] & ResultOf<typeof FindTickets>["search"] & ResultOf<typeof FindContacts>["search"]>;

const documents = { conversations: FindConversations, tickets: FindTickets, contacts: FindContacts } as unknown as Record<Kind, DocumentInput<{ search: Answer }, AnyVariables>>;
const one = { conversations: "conversation", tickets: "ticket", contacts: "contact" } as const;

interface Page {
  readonly hits: readonly Hit[];
  readonly next: string | null;
}

function pageOf(kind: Kind, answer: Answer): Page {
  const { nodes, pageInfo } = answer[kind]!;
  const hits = nodes.flatMap((hit) => {
    const record = (hit as unknown as Record<string, { id: string } | null>)[one[kind]];
    return record ? [{ id: record.id, kind, hit, record } as Hit] : []; // else it has just gone
  });
  return { hits, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

export interface SearchResults extends Paged<Hit> {
  /** The server's sentence, where it refused to search. */
  readonly refusal: string | undefined;
  /** What is shown was found for the words before. */
  readonly old: boolean;
}

const none: readonly never[] = [];

interface State {
  readonly key: string;
  readonly kind: Kind;
  readonly pages: readonly Page[];
}

/** What was found last, for each who is signed in: who comes back from what they opened finds it as they left it. */
const lately = new WeakMap<Client, State>();

/**
 * What a search finds, page by page. Pages stay subscribed to the cache, which knows what other parts of the page learn: a conversation
 * that is closed beside the results is closed in them. While new words are looked for, what was found before stays.
 */
export function useSearch(kind: Kind, query: string, where: unknown): SearchResults {
  const client = useClient();
  const [round, setRound] = useState(0);
  const key = JSON.stringify([kind, query, where ?? null, round]);
  const [state, setState] = useState<State>(() => lately.get(client) ?? { key: "", kind, pages: [] });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CombinedError>();
  const followed = useRef<(() => void)[]>([]);
  const asked = useRef(0); // how many pages: one that was not to be had counts, until somebody asks for it again
  useEffect(() => void lately.set(client, state), [client, state]);

  const follow = useCallback(
    (index: number, after: string | null) => {
      const [, words, condition] = JSON.parse(key) as [Kind, string, unknown];
      asked.current = Math.max(asked.current, index + 1);
      setBusy(true);
      setError(undefined);
      const hear = (result: OperationResult<{ search: Answer }>) => {
        if (!result.stale) setBusy(false);
        if (result.error) {
          // What the cache learns would ask for the page again.
          if (index > 0 && !result.data) followed.current[index]?.();
          return setError(result.error);
        }
        if (!result.data) return;
        const page = pageOf(kind, result.data.search);
        setState((now) => {
          const pages = now.key === key ? now.pages : [];
          return { key, kind, pages: pages.length === index ? [...pages, page] : pages.with(index, page) };
        });
      };
      const variables = { query: words, after, ...(condition ? { where: condition } : {}) };
      followed.current[index]?.(); // a page that failed is asked for anew only when nobody waits for it any more
      const { unsubscribe } = client.query(documents[kind], variables, { requestPolicy: after === null ? "cache-and-network" : "cache-first" }).subscribe(hear);
      followed.current[index] = unsubscribe;
    },
    [client, key, kind],
  );

  useEffect(() => {
    const before = lately.get(client);
    const pages = before?.key === key ? before.pages : none;
    asked.current = 0;
    if (query) for (let i = 0; i === 0 || i < pages.length; i++) follow(i, i === 0 ? null : pages[i - 1]!.next);
    const all = followed.current;
    return () => {
      for (const leave of all.splice(0)) leave();
      setBusy(false);
    };
  }, [client, follow, key, query]);

  const shown = query && state.kind === kind ? state.pages : none;
  const old = state.key !== key;
  const next = shown.at(-1)?.next ?? null;
  const more = useCallback(() => {
    if (!busy && !old && !error && next !== null && asked.current <= shown.length) follow(shown.length, next);
  }, [busy, old, error, next, follow, shown.length]);
  const again = useCallback(() => {
    if (old || next === null) setRound((n) => n + 1);
    else follow(shown.length, next); // what is there stays
  }, [old, next, follow, shown.length]);
  const rows = useMemo(() => {
    const known = new Set<string>();
    return shown.flatMap((page) => page.hits).filter((hit) => !known.has(hit.id) && known.add(hit.id));
  }, [shown]);
  return {
    rows: error && old ? none : rows,
    next,
    loading: busy || (old && !error && !!query),
    failed: !!error,
    refusal: error && errorText(error),
    old,
    more,
    again,
  };
}
