import { expect, test } from "vitest";
import type { Row } from "../api/fragments";
import { addressOf, allOf, asKind, conditionsOf, keepsRow, narrowedView, searchableWords, subjectConditions, searchStateOf } from "./filters";

const look = (address: string) => searchStateOf(new URLSearchParams(address));
const mine = { kind: "MINE", inbox: { id: "inb_1" }, where: null };

test.each(["?q=tent", "?q=tent&in=tickets&filter=open", "?q=%23+4711+%26&in=contacts", "?q=a+&filter=closed&here=", "?filter=unread", "?filter=unread&days=lastActivityAt.today", "?q=a&days=closedAt.lastWeek&here=", ""])("the address %s says all", (address) =>
  expect(addressOf("/views/1", look(address))).toBe("/views/1" + address),
);

test("what an address can't say is the usual", () => {
  expect(look("?q=a&in=planets&filter=nice")).toEqual({ words: "a", kind: "conversations", filter: null, days: null, here: false });
  expect(look("?q=a&in=tickets&filter=unread").filter).toBeNull();
  expect(look("?filter=closed").filter).toBeNull(); // of a list the view says it
});

test("days narrow what has days", () => {
  const today = { createdAt: { on: "TODAY" } };
  expect(conditionsOf(look("?q=a&filter=closed&days=createdAt.today"), mine)).toEqual({ conversations: { and: [{ status: ["CLOSED"] }, today] }, tickets: { state: ["CLOSED"], ...today } });
  expect(conditionsOf(look("?q=a&filter=unread&days=createdAt.today"), mine).tickets).toEqual(today);
  expect(look("?q=a&in=contacts&days=createdAt.today").days).toBeNull();
  expect(asKind(look("?q=a&days=createdAt.today"), "contacts").days).toBeNull();
  expect(asKind(look("?q=a&filter=unread&days=createdAt.today"), "tickets")).toMatchObject({ filter: null, days: { field: "createdAt", span: "today" } });
});

test("a view is narrowed by both, and what comes live as well", () => {
  const shown = { inboxId: { eq: "inb_1" }, status: ["OPEN"], ownerId: { isViewer: true } };
  expect(narrowedView(look(""), mine)).toBeUndefined();
  expect(narrowedView(look("?filter=unread&days=lastActivityAt.olderThan7Days"), mine)).toEqual({ and: [shown, { unread: true }, { lastActivityAt: { olderThan: "7d" } }] });
  const row = (unreadCount: number, lastActivityAt: Date) => ({ unreadCount, lastActivityAt: lastActivityAt.toISOString() }) as Row;
  const keeps = keepsRow(look("?filter=unread&days=lastActivityAt.today"));
  const [now, before] = [new Date(), new Date(Date.now() - 2 * 86_400_000)];
  expect([row(1, now), row(0, now), row(1, before)].map(keeps)).toEqual([true, false, false]);
  expect(keepsRow(look("?days=lastActivityAt.today"))(row(0, now))).toBe(true);
});

test("conditions stand in one group", () => {
  const unread = { unread: true };
  expect(allOf()).toBeUndefined();
  expect(allOf(undefined, unread, {})).toEqual(unread);
  expect(allOf({ and: [unread, { status: ["OPEN"] }] }, { ticketId: { isNull: true } })).toEqual({ and: [unread, { status: ["OPEN"] }, { ticketId: { isNull: true } }] });
  expect(allOf({ and: [unread], status: ["OPEN"] }, unread)).toEqual({ and: [{ and: [unread], status: ["OPEN"] }, unread] });
});

test("a search is narrowed by its filter and its view", () => {
  const shown = { inboxId: { eq: "inb_1" }, status: ["OPEN"], ownerId: { isViewer: true } };
  expect(conditionsOf(look("?q=a"), mine)).toEqual({ conversations: undefined, tickets: undefined });
  expect(conditionsOf(look("?q=a&here"), mine).conversations).toEqual(shown);
  expect(conditionsOf(look("?q=a&here&filter=closed"), mine).conversations).toEqual({ and: [shown, { status: ["CLOSED"] }] });
  expect(conditionsOf(look("?q=a&in=tickets&filter=closed"), mine).tickets).toEqual({ state: ["CLOSED"] });
});

test.each([
  ["broken tents", ["broken", "tents"]],
  ['"in this order" torn', ["in this order", "torn"]],
  ['tent or -poles -"two words" bag', ["tent", "bag"]],
  ['"', []],
  ["  ", []],
])("%s in subjects", (words, found) => expect(subjectConditions(words)).toEqual(found.map((contains) => ({ subject: { contains } }))));

test.each([
  ["tent", "tent"],
  ["x".repeat(300), "x".repeat(200)],
  ["é".repeat(150), "é".repeat(100)],
  ["x" + "⛺".repeat(100), "x" + "⛺".repeat(66)],
  [" \u0000a\tb\ud83d ", "a b"],
  ["👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"],
])("%.9s is cut to what is taken", (text, taken) => expect(searchableWords(text)).toBe(taken));
