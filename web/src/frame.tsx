import { createContext, Fragment, useContext, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { useClient, useQuery } from "urql";
import { connection, onConnection } from "./api/connection";
import type { ResultOf } from "./api/graphql";
import { Frame as FrameQuery, FrameLive, Happenings, Views } from "./api/queries";
import { isTroubled, onTrouble, tryAgain } from "./api/trouble";
import { cursorOf, useLiveSubscription } from "./api/use-live";
import { setUnseen } from "./lib/title";
import { t } from "./text";
import { Icon } from "./ui/icon";
import { Button, EmptyState, Skeleton } from "./ui/parts";
import { toast } from "./ui/toast";
import { useTimeZone } from "./use-time-zone";

type FrameData = ResultOf<typeof FrameQuery>;
const FrameContext = createContext<FrameData | null>(null);

/** Who looks, and how the account is set up. */
export function useFrame(): FrameData {
  const frame = useContext(FrameContext);
  if (!frame) throw new Error("outside of Frame");
  return frame;
}

// A change of the set-up is rare and may change anything that has a name, so what the frame knows is asked again.
const setUp = [
  "AGENT_CREATED", "AGENT_UPDATED", "INBOX_CREATED", "INBOX_UPDATED", "PIPELINE_CREATED", "PIPELINE_UPDATED", "PIPELINE_ARCHIVED",
  "TICKET_STATUS_CREATED", "TICKET_STATUS_UPDATED", "TICKET_STATUS_ARCHIVED",
] as const;

/** What stands around every screen. */
export function Frame({ children }: { children: ReactNode }) {
  const [asked, again] = useQuery({ query: FrameQuery });
  const [after, setAfter] = useState<string | null>(null);
  useEffect(() => {
    if (asked.data) setAfter((known) => known ?? cursorOf(asked));
  }, [asked]);
  useLiveSubscription(FrameLive, after === null ? null : { after }, () => {});
  useLiveSubscription(Happenings, after === null ? null : { where: { kind: [...setUp] }, after }, (payload) => {
    if (payload.reason === "RESYNC" || payload.events.length) again({ requestPolicy: "network-only" });
  });
  const { zone, settled } = useTimeZone(asked.data?.viewer.agent);
  useCountsOf(zone);
  if (asked.data && !settled) return <Skeleton />;
  if (!asked.data) {
    if (!asked.error) return <Skeleton />;
    return (
      <EmptyState icon="wifi" title={t.errors.load}>
        <p>{t.errors.network}</p>
        <Button className="mt-3" onClick={() => again({ requestPolicy: "network-only" })}>
          {t.retry}
        </Button>
      </EmptyState>
    );
  }
  return (
    <FrameContext value={asked.data}>
      <div className="flex h-full flex-col">
        <ConnectionBar />
        <TroubleBar />
        {after !== null && <UnseenMessages after={after} />}
        <div className="min-h-0 flex-1">
          {/* In another zone every time and every day is another one. */}
          <Fragment key={zone}>{children}</Fragment>
        </div>
      </div>
    </FrameContext>
  );
}

/** What views count may be other conversations in another time zone. */
function useCountsOf(zone: string | null): void {
  const client = useClient();
  const before = useRef(zone);
  useEffect(() => {
    if (before.current === zone) return;
    before.current = zone;
    void client.query(Views, {}, { requestPolicy: "network-only" }).toPromise();
  }, [client, zone]);
}

/** Counts in the title what comes while nobody is at this window. */
function UnseenMessages({ after }: { after: string }) {
  const count = useRef(0);
  useLiveSubscription(Happenings, { where: { kind: ["MESSAGE_RECEIVED"] }, after }, ({ events }) => {
    if (!document.hasFocus()) setUnseen((count.current += events.length));
  });
  useEffect(() => {
    const front = () => setUnseen((count.current = 0));
    addEventListener("focus", front);
    return () => {
      removeEventListener("focus", front);
      front();
    };
  }, []);
  return null;
}

/** Says that some of what is shown is not kept right, since the server refused to. */
function TroubleBar() {
  const troubled = useSyncExternalStore(onTrouble, isTroubled);
  return (
    <div role="status">
      {troubled && (
        <p className="flex flex-wrap items-center justify-center gap-2 bg-warm-soft px-4 py-1 text-sm font-medium text-warm">
          <Icon name="alert" />
          {t.connection.refused}
          <Button onClick={tryAgain}>{t.retry}</Button>
        </p>
      )}
    </div>
  );
}

/** Says that the connection is gone, once that has lasted for a moment, and that it is back. */
function ConnectionBar() {
  const state = useSyncExternalStore(onConnection, connection);
  const [shown, setShown] = useState(false);
  const was = useRef(false);
  useEffect(() => {
    if (state !== "lost") {
      setShown(false);
      if (was.current) toast.say(t.connection.back);
      was.current = false;
      return;
    }
    const timer = setTimeout(() => {
      was.current = true;
      setShown(true);
    }, 600);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <div role="status">
      {shown && (
        <p className="flex items-center justify-center gap-2 bg-warm-soft px-4 py-1.5 text-sm font-medium text-warm">
          <Icon name="wifi" />
          {t.connection.lost}
        </p>
      )}
    </div>
  );
}
