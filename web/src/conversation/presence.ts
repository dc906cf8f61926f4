import { stringifyDocument } from "@urql/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useLiveClient } from "../api/live";
import { PresenceSet } from "../api/mutations";
import { Presence } from "../api/queries";
import { useLiveSubscription } from "../api/use-live";
import type { Mode } from "../lib/drafts";

type State = "VIEWING" | "TYPING_REPLY" | "TYPING_COMMENT";

export interface Present {
  readonly agent: { readonly id: string; readonly name: string };
  readonly state: State;
}

const signOfLife = 10_000; // the server believes one for 15 s
const typingLasts = 4_000;

/**
 * Who else is at a conversation, and tells the others of this one. `typed` is to be called with each key. The signs go over the
 * connection, with which they end.
 */
export function usePresence(id: string, me: string) {
  const live = useLiveClient();
  const [others, setOthers] = useState<readonly Present[]>([]);
  useLiveSubscription(Presence, { id }, (payload) => setOthers(payload.viewers.filter((v) => v.agent.id !== me)));

  const state = useRef<State>("VIEWING");
  const calm = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = useCallback(
    (next: State | null) => {
      if (next) state.current = next;
      live.subscribe({ query: stringifyDocument(PresenceSet), variables: { input: { conversationId: id, state: next } } }, { next() {}, error() {}, complete() {} });
    },
    [live, id],
  );
  useEffect(() => {
    const sign = () => {
      if (document.visibilityState === "visible") tell(state.current);
    };
    sign();
    const timer = setInterval(sign, signOfLife);
    const hidden = () => (document.visibilityState === "visible" ? sign() : tell(null));
    document.addEventListener("visibilitychange", hidden);
    return () => {
      clearInterval(timer);
      clearTimeout(calm.current);
      document.removeEventListener("visibilitychange", hidden);
      tell(null);
    };
  }, [tell]);

  const typed = useCallback(
    (mode: Mode) => {
      const next = mode === "reply" ? "TYPING_REPLY" : "TYPING_COMMENT";
      if (state.current !== next) tell(next);
      clearTimeout(calm.current);
      calm.current = setTimeout(() => tell("VIEWING"), typingLasts);
    },
    [tell],
  );
  return { others, typed };
}
