/**
 * What was typed and not sent, kept in this browser through reloads, lost connections and ended tokens. A draft is its author's: whoever
 * signs in next in the same browser never meets it. Each window keeps its own, so that no window writes over what another one has.
 */

export type Mode = "reply" | "comment";

export const modes = ["reply", "comment"] as const;

/** A file that the server has and that no message has taken yet. */
export interface Attached {
  readonly id: string;
  readonly fileName: string;
  readonly size: number;
}

export interface Draft {
  readonly text: string;
  readonly files: readonly Attached[];
  /** The same key for every attempt to send this: it is sent once, however often it is tried. */
  readonly key: string;
}

/** What a window has of a conversation, in one mode. */
export interface Kept {
  readonly draft: Draft;
  /** What was to be sent, and of which nobody knows yet that it was. */
  readonly unsent: readonly Draft[];
}

/** What came of what another window did to a draft. */
export interface Heard {
  /** The key and the text of what that window has sent; null: the draft was taken away. */
  readonly sent: { readonly key: string; readonly text: string } | null;
}

const prefix = "deskwire.drafts.";
const before = "deskwire.draft."; // of versions that did not keep whose a draft is
const most = 200;

export function newKey(): string {
  // randomUUID is there on https and localhost only.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

export const emptyDraft = (): Draft => ({ text: "", files: [], key: newKey() });

/** True: there is nothing in it that anybody would miss. */
export const isEmpty = ({ text, files }: Draft): boolean => text === "" && files.length === 0;

/** The drafts of one author in one window. */
export class DraftShelf {
  readonly #author: string;
  readonly #window: string;
  readonly #storage: Storage;

  constructor(author: { readonly account: string; readonly agent: string }, window: string, storage: Storage = localStorage) {
    this.#author = `${prefix}${author.account}.${author.agent}.`;
    this.#window = window;
    this.#storage = storage;
  }

  #place = (conversation: string, mode: Mode): string => `${this.#author}${mode}.${conversation}.`;

  /** Where this window keeps its draft. */
  nameOf = (conversation: string, mode: Mode): string => this.#place(conversation, mode) + this.#window;

  /** What this window has; where it has nothing, the newest that another one has, with the name under which that is kept. */
  read(conversation: string, mode: Mode): { kept: Kept; from: string | null } {
    const own = parse(this.#storage.getItem(this.nameOf(conversation, mode)));
    if (own) return { kept: own, from: null };
    const place = this.#place(conversation, mode);
    const others = namesIn(this.#storage, place).flatMap((from) => {
      const kept = parse(this.#storage.getItem(from));
      return kept ? [{ kept, from }] : [];
    });
    const newest = others.sort((a, b) => b.kept.at - a.kept.at)[0];
    return newest ?? { kept: { draft: emptyDraft(), unsent: [] }, from: null };
  }

  keep(conversation: string, mode: Mode, { draft, unsent }: Kept): void {
    const name = this.nameOf(conversation, mode);
    if (isEmpty(draft) && !unsent.length) return this.#storage.removeItem(name);
    this.#write(name, JSON.stringify({ draft, unsent, at: Date.now() }));
  }

  /** Lets the other windows know that this was sent: a copy of it that one of them shows is done with. */
  tellSent(conversation: string, mode: Mode, { key, text }: Draft): void {
    this.#write(this.nameOf(conversation, mode), JSON.stringify({ sent: { key, text } }));
  }

  remove = (name: string): void => this.#storage.removeItem(name);

  /** What another window did to the draft of this conversation and mode, where that matters here. */
  hear(name: string | null, value: string | null, conversation: string, mode: Mode): Heard | null {
    if (!name?.startsWith(this.#place(conversation, mode))) return null;
    if (value === null) return name === this.nameOf(conversation, mode) ? { sent: null } : null;
    const sent = (fromJson(value) as Partial<Heard> | null)?.sent;
    return sent ? { sent } : null;
  }

  #write(name: string, value: string): void {
    try {
      this.#storage.setItem(name, value);
    } catch {
      forgetOldest(this.#storage);
      try {
        this.#storage.setItem(name, value);
      } catch {
        // the browser keeps nothing: the text is still in the editor
      }
    }
  }
}

function fromJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null; // what another version has written
  }
}

const isDraft = (value: unknown): value is Draft => {
  const draft = value as Draft | null;
  return typeof draft?.text === "string" && typeof draft.key === "string" && Array.isArray(draft.files);
};

function parse(text: string | null): (Kept & { at: number }) | null {
  const kept = fromJson(text) as (Kept & { at: number }) | null;
  if (!isDraft(kept?.draft) || !Array.isArray(kept.unsent) || !kept.unsent.every(isDraft)) return null;
  return { draft: kept.draft, unsent: kept.unsent, at: Number(kept.at) || 0 };
}

const namesIn = (storage: Storage, place: string): string[] =>
  Array.from({ length: storage.length }, (_, i) => storage.key(i)!).filter((name) => name?.startsWith(place));

/** Makes room: what was typed longest ago goes. */
function forgetOldest(storage: Storage): void {
  const kept = namesIn(storage, prefix)
    .map((name) => ({ name, at: Number(/"at":(\d+)}$/.exec(storage.getItem(name) ?? "")?.[1] ?? 0) }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of kept.slice(Math.min(most, kept.length / 2))) storage.removeItem(name);
}

/** Removes drafts that do not say whose they are: nobody can be shown them. */
export function forgetUnsignedDrafts(storage: Storage = localStorage): void {
  for (const name of namesIn(storage, before)) storage.removeItem(name);
}

const windowName = "deskwire.window";

/**
 * The name of this window, the same after a reload. It lies in the storage of the session only while no page is there to use it: a
 * window that is made as a copy of this one copies that storage as well, and must not take the name.
 */
export function nameThisWindow(session: Storage = sessionStorage, on: Pick<Window, "addEventListener"> = globalThis.window): string {
  const name = session.getItem(windowName) ?? newKey().slice(0, 12);
  session.removeItem(windowName);
  on.addEventListener("pagehide", () => session.setItem(windowName, name));
  on.addEventListener("pageshow", () => session.removeItem(windowName));
  return name;
}
