import { expect, it } from "vitest";
import { eventText, eventDetail, isShown, type EventEntry } from "./describe";

const names = { agents: new Map([["agt_1", "Ben"]]), statuses: new Map([["sts_1", "Waiting on us"]]), inboxes: new Map([["ibx_1", "Sales"]]) };
const event = (kind: string, changes: { field: string; old: string | null; new: string | null }[] = []): EventEntry =>
  ({ __typename: "Event", id: "e", kind, occurredAt: "2026-03-31T15:04:05.000Z", rule: null, isEffect: false, entityId: "x", actor: null, changes }) as EventEntry;

it("names what an id stands for", () => {
  expect(eventDetail(event("TICKET_STATUS_CHANGED", [{ field: "statusId", old: null, new: "sts_1" }]), names)).toBe("Waiting on us");
  expect(eventDetail(event("TICKET_ASSIGNED", [{ field: "ownerId", old: null, new: "agt_1" }]), names)).toBe("Ben");
  expect(eventDetail(event("TICKET_ASSIGNED", [{ field: "ownerId", old: "agt_1", new: null }]), names)).toBe("Nobody");
});

it("says which properties were edited", () => {
  expect(eventDetail(event("TICKET_UPDATED", [{ field: "priority", old: null, new: "HIGH" }, { field: "properties.refund", old: null, new: "5" }]), names)).toBe("Priority, refund");
});

it("has words for what it does not know", () => {
  expect(eventText(event("SOMETHING_NEW"))).toBe("did something");
});

it("leaves out what the messages say themselves", () => {
  expect(isShown(event("MESSAGE_SENT"))).toBe(false);
  expect(isShown(event("TICKET_CREATED"))).toBe(true);
});
