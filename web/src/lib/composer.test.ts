import { describe, expect, it } from "vitest";
import { canSend, Composer, type Slot } from "./composer";
import { DraftShelf, modes, type Attached, type Draft, type Mode } from "./drafts";

const author = { account: "acc_1", agent: "agt_ada" };
/** Lets go on what waits for an answer that was given. */
async function soon(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve();
}

/** A storage that tells its other windows of what is done in it, once they hear. */
class SharedStorage {
  readonly held = new Map<string, string>();
  readonly told: { name: string; value: string | null; by: string }[] = [];

  of(window: string): Storage {
    const { held, told } = this;
    const put = (name: string, value: string | null) => {
      if ((held.get(name) ?? null) === value) return;
      if (value === null) held.delete(name);
      else held.set(name, value);
      told.push({ name, value, by: window });
    };
    return {
      get length() {
        return held.size;
      },
      key: (i: number) => [...held.keys()][i] ?? null,
      getItem: (name: string) => held.get(name) ?? null,
      removeItem: (name: string) => put(name, null),
      setItem: put,
      clear: () => held.clear(),
    };
  }
}

type Ending = "arrives" | "refused" | "lost";

/** A server that takes each key once, and whose answers come when the test says. */
class Server {
  readonly arrived = new Map<string, { mode: Mode; draft: Draft }>();
  readonly waiting: { mode: Mode; draft: Draft; answer: (refusal: string | null) => void }[] = [];
  readonly lost = new Set<string>();

  deliver = (mode: Mode, draft: Draft): Promise<string | null> => new Promise((answer) => this.waiting.push({ mode, draft, answer }));

  end(at: number, ending: Ending, heard = true): void {
    const [{ mode, draft, answer }] = this.waiting.splice(at, 1) as [(typeof this.waiting)[number]];
    const before = this.arrived.get(draft.key);
    const same = before && JSON.stringify(before.draft) === JSON.stringify(draft);
    if (ending !== "refused" && !before) this.arrived.set(draft.key, { mode, draft });
    if (ending === "lost" || !heard) this.lost.add(draft.key);
    if (heard) answer(ending !== "arrives" ? "NETWORK" : before && !same ? "IDEMPOTENCY_KEY_REUSED" : null);
  }
}

const textOf = (draft: Draft): string => [draft.text, ...draft.files.map((f) => f.fileName)].join(" ");
const contents = ({ draft, sending, failed }: Slot): string => [draft, ...(sending ? [sending] : []), ...failed].map(textOf).join(" ");

function start(storage: Storage = new SharedStorage().of("w1"), window = "w1", server = new Server()) {
  return { server, composer: new Composer("cnv_1", new DraftShelf(author, window, storage), server.deliver) };
}

const file = (name: string): Attached => ({ id: "att_" + name, fileName: name, size: 1 });

describe("what belongs to one mode stays in it", () => {
  it.each(["refused", "lost"] as const)("when a comment fails after one has gone to the answer: %s", async (ending) => {
    const { server, composer } = start();
    composer.write("comment", "SECRET");
    const sent = composer.send("comment");
    composer.write("reply", "Dear Pia");
    server.end(0, ending);
    expect(await sent).toBe(false);
    expect(composer.slot("reply").draft.text).toBe("Dear Pia");
    expect(composer.slot("comment").draft.text).toBe("SECRET");
  });

  it("when a file arrives late", async () => {
    const { composer } = start();
    let arrive!: (f: Attached) => void;
    const attached = composer.attach("comment", new Promise((done) => (arrive = done)));
    composer.write("reply", "Dear Pia");
    expect(canSend(composer.slot("reply"))).toBe(true);
    arrive(file("internal.pdf"));
    await attached;
    expect(composer.slot("reply").draft.files).toEqual([]);
    expect(composer.slot("comment").draft.files).toEqual([file("internal.pdf")]);
  });
});

