import { memo, type ReactNode } from "react";
import { Link } from "wouter";
import { excerptAroundHit, type Part } from "../lib/hit-excerpt";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { RelativeTime, Avatar, Badge, nameOf } from "../ui/parts";
import type { Hit } from "./use-search";

/** A text with what was looked for marked in it. */
function Marked({ parts, near = false }: { parts: readonly Part[]; near?: boolean }) {
  return (near ? excerptAroundHit(parts) : parts).map((p, i) =>
    p.isHit ? (
      <mark key={i} className="rounded-xs bg-mark px-px text-ink">
        {p.text}
      </mark>
    ) : (
      p.text
    ),
  );
}

interface HitProps {
  readonly found: Hit;
  readonly href: string;
  readonly selected: boolean;
}

/** Something that was found, as a row that opens it. */
export const HitLink = memo(function HitLink({ found, href, selected }: HitProps) {
  return (
    <Link
      to={href}
      data-hit={found.id}
      data-row={found.kind === "conversations" ? found.id : undefined}
      aria-current={selected ? "true" : undefined}
      className={`flex h-full gap-3 border-b border-line px-4 py-2.5 outline-offset-[-2px] ${selected ? "bg-accent-soft" : "hover:bg-hover"}`}
    >
      {found.kind === "conversations" ? <Conversation {...found} /> : found.kind === "tickets" ? <Ticket {...found} /> : <Contact {...found} />}
    </Link>
  );
});

const Body = ({ children }: { children: ReactNode }) => <span className="min-w-0 flex-1">{children}</span>;

function Head({ name, at }: { name: ReactNode; at: string }) {
  return (
    <span className="flex items-baseline gap-2">
      <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
      <RelativeTime at={at} className="text-xs text-faint" />
    </span>
  );
}

const line = "block truncate text-start";

function Conversation({ hit, record }: Extract<Hit, { kind: "conversations" }>) {
  const { contact, ticket, status } = record;
  return (
    <>
      <Avatar name={nameOf(contact)} />
      <Body>
        <Head name={nameOf(contact)} at={record.lastActivityAt} />
        <span className="flex items-center gap-2">
          <span dir="auto" className={`${line} flex-1 font-medium`}>
            {hit.subject.length ? <Marked parts={hit.subject} near /> : t.noSubject}
          </span>
          {ticket ? (
            <Badge tone={ticket.status.state === "OPEN" ? "open" : "closed"}>
              <Icon name="ticket" className="me-1 size-3" />
              <bdi className="max-w-20 truncate">{ticket.status.name}</bdi>
            </Badge>
          ) : (
            status === "CLOSED" && <Badge tone="closed">{t.list.closed}</Badge>
          )}
        </span>
        <span dir="auto" className="line-clamp-2 text-start text-[13px] leading-snug text-muted">
          <Marked parts={hit.excerpt} near />
        </span>
      </Body>
    </>
  );
}

function Ticket({ hit, record }: Extract<Hit, { kind: "tickets" }>) {
  return (
    <>
      <Round icon="ticket" />
      <Body>
        <Head name={<Marked parts={hit.name} near />} at={record.lastActivityAt} />
        <span className="mt-0.5 flex items-center gap-2 text-[13px] text-muted">
          <span>{t.conversation.number(record.number)}</span>
          <bdi className="min-w-0 flex-1 truncate">{nameOf(record.contact)}</bdi>
          <Badge tone={record.status.state === "OPEN" ? "open" : "closed"}>
            <bdi className="max-w-28 truncate">{record.status.name}</bdi>
          </Badge>
        </span>
      </Body>
    </>
  );
}

function Contact({ hit, record }: Extract<Hit, { kind: "contacts" }>) {
  const facts = [hit.email, hit.phone, hit.externalId].filter((parts) => parts.length > 0);
  return (
    <>
      <Avatar name={nameOf(record)} />
      <Body>
        <span dir="auto" className={line}>
          {hit.name.length ? <Marked parts={hit.name} /> : nameOf(record)}
        </span>
        <span className="block truncate text-start text-[13px] text-muted">
          {facts.map((parts, i) => (
            <bdi key={i} className="me-3">
              <Marked parts={parts} />
            </bdi>
          ))}
        </span>
      </Body>
    </>
  );
}

const Round = ({ icon }: { icon: "ticket" }) => (
  <span className="inline-flex size-8 shrink-0 items-center justify-center rounded-full bg-sunken text-muted">
    <Icon name={icon} />
  </span>
);
