import { beforeEach, expect, it } from "vitest";
import { keepDraft, readDraft } from "./drafts";

beforeEach(() => localStorage.clear());

it("gives back what was typed, per conversation and mode", () => {
  keepDraft("c1", "reply", { text: "Hello 👋", key: "k" });
  keepDraft("c1", "comment", { text: "שלום", key: "l" });
  expect(readDraft("c1", "reply")).toEqual({ text: "Hello 👋", key: "k" });
  expect(readDraft("c1", "comment").text).toBe("שלום");
  expect(readDraft("c2", "reply").text).toBe("");
});

it("forgets what was sent, and has another key for what comes next", () => {
  keepDraft("c", "reply", { text: "once", key: "k" });
  keepDraft("c", "reply", { text: "", key: "k" });
  expect(readDraft("c", "reply").text).toBe("");
  expect(readDraft("c", "reply").key).not.toBe("k");
});

it("reads nothing into what it has not written", () => {
  localStorage.setItem("deskwire.draft.reply.c", "{broken");
  expect(readDraft("c", "reply").text).toBe("");
  localStorage.setItem("deskwire.draft.reply.c", '{"text":7}');
  expect(readDraft("c", "reply").text).toBe("");
});

it("makes room by forgetting the oldest", () => {
  let room = 3;
  const kept = new Map<string, string>();
  const small = {
    get length() {
      return kept.size;
    },
    key: (i: number) => [...kept.keys()][i] ?? null,
    getItem: (name: string) => kept.get(name) ?? null,
    removeItem: (name: string) => void kept.delete(name),
    setItem(name: string, text: string) {
      if (!kept.has(name) && kept.size >= room) throw new Error("full");
      kept.set(name, text);
    },
    clear: () => kept.clear(),
  } satisfies Storage;
  for (const id of ["a", "b", "c", "d"]) keepDraft(id, "reply", { text: id, key: id }, small);
  expect(readDraft("d", "reply", small).text).toBe("d");
  room = 0;
  kept.clear();
  keepDraft("e", "reply", { text: "e", key: "e" }, small); // nothing can be kept: no harm
});
