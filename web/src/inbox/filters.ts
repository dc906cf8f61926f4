import type { Row } from "../api/fragments";
import type { Where } from "./use-list";

/** What a list can be narrowed to: as the server is asked, and the same for rows that come live. */
export const filters = {
  unread: { where: { unread: true }, keep: (r: Row) => r.unreadCount > 0 },
  withTicket: { where: { ticketId: { isNull: false } }, keep: (r: Row) => r.ticket !== null },
  withoutTicket: { where: { ticketId: { isNull: true } }, keep: (r: Row) => r.ticket === null },
} as const satisfies Record<string, { where: Where; keep: (row: Row) => boolean }>;
export type Filter = keyof typeof filters;

/** The conversations that a view shows, as a condition. */
export function shownBy(view: { kind: string; inbox: { id: string } | null; where: unknown }): Where {
  if (!view.inbox) return view.where as Where;
  return {
    inboxId: { eq: view.inbox.id },
    status: [view.kind === "CLOSED" ? "CLOSED" : "OPEN"],
    ...(view.kind === "MINE" ? { ownerId: { isViewer: true } } : view.kind === "UNASSIGNED" ? { ownerId: { isNull: true } } : {}),
  };
}

/** What a search for these words asks for: a part of the subject, or the number. */
export function found(words: string): Where | undefined {
  const text = words.trim();
  if (!text) return undefined;
  const number = /^#?(\d{1,9})$/.exec(text)?.[1];
  return { or: [{ subject: { contains: text } }, ...(number ? [{ number: { eq: Number(number) } }] : [])] };
}
