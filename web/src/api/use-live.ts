import type { AnyVariables, DocumentInput, OperationResult } from "@urql/core";
import { useEffect, useRef, useState } from "react";
import { useClient, useQuery } from "urql";
import { addTrouble, removeTrouble } from "./trouble";

/** What every live payload has. */
export interface LivePayload {
  readonly reason: "SNAPSHOT" | "CHANGE" | "RESYNC" | "REVOKED";
}

/** Where the log stood when this was answered by the server; null for what the cache has answered. */
export function cursorOf(result: Pick<OperationResult, "extensions">): string | null {
  return (result.extensions as { eventCursor?: string } | undefined)?.eventCursor ?? null;
}

const firstPause = 2_000;
const longestPause = 60_000;

/**
 * Follows a subscription of one root field for as long as the component is there; `null` waits. Where the server refuses it, that is said
 * (see trouble.ts) and tried again, in longer and longer pauses.
 */
export function useLiveSubscription<S extends Record<string, unknown>, V extends AnyVariables>(
  document: DocumentInput<S, V>,
  variables: V | null,
  on: (payload: S[keyof S]) => void,
): void {
  const client = useClient();
  const hear = useRef(on);
  useEffect(() => {
    hear.current = on;
  });
  const key = variables && JSON.stringify(variables);
  useEffect(() => {
    if (key === null) return;
    let stop = () => {};
    let pause = firstPause;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const me = { tryAgain: () => follow() };
    const follow = () => {
      clearTimeout(timer);
      stop();
      const following = client.subscription<S>(document, JSON.parse(key) as AnyVariables).subscribe((result) => {
        const payload = result.data && Object.values(result.data).find((v) => v && typeof v === "object");
        if (result.error && !payload) {
          addTrouble(me);
          clearTimeout(timer);
          timer = setTimeout(follow, pause);
          pause = Math.min(2 * pause, longestPause);
        }
        if (!payload) return;
        pause = firstPause;
        removeTrouble(me);
        hear.current(payload as S[keyof S]);
      });
      stop = () => following.unsubscribe();
    };
    follow();
    return () => {
      clearTimeout(timer);
      removeTrouble(me);
      stop();
    };
  }, [client, document, key]);
}

export interface LiveQuery<D> {
  /** What is known by now; undefined before the first answer. */
  readonly data: D | undefined;
  /** True: the first answer could not be had. */
  readonly failed: boolean;
  /** True: it is gone, or not for these eyes any more. */
  readonly revoked: boolean;
}

/**
 * A query that is kept right: the subscription selects what the query selects, and begins where the query's answer ends. The
 * component is to be made anew for other variables (`key`).
 */
export function useLiveQuery<D, S extends Record<string, unknown>, Q extends AnyVariables, V extends AnyVariables>(
  query: DocumentInput<D, Q>,
  variables: Q,
  live: DocumentInput<S, V>,
  following: V,
  on?: (payload: S[keyof S]) => void,
): LiveQuery<D> {
  const [asked] = useQuery<D>({ query, variables: variables as AnyVariables });
  const [from, setFrom] = useState<{ after: string | null } | null>(null);
  const [revoked, setRevoked] = useState(false);
  const answered = asked.data !== undefined && !asked.fetching;
  useEffect(() => {
    if (answered) setFrom((known) => known ?? { after: cursorOf(asked) });
  }, [answered, asked]);
  useLiveSubscription(live, from && ({ ...following, after: from.after } as unknown as V), (payload) => {
    setRevoked((payload as LivePayload).reason === "REVOKED");
    on?.(payload);
  });
  return { data: asked.data, failed: !!asked.error && !asked.data, revoked };
}
