import { lazy, memo, Suspense } from "react";
import type { TimelineEntry } from "../api/fragments";
import { plainFileName } from "../lib/bidi";
import { clockTime, fullTime } from "../lib/time";
import { t } from "../text";
import { FileName } from "../ui/file-name";
import { Icon, type IconName } from "../ui/icon";
import { Avatar, nameOf } from "../ui/parts";
import { eventText, eventDetail, type EventEntry, type Names } from "./describe";
import { LinkifiedText } from "./linkified-text";

const Rich = lazy(() => import("./message-body").then(
  (m) => ({ default: m.MessageBody }),
  () => ({ default: Plain }), // the server is away: the text is there
));

type Said = Exclude<TimelineEntry, { __typename: "Event" }>;

/** What somebody has said, or done. */
export const Entry = memo(function Entry({ entry, names, fresh }: { entry: TimelineEntry; names: Names; fresh: boolean }) {
  return entry.__typename === "Event" ? <Deed event={entry} names={names} fresh={fresh} /> : <Bubble said={entry} fresh={fresh} />;
});

function Deed({ event, names, fresh }: { event: EventEntry; names: Names; fresh: boolean }) {
  const more = eventDetail(event, names);
  return (
    <li data-entry={event.kind} className={`mx-auto max-w-full rounded-full px-3 py-1 text-center text-xs text-muted ${fresh ? "animate-flash" : ""}`}>
      <span>
        <bdi className="font-medium">{event.actor?.name ?? t.byServer}</bdi> {eventText(event)}
        {more && (
          <>
            {": "}
            <bdi className="font-medium text-ink">{more}</bdi>
          </>
        )}
      </span>
      {event.isEffect && event.rule && (
        <span title={t.conversation.effect(event.rule)} className="ms-1.5 rounded bg-sunken px-1 text-[11px] whitespace-nowrap">
          {t.conversation.by(event.rule)}
        </span>
      )}
      <time dateTime={event.occurredAt} title={fullTime(event.occurredAt)} className="ms-1.5 whitespace-nowrap text-faint">
        {clockTime(event.occurredAt)}
      </time>
    </li>
  );
}

const looks = {
  IncomingMessage: { side: "items-start", box: "border-line bg-ground", avatar: true },
  OutgoingMessage: { side: "items-end", box: "border-transparent bg-accent-soft", avatar: false },
  InternalComment: { side: "items-end", box: "border-note-line bg-note", avatar: false },
};

function Bubble({ said, fresh }: { said: Said; fresh: boolean }) {
  const look = looks[said.__typename];
  const who = said.__typename === "IncomingMessage" ? nameOf(said.contact) : (said.agent?.name ?? t.conversation.aProgram);
  return (
    <li data-entry={said.__typename} className={`flex flex-col ${look.side}`}>
      <div className="flex max-w-[min(42rem,88%)] gap-2.5">
        {look.avatar && <Avatar name={who} />}
        <div className="min-w-0">
          <p className={`mb-1 flex flex-wrap items-baseline gap-x-2 text-xs text-muted ${look.avatar ? "" : "justify-end"}`}>
            {said.__typename === "InternalComment" && (
              <span className="inline-flex items-center gap-1 font-medium text-note-text">
                <Icon name="note" className="size-3.5" />
                {t.conversation.comment}, {t.conversation.onlyAgents}
              </span>
            )}
            <bdi title={who} className="line-clamp-2 min-w-0 font-medium wrap-anywhere text-ink">
              {who}
            </bdi>
            <time dateTime={said.createdAt} title={fullTime(said.createdAt)}>
              {clockTime(said.createdAt)}
            </time>
          </p>
          <div className={`rounded-2xl border px-3.5 py-2.5 ${look.box} ${fresh ? "animate-flash" : ""} ${look.avatar ? "rounded-ss-md" : "rounded-se-md"}`}>
            {said.__typename === "InternalComment" ? (
              <Plain said={said} />
            ) : (
              <Suspense fallback={<Plain said={said} />}>
                <Rich said={said} from={who} />
              </Suspense>
            )}
            <Files files={said.attachments} />
          </div>
          {said.__typename === "OutgoingMessage" && <Delivery delivery={said.delivery} />}
        </div>
      </div>
    </li>
  );
}

function Plain({ said }: { said: Pick<Said, "text"> }) {
  return (
    <p dir="auto" className="bidi-lines text-start leading-relaxed break-words whitespace-pre-wrap">
      <LinkifiedText text={said.text} />
    </p>
  );
}

function Files({ files }: { files: Said["attachments"] }) {
  if (!files.length) return null;
  return (
    <ul className="mt-2 flex flex-wrap gap-2">
      {files.map((f) => (
        <li key={f.id}>
          <a href={f.url ?? undefined} download={plainFileName(f.fileName)} className="inline-flex max-w-64 items-center gap-1.5 rounded-lg border border-line-strong bg-paper px-2 py-1 text-xs hover:bg-hover">
            <Icon name="clip" className="size-3.5" />
            <FileName name={f.fileName} />
            <span className="text-faint">{t.conversation.bytes(f.size)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

type DeliveryState = Extract<Said, { __typename: "OutgoingMessage" }>["delivery"];
const signs: Record<string, IconName> = { QUEUED: "clock", SENT: "check", DELIVERED: "checks", FAILED: "alert" };

function Delivery({ delivery }: { delivery: DeliveryState }) {
  const failed = delivery.state === "FAILED";
  return (
    <p data-delivery={delivery.state} className={`mt-1 flex items-center justify-end gap-1 text-xs ${failed ? "text-bad" : "text-faint"}`}>
      <Icon name={signs[delivery.state] ?? "clock"} className="size-3.5" />
      {t.conversation.delivery[delivery.state]}
      {failed && delivery.detail && <bdi>: {delivery.detail}</bdi>}
    </p>
  );
}
