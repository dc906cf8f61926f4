import { describe, expect, it } from "vitest";
import { addPage, applyChange, emptyList, releaseRow, renewRetained, retainRow, type ListChange, type ListRow, type ListState } from "./list";

interface Row extends ListRow {
  readonly unread?: boolean;
}

const row = (id: string, at: number, unread = false): Row => ({ id, lastActivityAt: new Date(at * 1000).toISOString(), unread });
const list = (rows: Row[], next: string | null = null): ListState<Row> => ({ rows, next, changedAt: new Map(), retained: null });
const change = (c: Partial<ListChange<Row>>): ListChange<Row> => ({ entered: [], left: [], moved: [], changed: [], ...c });
const ids = (l: ListState<Row>) => l.rows.map((r) => r.id).join("");

describe("a page", () => {
  it("comes behind what is there", () => {
    const l = addPage(list([row("a", 9)], "x"), [row("b", 8), row("c", 7)], null, new Set());
    expect(ids(l)).toBe("abc");
    expect(l.next).toBe(null);
  });

  it("does not undo what came live while it was on its way", () => {
    const moved = applyChange(list([row("a", 9)], "x"), change({ moved: [row("b", 10)] }), 0);
    const l = addPage(moved, [row("b", 8), row("c", 7), row("d", 6)], null, new Set(["c"]));
    expect(ids(l)).toBe("bad");
    expect(l.rows[0]).toEqual(row("b", 10));
  });
});

describe("a live change", () => {
  it("puts new and moved rows into their places", () => {
    const l = applyChange(list([row("a", 9), row("b", 7), row("c", 5)]), change({ entered: [row("n", 8)], moved: [row("c", 10)] }), 0);
    expect(ids(l)).toBe("canb");
  });

  it("takes rows out, and is not surprised by unknown ones", () => {
    expect(ids(applyChange(list([row("a", 9), row("b", 7)]), change({ left: ["b", "z"] }), 0))).toBe("a");
  });

  it("leaves a row behind the loaded part to its page", () => {
    const loaded = list([row("a", 9), row("b", 7)], "more");
    expect(ids(applyChange(loaded, change({ entered: [row("n", 1)] }), 0))).toBe("ab");
    expect(ids(applyChange({ ...loaded, next: null }, change({ entered: [row("n", 1)] }), 0))).toBe("abn");
  });

  it("changes a row where it stands, and only if it is there", () => {
    const l = applyChange(list([row("a", 9), row("b", 7)]), change({ changed: [row("b", 7, true), row("z", 3, true)] }), 0);
    expect(l.rows).toEqual([row("a", 9), row("b", 7, true)]);
  });

  it("keeps to the filter", () => {
    const unread = (r: Row) => r.unread === true;
    const l = applyChange(list([row("a", 9, true), row("b", 7, true)]), change({ entered: [row("n", 10), row("m", 8, true)], changed: [row("b", 7)] }), 0, { keep: unread });
    expect(ids(l)).toBe("am");
  });

  it("marks what is different, for a while", () => {
    const once = applyChange(list([row("a", 9), row("b", 7)]), change({ changed: [row("b", 7)] }), 1_000);
    expect([...once.changedAt.keys()]).toEqual(["b"]);
    expect([...applyChange(once, change({ changed: [row("a", 9)] }), 9_000).changedAt.keys()]).toEqual(["a"]);
  });

  it("says the same twice without harm", () => {
    const c = change({ entered: [row("n", 8)], left: ["b"] });
    const once = applyChange<Row>(list([row("a", 9), row("b", 7)]), c, 0);
    expect(applyChange(once, c, 0).rows).toEqual(once.rows);
    expect(applyChange<Row>(emptyList, c, 0).rows.length).toBe(1);
  });
});

describe("the row that is open", () => {
  const unread = { keep: (r: Row) => r.unread === true, open: "b" };
  const three = list([row("a", 9, true), row("b", 7, true), row("c", 5, true)]);

  it.each([
    ["is read", change({ changed: [row("b", 7)] }), "abc"],
    ["has left the view", change({ left: ["b"] }), "abc"],
    ["is answered", change({ moved: [row("b", 10)] }), "bac"],
    ["has left and come back, read", change({ left: ["b"], entered: [row("b", 8)] }), "abc"],
  ])("stays when it %s, until another one is open", (_, c, shown) => {
    const l = applyChange(three, c, 0, unread);
    expect(ids(l)).toBe(shown);
    expect(l.retained).toBe("b");
    expect(ids(releaseRow(l))).toBe("ac");
    expect(releaseRow(l).retained).toBe(null);
  });

  it("stays for good when it belongs here again", () => {
    const read = applyChange(three, change({ changed: [row("b", 7)] }), 0, unread);
    const again = applyChange(read, change({ moved: [row("b", 11, true)] }), 0, unread);
    expect([ids(releaseRow(again)), again.retained]).toEqual(["bac", null]);
  });

  it("does not bring in what was not here", () => {
    expect(ids(applyChange(three, change({ entered: [row("z", 8)], changed: [row("y", 8)] }), 0, { ...unread, open: "z" }))).toBe("abc");
  });

  it("holds no other row", () => {
    const l = applyChange(three, change({ left: ["a"], changed: [row("c", 5)] }), 0, unread);
    expect([ids(l), l.retained]).toEqual(["b", null]);
  });

  it("stays through a reading anew, in its place", () => {
    const fresh = list([row("a", 9, true), row("c", 5, true)]);
    expect(retainRow(fresh, three, "b")).toMatchObject({ retained: "b", rows: three.rows });
    expect(retainRow(fresh, three, "z")).toBe(fresh);
    expect(retainRow(three, three, "b")).toBe(three);
  });

  it("is shown as it is by now, and goes when it must", () => {
    const read = applyChange(three, change({ left: ["b"] }), 0, unread);
    expect(renewRetained(read, row("b", 7)).rows[1]).toEqual(row("b", 7));
    expect(ids(renewRetained(read, null))).toBe("ac");
    expect(renewRetained(read, row("x", 1))).toBe(read);
  });
});
