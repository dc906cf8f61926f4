import type { TimelineEntry } from "../api/fragments";
import { t } from "../text";

export type EventEntry = Extract<TimelineEntry, { __typename: "Event" }>;

/** Names for the ids that a change may hold. */
export interface Names {
  readonly agents: ReadonlyMap<string, string>;
  readonly statuses: ReadonlyMap<string, string>;
  readonly inboxes: ReadonlyMap<string, string>;
}

// Said by the messages themselves, or of no interest to who reads the thread.
const silent = new Set(["CONVERSATION_READ", "CONVERSATION_UNREAD", "MESSAGE_RECEIVED", "MESSAGE_SENT", "COMMENT_CREATED", "MESSAGE_DELIVERY_REPORTED", "ATTACHMENT_CREATED", "ATTACHMENT_UPLOADED", "ATTACHMENT_SENT", "CONVERSATION_STARTED"]);

export const isShown = (entry: TimelineEntry): boolean => entry.__typename !== "Event" || !silent.has(entry.kind);

/** What has become of it, such as the name of the new status; empty where there is nothing to add. */
export function eventDetail(event: EventEntry, names: Names): string {
  for (const change of event.changes) {
    const known = change.new === null ? null : (names.statuses.get(change.new) ?? names.agents.get(change.new) ?? names.inboxes.get(change.new));
    if (known) return known;
    if (/owner/i.test(change.field) && change.new === null) return t.nobody;
  }
  if (event.kind !== "TICKET_UPDATED") return "";
  return event.changes
    .map((c) => c.field.replace(/^properties\./, ""))
    .map((key) => t.property.builtIn[key] ?? key)
    .join(", ");
}

export const eventText = (event: EventEntry): string => t.events[event.kind] ?? t.eventOther;
export const timeOf = (entry: TimelineEntry): string => (entry.__typename === "Event" ? entry.occurredAt : entry.createdAt);
