import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useClient } from "urql";
import type { Conversation, TimelineEntry } from "../api/fragments";
import { Older } from "../api/queries";
import { useFrame } from "../frame";
import { EarlierLines } from "../lib/earlier-lines";
import { overlay, prepend, type Thread, type Window } from "../lib/thread";
import { dayOf } from "../lib/time";
import { t } from "../text";
import { Button } from "../ui/parts";
import { isShown, timeOf, type Names } from "./describe";
import { EarlierContext } from "./earlier";
import { Entry } from "./entry";

type Timeline = Conversation["timeline"];

const asWindow = (timeline: Timeline): Window<TimelineEntry> => ({ entries: timeline.nodes, before: timeline.pageInfo.hasPreviousPage ? timeline.pageInfo.startCursor : null });

/** The names behind the ids that events hold. */
export function useNames(): Names {
  const { agents, pipelines, viewer } = useFrame();
  return useMemo(
    () => ({
      agents: new Map(agents.map((a) => [a.id, a.name])),
      statuses: new Map(pipelines.flatMap((p) => p.statuses.map((s) => [s.id, s.name] as const))),
      inboxes: new Map(viewer.inboxes.map((i) => [i.id, i.name])),
    }),
    [agents, pipelines, viewer.inboxes],
  );
}

/** The thread: its newest part is kept right, older parts are fetched when somebody goes there. It stays at its end while it grows. */
export function ThreadView({ conversation, sending }: { conversation: Conversation; sending: ReactNode }) {
  const client = useClient();
  const names = useNames();
  const [thread, setThread] = useState<Thread<TimelineEntry>>(() => asWindow(conversation.timeline));
  const seen = useRef(new Set(conversation.timeline.nodes.map((e) => e.id)));
  const earlier = useEarlierLines(thread.entries);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const height = useRef(0);
  const fetching = useRef(false);

  useEffect(() => setThread((now) => overlay(now, asWindow(conversation.timeline))), [conversation.timeline]);

  useLayoutEffect(() => {
    const b = box.current!;
    if (atEnd.current) b.scrollTop = b.scrollHeight;
    else if (b.scrollTop < 40 && height.current) b.scrollTop += b.scrollHeight - height.current; // older ones came in front
    height.current = b.scrollHeight;
  }, [thread, sending]);

  useEffect(() => {
    const b = box.current!;
    const grown = new ResizeObserver(() => {
      if (atEnd.current) b.scrollTop = b.scrollHeight;
      height.current = b.scrollHeight;
    });
    grown.observe(b.querySelector("ol")!);
    return () => grown.disconnect();
  }, []);

  const older = useCallback(async () => {
    if (fetching.current || thread.before === null) return;
    fetching.current = true;
    const result = await client.query(Older, { id: conversation.id, before: thread.before }, { requestPolicy: "network-only" }).toPromise();
    fetching.current = false;
    const timeline = result.data?.conversation?.timeline;
    if (!timeline) return;
    for (const e of timeline.nodes) seen.current.add(e.id);
    setThread((now) => prepend(now, asWindow(timeline)));
  }, [client, conversation.id, thread.before]);

  const scrolled = () => {
    const b = box.current!;
    atEnd.current = b.scrollHeight - b.scrollTop - b.clientHeight < 60;
    if (b.scrollTop < 40 && height.current > b.clientHeight) void older();
  };

  let day = "";
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it must be reachable by keyboard
    <div ref={box} onScroll={scrolled} tabIndex={0} role="region" aria-label={t.conversation.label} className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 py-4 outline-offset-[-2px]">
      {thread.before !== null && (
        <div className="mb-4 text-center">
          <Button look="quiet" onClick={() => void older()}>
            {t.conversation.older}
          </Button>
        </div>
      )}
      <EarlierContext value={earlier}>
        <ol className="flex flex-col gap-4" aria-live="polite">
          {thread.entries.filter(isShown).map((entry) => {
            const its = dayOf(timeOf(entry));
            const begins = its !== day;
            day = its;
            return (
              <Group key={entry.id} day={begins ? its : null}>
                <Entry entry={entry} names={names} fresh={!seen.current.has(entry.id)} />
              </Group>
            );
          })}
          {sending}
        </ol>
      </EarlierContext>
    </div>
  );
}

/** What the thread says, known before it is shown. */
function useEarlierLines(entries: readonly TimelineEntry[]): EarlierLines {
  const [earlier] = useState(() => new EarlierLines());
  return useMemo(() => {
    earlier.add(entries.filter(isMail));
    return earlier;
  }, [earlier, entries]);
}

/** What a mail can repeat: nobody outside has read a comment. */
const isMail = (e: TimelineEntry): e is Extract<TimelineEntry, { __typename: "IncomingMessage" | "OutgoingMessage" }> => e.__typename === "IncomingMessage" || e.__typename === "OutgoingMessage";

function Group({ day, children }: { day: string | null; children: ReactNode }) {
  return (
    <>
      {day && (
        <li className="flex items-center gap-3 pt-1 text-xs font-medium text-faint">
          <span aria-hidden="true" className="h-px flex-1 bg-line" />
          {day}
          <span aria-hidden="true" className="h-px flex-1 bg-line" />
        </li>
      )}
      {children}
    </>
  );
}
