import { lazy, Suspense, useState } from "react";
import { useClient } from "urql";
import { Link } from "wouter";
import { useMutate } from "../api/mutate";
import type { TimelineEntry } from "../api/fragments";
import type { ResultOf } from "../api/graphql";
import { TicketRestore, TicketTrash } from "../api/mutations";
import { OlderOfTicket, TicketLive, TicketQuery } from "../api/queries";
import { useLiveQuery } from "../api/use-live";
import { isShown } from "../conversation/describe";
import { Entry } from "../conversation/entry";
import { StatusMenu } from "../conversation/status-menu";
import { useNames } from "../conversation/thread";
import { overlay, prepend, type Thread } from "../lib/thread";
import { mediumTime } from "../lib/time";
import { PropertyList } from "../sidebar/details";
import { t } from "../text";
import { RelativeTime, Badge, Button, EmptyState, titleOf, Skeleton } from "../ui/parts";
import { toast } from "../ui/toast";
import { Page, Panel } from "./page";

const TrashDialog = lazy(() => import("../conversation/trash-dialog").then((m) => ({ default: m.TrashDialog })));

type Record = NonNullable<ResultOf<typeof TicketQuery>["ticket"]>;

/** The ticket's own record, at its stable address (R15): all properties, its conversations, and what has happened. */
export function TicketRecord({ id }: { id: string }) {
  const { data, failed, revoked } = useLiveQuery(TicketQuery, { id }, TicketLive, { id });
  if (failed || revoked || data?.ticket === null) {
    return (
      <Page title={t.ticket.record}>
        <EmptyState icon="ticket" title={failed ? t.errors.load : t.ticket.gone} />
      </Page>
    );
  }
  if (!data?.ticket) return <Skeleton />;
  return <Loaded ticket={data.ticket} />;
}

function Loaded({ ticket }: { ticket: Record }) {
  const act = useMutate();
  const [trashing, setTrashing] = useState(false);
  const input = { ticketId: ticket.id };
  const restore = async () => {
    const { done } = await act(TicketRestore, { input });
    if (done) toast.say(t.trash.restored);
  };
  return (
    <Page
      title={ticket.name}
      lead={
        <span className="flex flex-wrap items-center gap-2">
          <span>{t.trash.ticket(ticket.number)}</span>
          <Badge tone={ticket.status.state === "OPEN" ? "open" : "closed"}>{ticket.status.name}</Badge>
          {ticket.workspace === "HELP_DESK" && <Badge tone="warm">{t.ticket.helpDesk}</Badge>}
          {ticket.trashedAt && <Badge tone="bad">{t.trash.title}</Badge>}
          <Link to={`/contacts/${ticket.contact.id}`} className="text-accent-text underline underline-offset-2">
            <bdi>{ticket.contact.name || ticket.contact.email}</bdi>
          </Link>
        </span>
      }
      actions={
        <div className="flex items-center gap-2">
          <StatusMenu ticket={ticket} label={t.editor.statusLabel} className="w-48" />
          {ticket.viewerCanTrash && <Button icon="trash" aria-label={t.ticket.trash} onClick={() => setTrashing(true)} />}
          {ticket.viewerCanRestore && (
            <Button look="primary" icon="undo" onClick={() => void restore()}>
              {t.conversation.restore}
            </Button>
          )}
        </div>
      }
    >
      <div className="grid grid-cols-1 gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)]">
        <div>
          <Panel title={t.ticket.all}>
            <PropertyList ticket={ticket} properties={ticket.properties} />
          </Panel>
          <Panel title={t.ticket.conversations}>
            <ul className="-m-2 space-y-0.5">
              {ticket.conversations.nodes.map((c) => (
                <li key={c.id}>
                  <Link to={`/conversations/${c.id}`} className="flex items-center gap-2 rounded-lg px-2 py-1.5 hover:bg-hover">
                    <span className="text-muted">{t.conversation.number(c.number)}</span>
                    <bdi className="min-w-0 flex-1 truncate">{titleOf(c)}</bdi>
                    <Badge tone={c.status === "OPEN" ? "good" : "closed"}>{t.conversation.status[c.status]}</Badge>
                    <RelativeTime at={c.lastActivityAt} className="text-xs text-faint" />
                  </Link>
                </li>
              ))}
            </ul>
          </Panel>
        </div>
        <Panel title={t.ticket.timeline}>
          <Timeline ticket={ticket} />
        </Panel>
      </div>
      <Suspense>
        {trashing && (
          <TrashDialog
            rehearse={() => act(TicketTrash, { input: { ...input, dryRun: true, confirmCascade: true } })}
            trash={() => act(TicketTrash, { input: { ...input, confirmCascade: true } })}
            undo={restore}
            self={ticket.id}
            onClose={() => setTrashing(false)}
          />
        )}
      </Suspense>
    </Page>
  );
}

/** What happened, the oldest first; what is older than the newest part is fetched when it is asked for. */
function Timeline({ ticket }: { ticket: Record }) {
  const client = useClient();
  const names = useNames();
  const [older, setOlder] = useState<Thread<TimelineEntry> | null>(null);
  const { nodes, pageInfo } = ticket.timeline;
  const newest = { entries: nodes, before: pageInfo.hasPreviousPage ? pageInfo.startCursor : null };
  const thread = older ? overlay(older, newest) : newest;
  const more = async () => {
    const result = await client.query(OlderOfTicket, { id: ticket.id, before: thread.before! }, { requestPolicy: "network-only" }).toPromise();
    const page = result.data?.ticket?.timeline;
    if (page) setOlder(prepend(thread, { entries: page.nodes, before: page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null }));
  };
  return (
    <>
      <p className="mb-3 text-xs text-muted">
        {t.property.builtIn.createdAt} {mediumTime(ticket.createdAt)}
      </p>
      {thread.before !== null && (
        <Button look="quiet" onClick={() => void more()}>
          {t.conversation.older}
        </Button>
      )}
      <ol className="flex flex-col gap-3">
        {thread.entries.filter(isShown).map((entry) => (
          <Entry key={entry.id} entry={entry} names={names} fresh={false} />
        ))}
      </ol>
    </>
  );
}
