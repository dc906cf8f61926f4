import type { Row } from "../api/fragments";
import type { VariablesOf } from "../api/graphql";
import type { FindTickets } from "../search/queries";
import { conditionOfDays, dayFilterOf, dayFilterName, hasDays, withinDays, type DayFilter } from "./days";
import type { Where } from "./use-list";

export type TicketWhere = VariablesOf<typeof FindTickets>["where"];

interface Narrowing {
  /** As the server is asked for conversations. */
  readonly where: Where;
  /** The same for rows that come live. */
  readonly keep?: (row: Row) => boolean;
  /** As the server is asked for tickets; absent: it says nothing of them. */
  readonly tickets?: TicketWhere;
}

/** What a list or a search can be narrowed to. */
export const filters = {
  unread: { where: { unread: true }, keep: (r) => r.unreadCount > 0 },
  withTicket: { where: { ticketId: { isNull: false } }, keep: (r) => r.ticket !== null },
  withoutTicket: { where: { ticketId: { isNull: true } }, keep: (r) => r.ticket === null },
  mine: { where: { ownerId: { isViewer: true } }, tickets: { ownerId: { isViewer: true } } },
  open: { where: { status: ["OPEN"] }, tickets: { state: ["OPEN"] } },
  closed: { where: { status: ["CLOSED"] }, tickets: { state: ["CLOSED"] } },
} as const satisfies Record<string, Narrowing>;
export type Filter = keyof typeof filters;

const names = Object.keys(filters) as Filter[];
/** Those that a list of conversations is narrowed by: of whom it shows, and whether they are open, the view says already. */
export const listFilters = names.filter((f) => "keep" in filters[f]);

export const kinds = ["conversations", "tickets", "contacts"] as const;
/** What a search finds. */
export type Kind = (typeof kinds)[number];

export const searchFilters: Record<Kind, readonly Filter[]> = { conversations: names, tickets: names.filter((f) => "tickets" in filters[f]), contacts: [] };

/** What is looked for and how it is narrowed, as the address has it. */
export interface SearchState {
  readonly words: string;
  readonly kind: Kind;
  readonly filter: Filter | null;
  readonly days: DayFilter | null;
  /** In the view that is open, and not everywhere. */
  readonly here: boolean;
}

export function searchStateOf(params: URLSearchParams): SearchState {
  const words = params.get("q") ?? "";
  const kind = kinds.find((k) => k === params.get("in")) ?? "conversations";
  const offered = words ? searchFilters[kind] : listFilters;
  const days = words && !hasDays(kind) ? null : dayFilterOf(params.get("days"));
  return { words, kind, filter: offered.find((f) => f === params.get("filter")) ?? null, days, here: params.has("here") };
}

/** What a search of another kind takes over. */
export const asKind = (look: SearchState, kind: Kind): SearchState => ({ ...look, kind, filter: null, days: hasDays(kind) ? look.days : null });

export const isNarrowed = ({ filter, days }: SearchState): boolean => filter !== null || days !== null;

/** The same as a part of an address, with what goes before it; the usual is not written. */
export function addressOf(place: string, { words, kind, filter, days, here }: SearchState): string {
  const params = new URLSearchParams();
  if (words) params.set("q", words);
  if (words && kind !== "conversations") params.set("in", kind);
  if (filter) params.set("filter", filter);
  if (days) params.set("days", dayFilterName(days));
  if (words && here) params.set("here", "");
  return params.size ? `${place}?${params}` : place;
}

/** The conversations that a view shows, as a condition. */
export function conditionOfView(view: { kind: string; inbox: { id: string } | null; where: unknown }): Where {
  if (!view.inbox) return view.where as Where;
  return {
    inboxId: { eq: view.inbox.id },
    status: [view.kind === "CLOSED" ? "CLOSED" : "OPEN"],
    ...(view.kind === "MINE" ? { ownerId: { isViewer: true } } : view.kind === "UNASSIGNED" ? { ownerId: { isNull: true } } : {}),
  };
}

/** Where all of these hold, in one group: groups nest only so deep, and what is saved may be narrowed and saved again. */
export function allOf(...conditions: readonly (Where | undefined)[]): Where | undefined {
  const parts = conditions.flatMap((w) => (w && Object.keys(w).join() === "and" ? w.and! : w && Object.keys(w).length ? [w] : []));
  return parts.length < 2 ? parts[0] : { and: parts };
}

type ViewShown = Parameters<typeof conditionOfView>[0];

/** How what is looked for is narrowed, as the server is asked: for conversations and for tickets. */
export function conditionsOf({ filter, days, here }: SearchState, view: ViewShown | undefined): { conversations: Where | undefined; tickets: TicketWhere | undefined } {
  const narrowed = filter ? filters[filter] : undefined;
  const on = days ? conditionOfDays(days) : undefined;
  const tickets = narrowed && "tickets" in narrowed ? narrowed.tickets : undefined;
  return {
    conversations: allOf(here && view ? conditionOfView(view) : undefined, narrowed?.where, on),
    tickets: tickets || on ? ({ ...tickets, ...on } as TicketWhere) : undefined,
  };
}

/** What is left of a view, as the server is asked for it; undefined: all of it. */
export function narrowedView({ filter, days }: SearchState, view: ViewShown): Where | undefined {
  if (!filter && !days) return undefined;
  return allOf(conditionOfView(view), filter ? filters[filter].where : undefined, days ? conditionOfDays(days) : undefined);
}

/** The same for rows that come live, by the viewer's clock. */
export function keepsRow({ filter, days }: SearchState): (row: Row) => boolean {
  const narrowed: Narrowing | undefined = filter ? filters[filter] : undefined;
  return (row) => (narrowed?.keep?.(row) ?? true) && (!days || withinDays(days, row[days.field], new Date()));
}

/** The words of a search as a view can look for them: in subjects. What is left out of a search, and `or`, a view can't say. */
export function subjectConditions(words: string): readonly Where[] {
  const wanted = (words.match(/-?"[^"]*"|\S+/g) ?? []).filter((w) => !/^(-.*|or)$/i.test(w)).map((w) => w.replaceAll('"', "").trim());
  return wanted.filter(Boolean).map((contains) => ({ subject: { contains } }));
}

/** As much of a text as the server takes for a search: whole characters, and none that no text has. */
export function searchableWords(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cs}]+/gu, " ").trim();
  return clean.slice(0, new TextEncoder().encodeInto(clean, new Uint8Array(200)).read).trim();
}
