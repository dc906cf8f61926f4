import { beforeEach, expect, it } from "vitest";
import { DraftShelf, forgetUnsignedDrafts, nameThisWindow, type Kept } from "./drafts";

const ada = { account: "acc_1", agent: "agt_ada" };
const shelf = (author = ada, window = "w1", storage?: Storage) => new DraftShelf(author, window, storage);
const kept = (text: string, key = "k"): Kept => ({ draft: { text, files: [], key }, unsent: [] });
const textOf = (s: DraftShelf, conversation = "c", mode: "reply" | "comment" = "reply") => s.read(conversation, mode).kept.draft.text;

beforeEach(() => localStorage.clear());

it("gives back what was typed, per conversation and mode", () => {
  shelf().keep("c1", "reply", kept("Hello 👋"));
  shelf().keep("c1", "comment", kept("שלום", "l"));
  expect(shelf().read("c1", "reply").kept.draft).toEqual({ text: "Hello 👋", files: [], key: "k" });
  expect(textOf(shelf(), "c1", "comment")).toBe("שלום");
  expect(textOf(shelf(), "c2")).toBe("");
});

it("keeps files and what was not sent yet", () => {
  const file = { id: "att_1", fileName: "a.pdf", size: 3 };
  const all: Kept = { draft: { text: "", files: [file], key: "k" }, unsent: [{ text: "first", files: [], key: "l" }] };
  shelf().keep("c", "reply", all);
  expect(shelf().read("c", "reply").kept).toMatchObject(all);
});

it("forgets what was sent, and has another key for what comes next", () => {
  shelf().keep("c", "reply", kept("once"));
  shelf().keep("c", "reply", kept(""));
  expect(textOf(shelf())).toBe("");
  expect(shelf().read("c", "reply").kept.draft.key).not.toBe("k");
  expect(localStorage.length).toBe(0);
});

it.each([
  ["another agent of the account", { account: "acc_1", agent: "agt_ben" }],
  ["the same agent's id in another account", { account: "acc_2", agent: "agt_ada" }],
  ["an agent whose id begins with the author's", { account: "acc_1", agent: "agt_ada2" }],
  ["an agent whose id the author's begins with", { account: "acc_1", agent: "agt_ad" }],
])("shows no draft to %s", (_, other) => {
  for (const mode of ["reply", "comment"] as const) shelf().keep("c", mode, kept("SECRET"));
  for (const window of ["w1", "w2"]) for (const mode of ["reply", "comment"] as const) expect(textOf(shelf(other, window), "c", mode)).toBe("");
  expect(textOf(shelf())).toBe("SECRET");
});

it("shows nothing of which nobody knows whose it is", () => {
  localStorage.setItem("deskwire.draft.reply.c", JSON.stringify({ text: "whose?", key: "k", at: 1 }));
  forgetUnsignedDrafts();
  expect(localStorage.length).toBe(0);
});

it("writes over nothing that another window has", () => {
  shelf(ada, "w1").keep("c", "reply", kept("older"));
  shelf(ada, "w2").keep("c", "reply", kept("newer"));
  shelf(ada, "w1").keep("c", "reply", kept("older, and more"));
  shelf(ada, "w1").keep("c", "reply", kept(""));
  expect(textOf(shelf(ada, "w2"))).toBe("newer");
  expect(shelf(ada, "w3").read("c", "reply").from).toBe(shelf(ada, "w2").nameOf("c", "reply"));
});

it("keeps the name of a window through a reload, and gives none to its copy", () => {
  const session = sessionStorage;
  session.clear();
  const leave: (() => void)[] = [];
  const page = { addEventListener: (kind: string, run: () => void) => kind === "pagehide" && leave.push(run) } as unknown as Window;
  const name = nameThisWindow(session, page);
  expect(nameThisWindow(session, page)).not.toBe(name); // a copy, made while the page is there
  leave[0]!();
  expect(nameThisWindow(session, page)).toBe(name); // a reload
});

it("reads nothing into what it has not written", () => {
  for (const broken of ["{broken", "7", "null", '{"draft":7}', '{"draft":{"text":7,"key":"k","files":[]},"unsent":[]}', '{"draft":{"text":"a","key":"k","files":[]},"unsent":[7]}']) {
    localStorage.setItem(shelf().nameOf("c", "reply"), broken);
    expect(textOf(shelf())).toBe("");
  }
});

it("makes room by forgetting the oldest", () => {
  let room = 3;
  const held = new Map<string, string>();
  const small = {
    get length() {
      return held.size;
    },
    key: (i: number) => [...held.keys()][i] ?? null,
    getItem: (name: string) => held.get(name) ?? null,
    removeItem: (name: string) => void held.delete(name),
    setItem(name: string, text: string) {
      if (!held.has(name) && held.size >= room) throw new Error("full");
      held.set(name, text);
    },
    clear: () => held.clear(),
  };
  const s = shelf(ada, "w1", small);
  for (const [i, conversation] of ["old", "middle", "new"].entries()) {
    s.keep(conversation, "reply", kept("text"));
    held.set(s.nameOf(conversation, "reply"), held.get(s.nameOf(conversation, "reply"))!.replace(/"at":\d+/, `"at":${i}`));
  }
  s.keep("newest", "reply", kept("text"));
  expect(textOf(s, "newest")).toBe("text");
  expect(textOf(s, "old")).toBe("");
  room = 0;
  expect(() => s.keep("none", "reply", kept("text"))).not.toThrow();
});
