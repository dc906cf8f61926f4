import { afterEach, expect, it } from "vitest";
import { keyOf } from "./keys";

const keys = { j: () => {}, "mod+k": () => {} };

function press(key: string, on: Element = document.body, more: KeyboardEventInit = {}): string | null {
  let meant: string | null = null;
  const hear = (e: Event) => (meant = keyOf(e as KeyboardEvent, keys));
  addEventListener("keydown", hear, { once: true });
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  return meant;
}

afterEach(() => document.body.replaceChildren());

it("hears a key of its list", () => {
  expect(press("j")).toBe("j");
  expect(press("x")).toBe(null);
  expect(press("toString")).toBe(null);
});

it("leaves fields to who types in them", () => {
  const field = document.body.appendChild(document.createElement("textarea"));
  expect(press("j", field)).toBe(null);
  expect(press("k", field, { ctrlKey: true })).toBe("mod+k");
});

it("leaves the browser's own keys alone", () => {
  expect(press("j", document.body, { ctrlKey: true })).toBe(null);
  expect(press("j", document.body, { altKey: true })).toBe(null);
});

it("does nothing below an open dialog", () => {
  document.body.innerHTML = '<div role="dialog"></div>';
  expect(press("j")).toBe(null);
});