describe("what is written ahead stays", () => {
  it.each(["arrives", "refused", "lost"] as const)("text and files, when the message before %s", async (ending) => {
    const { server, composer } = start();
    composer.write("reply", "first");
    const sent = composer.send("reply");
    composer.write("reply", "second");
    await composer.attach("reply", Promise.resolve(file("for the second")));
    server.end(0, ending);
    await sent;
    expect(textOf(composer.slot("reply").draft)).toBe("second for the second");
    expect(composer.slot("reply").failed.map((f) => f.text)).toEqual(ending === "arrives" ? [] : ["first"]);
  });

  it("and what failed is sent again under its own key, or taken back in front", async () => {
    const { server, composer } = start();
    composer.write("reply", "first");
    const { key } = composer.slot("reply").draft;
    const sent = composer.send("reply");
    composer.write("reply", "second");
    server.end(0, "lost");
    await sent;
    const again = composer.sendAgain("reply", key);
    server.end(0, "arrives");
    expect(await again).toBe(true);
    expect([...server.arrived.values()].map((a) => a.draft.text)).toEqual(["first"]);
    const next = composer.send("reply");
    composer.write("reply", "third");
    server.end(0, "refused");
    await next;
    composer.takeBack("reply", composer.slot("reply").failed[0]!.key);
    expect(composer.slot("reply").draft.text).toBe("second\n\nthird");
  });
});

it("sends nothing twice, nothing blank and nothing whose files are on their way", async () => {
  const { server, composer } = start();
  expect(await composer.send("reply")).toBe(false);
  composer.write("reply", " \n ");
  expect(await composer.send("reply")).toBe(false);
  composer.write("reply", "once");
  void composer.attach("reply", new Promise(() => {}));
  expect(await composer.send("reply")).toBe(false);
  composer.write("comment", "twice?");
  void composer.send("comment");
  expect(await composer.send("comment")).toBe(false);
  expect(server.waiting.length).toBe(1);
});

it("gives a text back that was on its way when the page was left, under its key", () => {
  const storage = new SharedStorage().of("w1");
  const { composer } = start(storage);
  composer.write("comment", "on its way");
  const { key } = composer.slot("comment").draft;
  void composer.send("comment");
  expect(start(storage).composer.slot("comment").draft).toEqual({ text: "on its way", files: [], key });
  expect(start(storage).composer.slot("reply").draft.text).toBe("");
});

describe("two windows", () => {
  const open = () => {
    const shared = new SharedStorage();
    const server = new Server();
    const both = ["w1", "w2"].map((window) => ({ window, ...start(shared.of(window), window, server) }));
    const settle = () => {
      for (let one = shared.told.shift(); one; one = shared.told.shift()) for (const w of both) if (w.window !== one.by) w.composer.hear(one.name, one.value);
    };
    const reload = (at: number) => (both[at] = { window: both[at]!.window, ...start(shared.of(both[at]!.window), both[at]!.window, server) });
    return { server, both, settle, reload, text: (at: number) => both[at]!.composer.slot("reply").draft.text };
  };

  it("keep a draft each, whichever sends first", async () => {
    const { server, both, settle, reload, text } = open();
    both[0]!.composer.write("reply", "of the first");
    settle();
    both[1]!.composer.write("reply", "of the second");
    settle();
    both[0]!.composer.write("reply", "of the first, and more");
    settle();
    const sent = both[0]!.composer.send("reply");
    server.end(0, "arrives");
    await sent;
    settle();
    reload(1);
    expect(text(1)).toBe("of the second");
  });

  it("go on from one draft as two messages", () => {
    const { both, settle, reload, text } = open();
    both[0]!.composer.write("reply", "begun");
    settle();
    reload(1);
    expect(text(1)).toBe("begun");
    both[1]!.composer.write("reply", "begun, otherwise");
    settle();
    expect(both[0]!.composer.slot("reply").draft.key).not.toBe(both[1]!.composer.slot("reply").draft.key);
    for (const at of [0, 1]) reload(at);
    expect([text(0), text(1)]).toEqual(["begun", "begun, otherwise"]);
  });

  it("are both done with a draft that one of them has sent as it was", async () => {
    const { server, both, settle, reload, text } = open();
    both[0]!.composer.write("reply", "begun");
    settle();
    reload(1);
    const sent = both[1]!.composer.send("reply");
    settle();
    server.end(0, "arrives");
    await sent;
    settle();
    expect([text(0), text(1)]).toEqual(["", ""]);
    reload(0);
    expect(text(0)).toBe("");
  });
});

