import { useCallback, useEffect, useRef, useState } from "react";
import { useMutate } from "./api/mutate";
import { AgentTimeZone } from "./api/mutations";
import { forgetFormats } from "./lib/time";
import { browserZone } from "./lib/zone";

const patience = 2_000;

/**
 * Tells the server in which time zone this window is: days in filters begin at midnight there, as the times that are shown do. It is told
 * when the page opens and when the window comes to the front, so it follows who travels; of several windows the last one looked at holds.
 * `zone` is where times are shown in, and `settled` says that the server knows, or can't be told.
 */
export function useTimeZone(agent: { readonly id: string; readonly timeZone: string | null } | undefined): { zone: string | null; settled: boolean } {
  const act = useMutate();
  const [zone, setZone] = useState(browserZone);
  const [settled, setSettled] = useState(false);
  const known = useRef(agent);
  const refused = useRef<string | null>(null);
  const here = agent !== undefined;
  useEffect(() => {
    known.current = agent;
  });

  const tell = useCallback(async () => {
    const me = known.current;
    const now = browserZone();
    if (me && now && now !== me.timeZone && now !== refused.current) {
      const telling = act(AgentTimeZone, { input: { agentId: me.id, timeZone: now } }, { quiet: true }).then((outcome) => {
        if (outcome.refused && outcome.refused.code !== "NETWORK") refused.current = now;
      });
      await Promise.race([telling, new Promise((resolve) => setTimeout(resolve, patience))]);
    }
    setZone((before) => {
      if (before !== now) forgetFormats();
      return now;
    });
    setSettled(true);
  }, [act]);

  useEffect(() => {
    if (!here) return;
    void tell();
    const front = () => document.visibilityState === "visible" && void tell();
    addEventListener("focus", front);
    document.addEventListener("visibilitychange", front);
    return () => {
      removeEventListener("focus", front);
      document.removeEventListener("visibilitychange", front);
    };
  }, [here, tell]);
  return { zone, settled };
}
