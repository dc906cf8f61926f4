import { useState, type FormEvent } from "react";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useMutate } from "../api/mutate";
import type { ResultOf } from "../api/graphql";
import { ContactUpdate } from "../api/mutations";
import { ContactQuery, Happenings } from "../api/queries";
import { cursorOf, useLiveSubscription } from "../api/use-live";
import { fullTime } from "../lib/time";
import { t } from "../text";
import { RelativeTime, Avatar, Badge, Button, EmptyState, Field, Input, nameOf, titleOf, Skeleton } from "../ui/parts";
import { toast } from "../ui/toast";
import { Page, Panel } from "./page";

type Contact = NonNullable<ResultOf<typeof ContactQuery>["contact"]>;

/** A contact, what is known of them, and all that they wrote about. */
export function ContactPage({ id }: { id: string }) {
  const [asked, again] = useQuery({ query: ContactQuery, variables: { id }, requestPolicy: "cache-and-network" });
  const mine = new Set([id, ...(asked.data?.contact?.conversations.nodes.map((c) => c.id) ?? []), ...(asked.data?.contact?.tickets.nodes.map((k) => k.id) ?? [])]);
  const after = asked.data ? cursorOf(asked) : null;
  const [from, setFrom] = useState<string | null>(null);
  if (from === null && after !== null) setFrom(after);
  // A contact has no subscription of their own: what happens to them and theirs asks anew.
  useLiveSubscription(Happenings, from === null ? null : { where: { kind: ["CONTACT_UPDATED", "CONVERSATION_STARTED", "CONVERSATION_CLOSED", "CONVERSATION_REOPENED", "CONVERSATION_TRASHED", "CONVERSATION_RESTORED", "TICKET_CREATED", "TICKET_STATUS_CHANGED", "TICKET_UPDATED", "TICKET_TRASHED", "TICKET_RESTORED"] }, after: from }, (payload) => {
    if (payload.reason === "RESYNC" || payload.events.some((e) => mine.has(e.entityId) || e.kind === "CONVERSATION_STARTED" || e.kind === "TICKET_CREATED")) again({ requestPolicy: "network-only" });
  });
  const contact = asked.data?.contact;
  if (contact === null || asked.error) {
    return (
      <Page title={t.contact.page}>
        <EmptyState icon="user" title={asked.error ? t.errors.load : t.contact.gone} />
      </Page>
    );
  }
  if (!contact) return <Skeleton />;
  return (
    <Page title={nameOf(contact)} lead={t.contact.since(fullTime(contact.createdAt))} actions={<Avatar name={nameOf(contact)} />}>
      <div className="grid grid-cols-1 gap-5 md:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)]">
        <Panel title={t.contact.section} className="self-start">
          <ContactForm key={contact.version} contact={contact} />
        </Panel>
        <div>
          <Panel title={t.contact.tickets}>
            {contact.tickets.nodes.length === 0 ? (
              <p className="text-muted">{t.contact.noTickets}</p>
            ) : (
              <ul className="-m-2 space-y-0.5">
                {contact.tickets.nodes.map((k) => (
                  <Line key={k.id} to={`/tickets/${k.id}`} number={k.number} name={k.name} at={k.lastActivityAt} badge={k.status.name} open={k.status.state === "OPEN"} />
                ))}
              </ul>
            )}
          </Panel>
          <Panel title={t.contact.conversations}>
            <ul className="-m-2 space-y-0.5">
              {contact.conversations.nodes.map((c) => (
                <Line key={c.id} to={`/conversations/${c.id}`} number={c.number} name={titleOf(c)} at={c.lastActivityAt} badge={t.conversation.status[c.status]} open={c.status === "OPEN"} />
              ))}
            </ul>
          </Panel>
        </div>
      </div>
    </Page>
  );
}

function Line({ to, number, name, at, badge, open }: { to: string; number: number; name: string; at: string; badge: string; open: boolean }) {
  return (
    <li>
      <Link to={to} className="flex items-center gap-2 rounded-lg px-2 py-1.5 hover:bg-hover">
        <span className="text-muted">{t.conversation.number(number)}</span>
        <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
        <Badge tone={open ? "good" : "closed"}>{badge}</Badge>
        <RelativeTime at={at} className="text-xs text-faint" />
      </Link>
    </li>
  );
}

const fields = ["name", "email", "phone", "externalId"] as const;

function ContactForm({ contact }: { contact: Contact }) {
  const act = useMutate();
  // Only what somebody typed: the rest is shown, and stays, as it is by now.
  const [typed, setTyped] = useState<Partial<Record<(typeof fields)[number], { text: string; over: string }>>>({});
  const changed = fields.filter((f) => typed[f] && typed[f].text !== typed[f].over);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const input = { contactId: contact.id, expectedVersion: contact.version, ...Object.fromEntries(changed.map((f) => [f, typed[f]!.text === "" && f !== "name" ? null : typed[f]!.text])) };
    const { done } = await act(ContactUpdate, { input });
    if (!done) return;
    setTyped({});
    toast.say(t.admin.saved);
  };
  return (
    <form onSubmit={save} className="space-y-3">
      {fields.map((f) => (
        <Field key={f} label={t.contact[f]}>
          <Input value={typed[f]?.text ?? contact[f] ?? ""} disabled={!contact.viewerCanUpdate} onChange={(e) => setTyped({ ...typed, [f]: { text: e.target.value, over: typed[f]?.over ?? contact[f] ?? "" } })} />
        </Field>
      ))}
      {contact.viewerCanUpdate && (
        <Button look="primary" type="submit" disabled={changed.length === 0}>
          {t.save}
        </Button>
      )}
    </form>
  );
}
