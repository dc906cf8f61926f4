import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import type { Row } from "../api/fragments";
import type { VariablesOf } from "../api/graphql";
import { Matches, ViewLive, ViewPage } from "../api/queries";
import { cursorOf, useLiveSubscription } from "../api/use-live";
import { addPage, applyChange, emptyList, type ListState } from "../lib/list";
import type { Paged } from "./rows";

export type Where = VariablesOf<typeof Matches>["where"];

/** What a list shows: a view, or the part of a view that a filter leaves. */
export interface Source {
  /** The view, which the list is kept right by; absent: nothing. */
  readonly view?: string;
  /** What is asked for instead of the whole view. */
  readonly where?: Where;
  /** The view has an order of its own: where a row belongs in it the server says. */
  readonly ordered?: boolean;
  /** The same condition, for rows that come live. */
  readonly keep?: (row: Row) => boolean;
}

export type List = ListState<Row> & Paged<Row>;

/**
 * A list of conversations without end. Pages are fetched as they are needed, and each once: what happens afterwards comes
 * over the subscription and is put into its place here.
 */
export function useList(source: Source): List {
  const client = useClient();
  const [list, setList] = useState<ListState<Row>>(emptyList);
  const [state, setState] = useState<"loading" | "ready" | "failed">("loading");
  const [from, setFrom] = useState<{ view: string; after: string | null } | null>(null);
  const [round, setRound] = useState(0);
  const left = useRef(new Set<string>());
  const turn = useRef(0);
  const { view, keep, ordered } = source;
  const where = source.where && JSON.stringify(source.where);

  const fetchPage = useCallback(
    async (after: string | null) => {
      const mine = ++turn.current;
      setState("loading");
      left.current.clear();
      const result = where
        ? await client.query(Matches, { where: JSON.parse(where) as Where, after }, { requestPolicy: "network-only" }).toPromise()
        : await client.query(ViewPage, { view: view!, after }, { requestPolicy: "network-only" }).toPromise();
      if (mine !== turn.current) return;
      const data = result.data && ("inboxView" in result.data ? result.data.inboxView?.conversations : result.data.conversations);
      if (!data) return setState("failed");
      const next = data.pageInfo.hasNextPage ? data.pageInfo.endCursor : null;
      setList((now) => addPage(after === null ? emptyList : now, data.nodes, next, left.current));
      setState("ready");
      if (after === null && view) setFrom({ view, after: cursorOf(result) });
    },
    [client, view, where],
  );

  useEffect(() => {
    setList(emptyList);
    setFrom(null);
    if (view || where) void fetchPage(null);
    else setState("ready");
    const turns = turn;
    return () => void turns.current++;
  }, [fetchPage, view, where, round]);

  const again = useCallback(() => setRound((n) => n + 1), []);
  const live = from && from.view === view ? from : null;
  useLiveSubscription(ViewLive, live, (payload) => {
    if (payload.reason === "RESYNC" || (ordered && payload.entered.length + payload.moved.length > 0)) return again();
    for (const id of payload.left) left.current.add(id);
    for (const row of [...payload.entered, ...payload.moved]) left.current.delete(row.id);
    setList((now) => applyChange(now, payload, Date.now(), keep));
  });

  const more = useCallback(() => {
    if (state === "ready" && list.next !== null) void fetchPage(list.next);
  }, [fetchPage, list.next, state]);
  return { ...list, loading: state === "loading", failed: state === "failed", more, again };
}
