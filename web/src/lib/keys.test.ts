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

it.each([
  ["Cyrillic", "о", "KeyJ"], ["Greek", "ξ", "KeyJ"], ["Arabic", "ت", "KeyJ"], ["Hebrew", "ח", "KeyJ"], ["Thai", "่", "KeyJ"], ["Korean", "ㅓ", "KeyJ"],
])("finds a shortcut at its place on a keyboard for %s", (_, typed, code) => expect(press(typed, document.body, { code })).toBe("j"));

it("opens the palette by any keyboard, and takes letters of Latin ones for what they are", () => {
  for (const [typed, code] of [["л", "KeyK"], ["Л", "KeyK"], ["κ", "KeyK"], ["ن", "KeyK"], ["k", "KeyV"]]) expect(press(typed!, document.body, { code, ctrlKey: true })).toBe("mod+k");
  expect(press("h", document.body, { code: "KeyJ" })).toBe(null); // Dvorak
  expect(press("ø", document.body, { code: "KeyJ" })).toBe(null);
  expect(press("о", document.body, { code: "KeyJ", shiftKey: true })).toBe(null);
});

it.each([["؟", "Slash", true, "?"], ["ظ", "Slash", false, "/"], ["№", "Digit3", true, "#"]] as const)("knows the sign at the place of %s", (typed, code, shiftKey, sign) => {
  let meant: string | null = null;
  addEventListener("keydown", (e) => (meant = keyOf(e, { "?": () => {}, "/": () => {}, "#": () => {} })), { once: true });
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: typed, code, shiftKey, bubbles: true }));
  expect(meant).toBe(sign);
});