/** A generator of numbers that gives the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Deeds in any order, in one window that may be reloaded: whatever was written is in one place, and of its mode. */
async function play(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const storage = new SharedStorage().of("w1");
  const server = new Server();
  let { composer } = start(storage, "w1", server);
  const uploads: ((f: Attached | null) => void)[] = [];
  const live = new Map<string, Mode>(); // what was written and not deleted
  let last = 0;
  const endings: readonly Ending[] = ["arrives", "arrives", "refused", "lost"];
  const deeds: (() => void)[] = [
    ...Array.from({ length: 4 }, () => () => {
      const mode = modes[random(2)]!;
      const token = `${mode}${++last}.`;
      live.set(token, mode);
      composer.write(mode, `${composer.slot(mode).draft.text} ${token}`);
    }),
    ...Array.from({ length: 3 }, () => () => void composer.send(modes[random(2)]!)),
    ...Array.from({ length: 3 }, () => () => void (server.waiting.length && server.end(random(server.waiting.length), endings[random(4)]!))),
    () => {
      const mode = modes[random(2)]!;
      for (const token of textOf({ ...composer.slot(mode).draft, files: [] }).split(/\s+/)) live.delete(token);
      composer.write(mode, "");
    },
    () => {
      const mode = modes[random(2)]!;
      const token = `${mode}${++last}.`;
      void composer.attach(mode, new Promise((done) => uploads.push((f) => (f && live.set(token, mode), done(f && file(token))))));
    },
    () => uploads.splice(random(uploads.length), 1)[0]?.(random(4) ? file("") : null),
    () => {
      const mode = modes[random(2)]!;
      const failed = composer.slot(mode).failed[0];
      if (failed) void (random(2) ? composer.sendAgain(mode, failed.key) : composer.takeBack(mode, failed.key));
    },
    () => {
      if (random(3)) return; // the page is left: what was on its way arrives or does not, and nobody hears of it
      while (server.waiting.length) server.end(0, endings[random(4)]!, false);
      uploads.length = 0;
      composer = start(storage, "w1", server).composer;
    },
  ];
  const check = () => {
    for (const mode of modes) expect(contents(composer.slot(mode))).not.toMatch(mode === "reply" ? /comment/ : /reply/);
    for (const [, { mode, draft }] of server.arrived) expect(textOf(draft)).not.toMatch(mode === "reply" ? /comment/ : /reply/);
    const there = modes.map((mode) => contents(composer.slot(mode))).join(" ");
    const arrived = [...server.arrived.values()].map((a) => textOf(a.draft)).join(" ");
    expect([...live.keys()].filter((token) => !there.includes(token) && !arrived.includes(token)), "gone").toEqual([]);
  };
  for (let i = 0; i < 60; i++) {
    deeds[random(deeds.length)]!();
    await soon();
    check();
  }
  while (uploads.length) uploads.shift()!(null);
  for (let i = 0; i < 40 && modes.some((m) => contents(composer.slot(m)).trim()); i++) {
    await soon();
    while (server.waiting.length) server.end(0, "arrives");
    await soon();
    for (const mode of modes) {
      for (const { key } of composer.slot(mode).failed) composer.takeBack(mode, key);
      void composer.send(mode);
    }
  }
  const unsure = [...server.lost].map((key) => textOf(server.arrived.get(key)?.draft ?? { text: "", files: [], key })).join(" ");
  for (const token of live.keys()) {
    const times = [...server.arrived.values()].filter((a) => textOf(a.draft).split(/\s+/).includes(token)).length;
    expect(times, token).toBeGreaterThan(0);
    if (!unsure.includes(token)) expect(times, token).toBe(1);
  }
}

it("holds in any order of deeds", { timeout: 30_000 }, async () => {
  for (let seed = 1; seed <= 40; seed++) await play(seed).catch((e: unknown) => Promise.reject(new Error(`seed ${seed}: ${(e as Error).message}`)));
});
