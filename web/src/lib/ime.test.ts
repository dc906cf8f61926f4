import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commandOf } from "./ime";

describe("a key that an input method has is no command", () => {
  it.each([
    ["as the browser tells", { key: "Enter", isComposing: true }],
    ["as React passes it on", { key: "Escape", nativeEvent: { isComposing: true } }],
    ["as Safari tells of the last one", { key: "Enter", keyCode: 229 }],
    ["as Safari tells, through React", { key: "Enter", keyCode: 229, nativeEvent: { isComposing: false, keyCode: 229 } }],
    ["as Windows names it", { key: "Process" }],
  ])("%s", (_, event) => expect(commandOf(event)).toBe(null));
  it("and every other one is", () => {
    for (const key of ["Enter", "Escape", "ArrowDown", "a"]) expect(commandOf({ key, keyCode: 13, isComposing: false, nativeEvent: { isComposing: false, keyCode: 13 } })).toBe(key);
  });
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((name) => (/\.tsx?$/.test(name) && !name.endsWith(".test.ts") ? [`${folder}/${name}`] : []));

/** Reads of a key from an event, in whatever way. */
const reads = /\b(?:e|ev|event|nativeEvent)\.(?:key|keyCode|which|isComposing)\b|\{[^{}]*\b(?:key|keyCode)\b[^{}]*\}: (?:React\.)?KeyboardEvent/g;

// What may read it: the helper, what asks the helper first, what copies a key to the page, and the event of the storage.
const may = ["src/lib/ime.ts", "src/lib/keys.ts", "src/conversation/mail-frame.tsx", "src/api/session.ts"];

it("is asked by everything that acts on a key", () => {
  const found = ["src", "element/src", "explorer/src"].flatMap(filesIn).filter((file) => !may.includes(file.replaceAll("\\", "/")));
  expect(found.length).toBeGreaterThan(100);
  expect(found.flatMap((file) => [...readFileSync(file, "utf8").matchAll(reads)].map((m) => `${file}: ${m[0]}`))).toEqual([]);
  for (const one of ["if (e.key === 1)", "event.nativeEvent.isComposing", "({ key }: KeyboardEvent) => key", "event.keyCode"]) expect(one).toMatch(reads);
});
