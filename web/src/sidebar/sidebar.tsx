import { lazy, Suspense, useState } from "react";
import { Link } from "wouter";
import type { Conversation, Ticket } from "../api/fragments";
import { isInTrash, type Actions } from "../conversation/actions";
import { OwnerMenu } from "../conversation/status-menu";
import { t } from "../text";
import { Icon, type IconName } from "../ui/icon";
import { RelativeTime, Avatar, Badge, Button, nameOf, titleOf } from "../ui/parts";
import { Card } from "./card";

const CreateTicket = lazy(() => import("./create-ticket").then((m) => ({ default: m.CreateTicket })));
const DetailsPanel = lazy(() => import("./details").then((m) => ({ default: m.DetailsPanel })));

/** The context of a conversation: its ticket, the contact, and what they wrote before (R10). */
export function Sidebar({ conversation, actions }: { conversation: Conversation; actions: Actions }) {
  const { contact, ticket } = conversation;
  const past = contact.conversations.nodes.filter((c) => c.id !== conversation.id);
  return (
    <div className="divide-y divide-line">
      <div className="px-4 py-3 min-[1400px]:hidden sm:max-xl:hidden">
        <p className="mb-1 text-xs font-medium text-muted">{t.conversation.owner}</p>
        <OwnerMenu owner={conversation.owner} label={t.conversation.ownerOf} disabled={!conversation.viewerCanAssign} onAssign={actions.assign} className="w-full" />
      </div>
      <Section icon="ticket" title={t.ticket.section}>
        {ticket ? <TicketSection ticket={ticket} /> : <NoTicket conversation={conversation} />}
      </Section>
      <Section icon="user" title={t.contact.section}>
        <div className="flex items-center gap-3">
          <Avatar name={nameOf(contact)} />
          <div className="min-w-0">
            <Link to={`/contacts/${contact.id}`} className="block truncate font-medium hover:text-accent-text hover:underline">
              <bdi>{nameOf(contact)}</bdi>
            </Link>
            <p className="truncate text-xs text-muted">{t.contact.page}</p>
          </div>
        </div>
        <ul className="mt-3 space-y-1.5 text-[13px]">
          {contact.email && <Fact icon="mail" text={contact.email} />}
          {contact.phone && <Fact icon="phone" text={contact.phone} />}
          {contact.externalId && <Fact icon="key" text={contact.externalId} />}
        </ul>
      </Section>
      <Section icon="clock" title={t.contact.past} count={past.length}>
        {past.length === 0 ? (
          <p className="text-sm text-muted">{t.contact.noPast}</p>
        ) : (
          <ul className="-mx-2 space-y-0.5">
            {past.map((c) => (
              <li key={c.id}>
                <Link to={`/conversations/${c.id}`} className="block rounded-lg px-2 py-1.5 hover:bg-sunken">
                  <span className="flex items-baseline gap-2">
                    <bdi className="min-w-0 flex-1 truncate">{titleOf(c)}</bdi>
                    <RelativeTime at={c.lastActivityAt} className="text-xs text-faint" />
                  </span>
                  <span className="flex items-center gap-2 text-xs text-muted">
                    <span>{t.conversation.number(c.number)}</span>
                    <Badge tone={c.status === "OPEN" ? "good" : "closed"}>{t.conversation.status[c.status]}</Badge>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function Section({ icon, title, count, children }: { icon: IconName; title: string; count?: number; children: React.ReactNode }) {
  return (
    <details open className="group px-4 py-3">
      <summary className="-mx-1 flex list-none items-center gap-2 rounded-lg px-1 py-1 text-sm font-semibold [&::-webkit-details-marker]:hidden">
        <Icon name={icon} className="size-4 text-faint" />
        <span className="flex-1">{title}</span>
        {count !== undefined && count > 0 && <span className="text-xs font-normal text-faint">{count}</span>}
        <Icon name="down" className="size-4 -rotate-90 text-faint transition-transform group-open:rotate-0 rtl:rotate-90" />
      </summary>
      <div className="pt-2">{children}</div>
    </details>
  );
}

function Fact({ icon, text }: { icon: IconName; text: string }) {
  return (
    <li className="flex items-center gap-2 text-muted">
      <Icon name={icon} className="size-3.5 text-faint" />
      <bdi className="truncate text-ink" title={text}>
        {text}
      </bdi>
    </li>
  );
}

function TicketSection({ ticket }: { ticket: Ticket }) {
  const [panel, setPanel] = useState(false);
  return (
    <>
      <Card ticket={ticket} />
      <div className="mt-3 flex gap-2">
        <Button onClick={() => setPanel(true)} className="flex-1">
          {t.ticket.showMore}
        </Button>
        <a
          href={new URL(ticket.recordUrl).pathname}
          target="_blank"
          rel="noopener"
          aria-label={t.conversation.openTicket(ticket.name)}
          title={t.ticket.record}
          className="inline-flex size-8 items-center justify-center rounded-lg border border-line-strong bg-paper text-muted hover:bg-hover hover:text-ink"
        >
          <Icon name="link" />
        </a>
      </div>
      <Suspense>{panel && <DetailsPanel ticket={ticket} onClose={() => setPanel(false)} />}</Suspense>
    </>
  );
}

function NoTicket({ conversation }: { conversation: Conversation }) {
  const [creating, setCreating] = useState(false);
  return (
    <div className="rounded-xl border border-dashed border-line-strong p-4 text-center">
      <p className="font-medium">{t.ticket.none}</p>
      <p className="mt-0.5 mb-3 text-[13px] text-muted">{t.ticket.noneLead}</p>
      {conversation.viewerCanCreateTicket && !isInTrash(conversation) && (
        <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
          {t.ticket.create}
        </Button>
      )}
      <Suspense>{creating && <CreateTicket conversation={conversation} onClose={() => setCreating(false)} />}</Suspense>
    </div>
  );
}
