import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { Link } from "wouter";
import type { Row } from "../api/fragments";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { Ago, Avatar, Badge, Button, Empty, nameOf, titleOf, Waiting } from "../ui/parts";
import type { List } from "./use-list";

const rowHeight = 84;

interface ConversationListProps {
  readonly list: List;
  readonly selected?: string;
  readonly hrefOf: (id: string) => string;
  readonly empty: ReactNode;
}

/** The rows that are in sight, however many there are. */
export function ConversationList({ list, selected, hrefOf, empty }: ConversationListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: list.rows.length + (list.next === null ? 0 : 1),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (i) => list.rows[i]?.id ?? "more",
    overscan: 6,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= list.rows.length - 15) list.more();
  }, [last, list]);
  useStayInPlace(list.rows, scroller);
  const index = list.rows.findIndex((r) => r.id === selected);
  const reveal = useRef(rows.scrollToIndex);
  reveal.current = rows.scrollToIndex;
  useEffect(() => {
    if (index >= 0) reveal.current(index, { align: "auto" });
    // Only another choice scrolls: a row that moves does not take the list along.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [selected, index >= 0]);

  if (list.failed && !list.rows.length) {
    return (
      <Empty icon="alert" title={t.list.failed}>
        <Button className="mt-3" onClick={list.again}>
          {t.retry}
        </Button>
      </Empty>
    );
  }
  if (!list.rows.length) return list.loading ? <Waiting rows={9} /> : empty;
  return (
    <div ref={scroller} data-testid="list" className="h-full overflow-y-auto overscroll-contain">
      <ul aria-label={t.list.label} className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map((item) => {
          const row = list.rows[item.index];
          return (
            <li key={item.key} className="absolute inset-x-0 top-0" style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}>
              {row ? (
                <RowLink row={row} href={hrefOf(row.id)} selected={row.id === selected} lit={list.lit.get(row.id)} />
              ) : (
                <p className="flex h-full items-center justify-center text-sm text-muted">
                  {list.failed ? (
                    <Button onClick={list.again}>{t.retry}</Button>
                  ) : (
                    t.list.more
                  )}
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Rows that come in above what is being looked at do not push it away. */
function useStayInPlace(rows: readonly Row[], scroller: React.RefObject<HTMLDivElement | null>): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const was = before.current;
    before.current = rows;
    const box = scroller.current;
    if (!box || box.scrollTop < rowHeight || was === rows) return;
    const at = Math.floor(box.scrollTop / rowHeight);
    const held = was[at];
    const now = held ? rows.findIndex((r) => r.id === held.id) : -1;
    if (now >= 0 && now !== at && Math.abs(now - at) < 20) box.scrollTop += (now - at) * rowHeight;
  }, [rows, scroller]);
}

function RowLink({ row, href, selected, lit }: { row: Row; href: string; selected: boolean; lit: number | undefined }) {
  const unread = row.unreadCount > 0;
  const name = nameOf(row.contact);
  return (
    <Link
      to={href}
      key={lit}
      data-row={row.id}
      aria-current={selected ? "true" : undefined}
      className={`flex h-full gap-3 border-b border-line px-4 py-2.5 outline-offset-[-2px] ${lit ? "animate-lit" : ""} ${selected ? "bg-accent-soft" : "hover:bg-hover"}`}
    >
      <span className="relative">
        <Avatar name={name} />
        {unread && <span className="absolute -end-0.5 -top-0.5 size-2.5 rounded-full border-2 border-paper bg-accent" />}
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <bdi className={`min-w-0 flex-1 truncate ${unread ? "font-semibold" : ""}`}>{name}</bdi>
          <Ago at={row.lastActivityAt} className="text-xs text-faint" />
        </span>
        <span dir="auto" className={`block truncate text-start ${unread ? "font-semibold" : ""}`}>
          {titleOf(row)}
        </span>
        <span className="flex items-center gap-2 text-muted">
          <span dir="auto" className="min-w-0 flex-1 truncate text-start text-[13px]">
            {row.subject ? row.preview : ""}
          </span>
          {row.ticket && (
            <Badge tone={row.ticket.status.state === "OPEN" ? "open" : "closed"}>
              <Icon name="ticket" className="me-1 size-3" />
              <span className="max-w-24 truncate">{row.ticket.status.name}</span>
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
}
