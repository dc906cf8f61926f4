import { memo, type ReactNode } from "react";
import { Link } from "wouter";
import type { Row } from "../api/fragments";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { Label } from "../ui/label";
import { RelativeTime, Avatar, Badge, nameOf, titleOf } from "../ui/parts";
import { Rows } from "./rows";
import type { List } from "./use-list";

interface ConversationListProps {
  readonly list: List;
  readonly selected?: string;
  readonly hrefOf: (id: string) => string;
  readonly empty: ReactNode;
}

/** The conversations of a view. */
export function ConversationList({ list, selected, hrefOf, empty }: ConversationListProps) {
  return (
    <Rows list={list} label={t.list.label} height={84} selected={selected} empty={empty}>
      {(row) => <RowLink row={row} href={hrefOf(row.id)} selected={row.id === selected} changedAt={list.changedAt.get(row.id)} />}
    </Rows>
  );
}

/** Made anew when the row changes, and not with each step of scrolling. */
const RowLink = memo(function RowLink({ row, href, selected, changedAt }: { row: Row; href: string; selected: boolean; changedAt: number | undefined }) {
  const unread = row.unreadCount > 0;
  const name = nameOf(row.contact);
  return (
    <Link
      to={href}
      key={changedAt}
      data-row={row.id}
      aria-current={selected ? "true" : undefined}
      className={`flex h-full gap-3 border-b border-line px-4 py-2.5 outline-offset-[-2px] ${changedAt ? "animate-flash" : ""} ${selected ? "bg-accent-soft" : "hover:bg-hover"}`}
    >
      <span className="relative">
        <Avatar name={name} />
        {unread && <span className="absolute -end-0.5 -top-0.5 size-2.5 rounded-full border-2 border-paper bg-accent" />}
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <bdi className={`min-w-0 flex-1 truncate ${unread ? "font-semibold" : ""}`}>{name}</bdi>
          <RelativeTime at={row.lastActivityAt} className="text-xs text-faint" />
        </span>
        <span className="flex items-center gap-1.5">
          <span dir="auto" className={`min-w-0 flex-1 truncate text-start ${unread ? "font-semibold" : ""}`}>
            {titleOf(row)}
          </span>
          {row.labels[0] && <Label label={row.labels[0]} className="max-w-24" />}
          {row.labels.length > 1 && (
            <span title={row.labels.map((l) => l.name).join(", ")} className="text-xs text-muted">
              <span aria-hidden="true">+{row.labels.length - 1}</span>
              <span className="sr-only">{t.labels.more(row.labels.length - 1)}</span>
            </span>
          )}
        </span>
        <span className="flex items-center gap-2 text-muted">
          <span dir="auto" className="min-w-0 flex-1 truncate text-start text-[13px]">
            {row.subject ? row.preview : ""}
          </span>
          {row.ticket && (
            <Badge tone={row.ticket.status.state === "OPEN" ? "open" : "closed"}>
              <Icon name="ticket" className="me-1 size-3" />
              <bdi className="max-w-24 truncate">{row.ticket.status.name}</bdi>
            </Badge>
          )}
          {!row.ticket && row.status === "CLOSED" && <Badge tone="closed">{t.list.closed}</Badge>}
          {row.owner && (
            <span title={row.owner.name}>
              <Avatar name={row.owner.name} small />
              <span className="sr-only">{row.owner.name}</span>
            </span>
          )}
          {unread && <span className="sr-only">{t.list.unread(row.unreadCount)}</span>}
        </span>
      </span>
    </Link>
  );
});
