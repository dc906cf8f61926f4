import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import type { Row } from "../api/fragments";
import type { VariablesOf } from "../api/graphql";
import { Matches, RowQuery, ViewLive, ViewPage } from "../api/queries";
import { cursorOf, useLiveSubscription } from "../api/use-live";
import { addPage, applyChange, emptyList, releaseRow, renewRetained, retainRow, type ListChange, type ListState } from "../lib/list";
import { useQuarters } from "../lib/time";
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
  /** The condition looks at the clock. */
  readonly timed?: boolean;
}

export type List = ListState<Row> & Paged<Row>;

/** A list that is read anew: what was told meanwhile, and whether that has to be done once more. */
interface AnewReading {
  told: ListChange<Row>[];
  again: boolean;
}

/**
 * A list of conversations without end. Pages are fetched as they are needed, and each once: what happens afterwards comes
 * over the subscription and is put into its place here. Where that can't be told, what is loaded is read anew behind what is shown: the
 * reader stays where they are, and the subscription goes on. The row that is `open` stays as well, until they leave it.
 */
export function useList(source: Source, open: string | undefined): List {
  const [list, setList] = useState<ListState<Row>>(emptyList);
  const [state, setState] = useState<"loading" | "ready" | "failed">("loading");
  const [from, setFrom] = useState<{ view: string; after: string | null } | null>(null);
  const [round, setRound] = useState(0);
  const left = useRef(new Set<string>());
  const turn = useRef(0);
  const asked = useRef<string | null>(null); // the page that was asked for last
  const reading = useRef<AnewReading | null>(null);
  const { view, keep, ordered, timed } = source;
  const where = source.where && JSON.stringify(source.where);
  const askPage = useAskPage(view, where);
  const shown = useRef(list);
  const holding = useRef({ keep, open });
  useEffect(() => {
    shown.current = list;
    holding.current = { keep, open };
  });

  const fetchPage = useCallback(
    async (after: string | null) => {
      const mine = ++turn.current;
      asked.current = after;
      setState("loading");
      left.current.clear();
      const page = await askPage(after);
      if (mine !== turn.current) return;
      if (!page) return setState("failed");
      setList((now) => addPage(after === null ? emptyList : now, page.rows, page.next, left.current));
      setState("ready");
      if (after === null && view) setFrom({ view, after: page.cursor });
    },
    [askPage, view],
  );

  const readAnew = useCallback(async () => {
    if (reading.current) return void (reading.current.again = true);
    const mine = ++turn.current;
    const me: AnewReading = { told: [], again: true };
    reading.current = me;
    let fresh: ListState<Row> = emptyList;
    while (me.again || (fresh.next !== null && fresh.rows.length < shown.current.rows.length)) {
      if (me.again) [fresh, me.told, me.again] = [emptyList, [], false];
      const page = await askPage(fresh.next);
      if (mine !== turn.current) return;
      if (!page) {
        reading.current = null;
        return setState("failed");
      }
      fresh = addPage(fresh, page.rows, page.next, noRows);
    }
    reading.current = null;
    for (const change of me.told) fresh = applyChange(fresh, change, Date.now(), holding.current);
    setList((now) => retainRow({ ...fresh, changedAt: now.changedAt }, now, holding.current.open));
    asked.current = null;
    setState("ready");
  }, [askPage]);

  useEffect(() => {
    setList(emptyList);
    setFrom(null);
    if (view || where) void fetchPage(null);
    else setState("ready");
    const turns = turn;
    return () => {
      turns.current++;
      reading.current = null;
    };
  }, [fetchPage, view, where, round]);

  const again = useCallback(() => setRound((n) => n + 1), []);
  const live = from && from.view === view ? from : null;
  useLiveSubscription(ViewLive, live, (payload) => {
    if (payload.reason === "RESYNC" || (ordered && payload.entered.length + payload.moved.length > 0)) return void readAnew();
    for (const id of payload.left) left.current.add(id);
    for (const row of [...payload.entered, ...payload.moved]) left.current.delete(row.id);
    reading.current?.told.push(payload);
    setList((now) => applyChange(now, payload, Date.now(), { keep, open }));
  });
  useQuarters(timed && live ? readAnew : undefined);
  useRelease(setList, open);
  useRenewal(list, setList);

  // Who scrolls may ask again before what was asked for is shown to be on its way.
  const more = useCallback(() => {
    if (state === "ready" && list.next !== null && list.next !== asked.current && !reading.current) void fetchPage(list.next);
  }, [fetchPage, list.next, state]);
  return { ...list, loading: state === "loading", failed: state === "failed", more, again };
}

const noRows: ReadonlySet<string> = new Set();

type SetList = (change: (list: ListState<Row>) => ListState<Row>) => void;

/** Lets the row go that was kept because it was open, once another one is. */
function useRelease(setList: SetList, open: string | undefined): void {
  useEffect(() => () => setList(releaseRow), [setList, open]);
}

/**
 * Looks at a row that has left the list while it is open. It stays if all that has happened is that it was read, or answered; what was
 * done to it, as when it was closed or moved, takes it away.
 */
function useRenewal({ rows, retained }: ListState<Row>, setList: SetList): void {
  const client = useClient();
  const kept = useRef<Row>(undefined);
  kept.current = retained === null ? undefined : rows.find((r) => r.id === retained);
  useEffect(() => {
    const before = kept.current;
    if (!before) return;
    const following = client.query(RowQuery, { id: before.id }, { requestPolicy: "network-only" }).subscribe(({ data }) => {
      if (!data) return;
      const row = data.conversation;
      setList((now) => renewRetained(now, row && deedsOf(row) === deedsOf(before) ? row : null));
    });
    return () => following.unsubscribe();
  }, [client, retained, setList]);
}

const deedsOf = ({ status, trashedAt, inbox, owner, ticket, labels }: Row): string =>
  JSON.stringify([status, trashedAt, inbox.id, owner?.id, ticket?.id, ticket?.status.id, labels.map((l) => l.id).sort()]);

interface Page {
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly cursor: string | null;
}

/** Asks for a page of what a list shows; null: it could not be had. */
function useAskPage(view: string | undefined, where: string | undefined): (after: string | null) => Promise<Page | null> {
  const client = useClient();
  return useCallback(
    async (after) => {
      const result = where
        ? await client.query(Matches, { where: JSON.parse(where) as Where, after }, { requestPolicy: "network-only" }).toPromise()
        : await client.query(ViewPage, { view: view!, after }, { requestPolicy: "network-only" }).toPromise();
      const data = result.data && ("inboxView" in result.data ? result.data.inboxView?.conversations : result.data.conversations);
      return data ? { rows: data.nodes, next: data.pageInfo.hasNextPage ? data.pageInfo.endCursor : null, cursor: cursorOf(result) } : null;
    },
    [client, view, where],
  );
}
