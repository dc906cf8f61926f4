import { useState } from "react";
import { useClient, useQuery } from "urql";
import { Link } from "wouter";
import { useMutate } from "../api/mutate";
import type { ResultOf } from "../api/graphql";
import { ConversationRestore, TicketRestore } from "../api/mutations";
import { Happenings, Trash } from "../api/queries";
import { cursorOf, useLiveSubscription } from "../api/use-live";
import { useFrame } from "../frame";
import { mediumTime } from "../lib/time";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { Button, EmptyState, nameOf, titleOf, Skeleton } from "../ui/parts";
import { toast } from "../ui/toast";
import { Page } from "./page";

type Group = ResultOf<typeof Trash>["trash"]["nodes"][number];
type Thing = Group["records"][number];

/** What is in the trash, by trashings: what went together comes back together (D3). */
export function TrashPage() {
  const { viewer } = useFrame();
  const client = useClient();
  const [asked, again] = useQuery({ query: Trash, variables: {}, requestPolicy: "cache-and-network" });
  const [further, setFurther] = useState<{ nodes: readonly Group[]; next: string | null } | null>(null);
  const after = asked.data ? cursorOf(asked) : null;
  const [from, setFrom] = useState<string | null>(null);
  if (from === null && after !== null) setFrom(after);
  useLiveSubscription(Happenings, from === null ? null : { where: { kind: ["TICKET_TRASHED", "TICKET_RESTORED", "CONVERSATION_TRASHED", "CONVERSATION_RESTORED", "TRASH_PURGED"] }, after: from }, (payload) => {
    if (payload.reason === "SNAPSHOT" || (payload.reason === "CHANGE" && !payload.events.length)) return;
    setFurther(null);
    again({ requestPolicy: "network-only" });
  });
  const first = asked.data?.trash;
  const next = further ? further.next : first?.pageInfo.hasNextPage ? first.pageInfo.endCursor : null;
  const groups = [...(first?.nodes ?? []), ...(further?.nodes ?? [])].filter((g) => g.restoredAt === null);
  const more = async () => {
    const result = await client.query(Trash, { after: next }, { requestPolicy: "network-only" }).toPromise();
    const page = result.data?.trash;
    if (page) setFurther({ nodes: [...(further?.nodes ?? []), ...page.nodes], next: page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null });
  };
  return (
    <Page title={t.trash.title} lead={t.trash.lead(viewer.account.trashKeepDays)}>
      {!first ? (
        asked.error ? <EmptyState icon="alert" title={t.errors.load} /> : <Skeleton />
      ) : groups.length === 0 ? (
        <EmptyState icon="trash" title={t.trash.empty} />
      ) : (
        <ul className="space-y-3">
          {groups.map((g) => (
            <GroupItem key={g.id} group={g} />
          ))}
        </ul>
      )}
      {next && (
        <div className="mt-4 text-center">
          <Button onClick={() => void more()}>{t.ticket.showMore}</Button>
        </div>
      )}
    </Page>
  );
}

function GroupItem({ group }: { group: Group }) {
  const act = useMutate();
  const [busy, setBusy] = useState(false);
  const root = group.root ?? group.records[0] ?? null;
  const restore = async () => {
    if (!root) return;
    setBusy(true);
    const { done } = root.__typename === "Ticket" ? await act(TicketRestore, { input: { ticketId: root.id } }) : await act(ConversationRestore, { input: { conversationId: (root as { id: string }).id } });
    setBusy(false);
    if (done) toast.say(t.trash.restored);
  };
  const able = root !== null && (!("viewerCanRestore" in root) || root.viewerCanRestore === true);
  return (
    <li data-group={group.id} className="rounded-2xl border border-line bg-paper p-4">
      <div className="mb-2 flex items-center gap-3">
        <p className="min-w-0 flex-1 text-sm text-muted">
          <bdi>{t.trash.by(group.trashedBy?.name ?? t.trash.server, mediumTime(group.trashedAt))}</bdi>
          <br />
          <span className="text-xs">{t.trash.purge(mediumTime(group.purgeAt))}</span>
        </p>
        {able && (
          <Button icon="undo" disabled={busy} onClick={() => void restore()}>
            {t.conversation.restore}
          </Button>
        )}
      </div>
      <ul className="space-y-1">
        {group.records.map((r) => (
          <ThingLine key={"id" in r ? r.id : ""} thing={r} />
        ))}
      </ul>
    </li>
  );
}

function ThingLine({ thing }: { thing: Thing }) {
  if (thing.__typename !== "Ticket" && thing.__typename !== "Conversation") return null;
  const ticket = thing.__typename === "Ticket";
  return (
    <li>
      <Link to={ticket ? `/tickets/${thing.id}` : `/conversations/${thing.id}`} className="flex items-center gap-2 rounded-lg px-2 py-1 hover:bg-hover">
        <Icon name={ticket ? "ticket" : "inbox"} className="size-4 text-faint" />
        <span className="text-sm whitespace-nowrap text-muted">{ticket ? t.trash.ticket(thing.number) : t.trash.conversation(thing.number)}</span>
        <bdi className="truncate">{ticket ? thing.name : `${titleOf(thing)} · ${nameOf(thing.contact)}`}</bdi>
      </Link>
    </li>
  );
}
