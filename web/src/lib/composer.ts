import { emptyDraft, isEmpty, modes, newKey, type Attached, type Draft, type DraftShelf, type Mode } from "./drafts";

/** What there is of a conversation in one mode: what stands in the editor, what is on its way, and what did not arrive. */
export interface Slot {
  readonly draft: Draft;
  /** How many files are on their way into the draft. */
  readonly uploading: number;
  readonly sending: Draft | null;
  /** Attempts that failed while something else stood in the editor by then. */
  readonly failed: readonly Draft[];
}

/** What came of an attempt to send: null when it was done, else the code of the refusal. */
export type Delivery = (mode: Mode, draft: Draft) => Promise<string | null>;

/**
 * What somebody writes in one conversation. An answer and a comment have a slot each, and everything that is begun in one ends in it,
 * whatever is shown by then: a text, its files, an attempt that fails late. So what was written for colleagues can't get into what
 * the customer reads. It outlives the screen, since what is on its way does as well.
 */
export class Composer {
  readonly #conversation: string;
  readonly #shelf: DraftShelf;
  readonly #deliver: Delivery;
  readonly #listeners = new Set<() => void>();
  readonly #slots: Record<Mode, Slot>;
  /** Where a draft is kept that was taken over from another window and that nobody has changed here. */
  readonly #takenFrom: Record<Mode, string | null> = { reply: null, comment: null };

  constructor(conversation: string, shelf: DraftShelf, deliver: Delivery) {
    this.#conversation = conversation;
    this.#shelf = shelf;
    this.#deliver = deliver;
    this.#slots = { reply: this.#load("reply"), comment: this.#load("comment") };
  }

  #load(mode: Mode): Slot {
    const { kept, from } = this.#shelf.read(this.#conversation, mode);
    this.#takenFrom[mode] = from;
    // Nobody waits any more for what was on its way when the page was left. Its key keeps it from being sent twice.
    const [first, ...rest] = isEmpty(kept.draft) ? [...kept.unsent, kept.draft] : [kept.draft, ...kept.unsent];
    return { draft: first!, uploading: 0, sending: null, failed: rest.filter((draft) => !isEmpty(draft)) };
  }

  slot = (mode: Mode): Slot => this.#slots[mode];

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** True: it would be the same if it were made anew. */
  get isIdle(): boolean {
    return !this.#listeners.size && modes.every((mode) => isUnused(this.#slots[mode]));
  }

  #become(mode: Mode, change: Partial<Slot>): void {
    const slot = (this.#slots[mode] = { ...this.#slots[mode], ...change });
    const taken = this.#takenFrom[mode];
    this.#takenFrom[mode] = null;
    this.#keep(mode, slot);
    // It is this window's now. A window that still shows it keeps its own copy again.
    if (taken !== null) this.#shelf.remove(taken);
    for (const listener of this.#listeners) listener();
  }

  #keep(mode: Mode, { draft, sending, failed }: Slot): void {
    this.#shelf.keep(this.#conversation, mode, { draft, unsent: sending ? [sending, ...failed] : failed });
  }

  write(mode: Mode, text: string): void {
    const { draft } = this.#slots[mode];
    if (text === draft.text) return;
    // Two windows that go on from one draft write two messages.
    const key = this.#takenFrom[mode] === null ? draft.key : newKey();
    this.#become(mode, { draft: { ...draft, text, key } });
  }

  /** Puts a file into the draft once `upload` has it; null: it could not be had. */
  async attach(mode: Mode, upload: Promise<Attached | null>): Promise<void> {
    this.#become(mode, { uploading: this.#slots[mode].uploading + 1 });
    const file = await upload.catch(() => null);
    const { draft, uploading } = this.#slots[mode];
    this.#become(mode, { uploading: uploading - 1, draft: file ? { ...draft, files: [...draft.files, file] } : draft });
  }

  detach(mode: Mode, id: string): void {
    const { draft } = this.#slots[mode];
    this.#become(mode, { draft: { ...draft, files: draft.files.filter((f) => f.id !== id) } });
  }

  /** Sends what stands in the editor, which is free for the next message at once. False: there is nothing to send, or not yet. */
  async send(mode: Mode): Promise<boolean> {
    const slot = this.#slots[mode];
    if (!canSend(slot)) return false;
    this.#become(mode, { draft: emptyDraft(), sending: slot.draft });
    return this.#await(mode, slot.draft);
  }

  /** Sends again what has failed. */
  async sendAgain(mode: Mode, key: string): Promise<boolean> {
    const { failed, sending } = this.#slots[mode];
    const draft = failed.find((f) => f.key === key);
    if (!draft || sending) return false;
    this.#become(mode, { failed: failed.filter((f) => f !== draft), sending: draft });
    return this.#await(mode, draft);
  }

  /** Puts what has failed in front of what stands in the editor. */
  takeBack(mode: Mode, key: string): void {
    const { failed, draft } = this.#slots[mode];
    const back = failed.find((f) => f.key === key);
    if (!back) return;
    const text = [back.text, draft.text].filter(Boolean).join("\n\n");
    const joined = isEmpty(draft) ? back : { text, files: [...back.files, ...draft.files], key: newKey() };
    this.#become(mode, { failed: failed.filter((f) => f !== back), draft: joined });
  }

  async #await(mode: Mode, sent: Draft): Promise<boolean> {
    const refusal = await this.#deliver(mode, sent).catch(() => "NETWORK");
    if (refusal === null) {
      this.#shelf.tellSent(this.#conversation, mode, sent);
      this.#become(mode, { sending: null });
      return true;
    }
    // An attempt whose answer was lost may have arrived, with another text: then this one is a new message.
    const back = refusal === "IDEMPOTENCY_KEY_REUSED" ? { ...sent, key: newKey() } : sent;
    const { draft, uploading, failed } = this.#slots[mode];
    const free = isEmpty(draft) && uploading === 0;
    this.#become(mode, free ? { sending: null, draft: back } : { sending: null, failed: [...failed, back] });
    return false;
  }

  /** Hears what another window did in the storage. */
  hear(name: string | null, value: string | null): void {
    for (const mode of modes) {
      const heard = this.#shelf.hear(name, value, this.#conversation, mode);
      if (!heard) continue;
      const { draft } = this.#slots[mode];
      if (heard.sent === null) {
        if (this.#takenFrom[mode] === null) this.#keep(mode, this.#slots[mode]);
      } else if (heard.sent.key === draft.key && heard.sent.text === draft.text) {
        this.#takenFrom[mode] = null; // its window goes on with what it has by now
        this.#become(mode, { draft: emptyDraft() });
      }
    }
  }
}

const isUnused = ({ draft, uploading, sending, failed }: Slot): boolean => isEmpty(draft) && !uploading && !sending && !failed.length;

export const canSend = ({ draft, uploading, sending }: Slot): boolean =>
  !sending && !uploading && (draft.text.trim() !== "" || draft.files.length > 0);
