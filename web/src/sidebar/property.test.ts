import { expect, it } from "vitest";
import type { Property } from "../api/fragments";
import { displayed, labelOf, updateOf } from "./property";

const options = [{ value: "A", label: "Apple" }, { value: "B", label: "Pear" }];
const property = (type: Property["definition"]["type"], value: string | null, more: Partial<Property> = {}, builtIn = false, key = "k"): Property =>
  ({ id: "p", key, value, displayValue: value, list: [], viewerCanUpdate: true, definition: { id: "d", key, label: "Label", description: "", type, readOnly: false, builtIn, options }, ...more }) as Property;

it("shows a value by its type", () => {
  expect(displayed(property("BOOLEAN", "true"))).toBe("Yes");
  expect(displayed(property("DATE", "2026-03-31"))).toBe("Mar 31, 2026");
  expect(displayed(property("OPTION", "A", { displayValue: "Apple" }))).toBe("Apple");
  expect(displayed(property("OPTIONS", null, { list: ["B", "gone"] }))).toBe("Pear, gone");
  expect(displayed(property("NUMBER", null))).toBe(null);
  expect(displayed(property("OPTION", "HIGH", {}, true, "priority"))).toBe("High");
});

it("sends each property where it belongs", () => {
  expect(updateOf(property("TEXT", "x", {}, true, "name"), "New")).toEqual({ name: "New" });
  expect(updateOf(property("OPTION", "LOW", {}, true, "priority"), null)).toEqual({ priority: null });
  expect(updateOf(property("TEXT", null), "שלום 👋")).toEqual({ properties: [{ key: "k", value: { string: "שלום 👋" } }] });
  expect(updateOf(property("OPTIONS", null), ["A"])).toEqual({ properties: [{ key: "k", value: { list: ["A"] } }] });
  expect(updateOf(property("TEXT", "x"), null)).toEqual({ properties: [{ key: "k", value: null }] });
});

it("calls the account's own properties as the account does, whatever their key", () => {
  expect(labelOf({ key: "status", label: "State", builtIn: false })).toBe("State");
  expect(labelOf({ key: "status", label: "State", builtIn: true })).toBe("Status");
});
