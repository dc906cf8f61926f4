/** What was typed and not sent, kept in this browser through reloads, lost connections and ended tokens. */

export type Mode = "reply" | "comment";

export interface Draft {
  readonly text: string;
  /** The same key for every attempt to send this text: it is sent once, however often it is tried. */
  readonly key: string;
}

const prefix = "deskwire.draft.";
const most = 200;

const nameOf = (conversation: string, mode: Mode) => `${prefix}${mode}.${conversation}`;

export function newKey(): string {
  // randomUUID is there on https and localhost only.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

export function readDraft(conversation: string, mode: Mode, storage: Storage = localStorage): Draft {
  try {
    const kept = JSON.parse(storage.getItem(nameOf(conversation, mode)) ?? "null") as Draft | null;
    if (kept && typeof kept.text === "string" && typeof kept.key === "string") return { text: kept.text, key: kept.key };
  } catch {
    // what another version has written
  }
  return { text: "", key: newKey() };
}

export function keepDraft(conversation: string, mode: Mode, draft: Draft, storage: Storage = localStorage): void {
  const name = nameOf(conversation, mode);
  if (!draft.text) return storage.removeItem(name);
  const text = JSON.stringify({ ...draft, at: Date.now() });
  try {
    storage.setItem(name, text);
  } catch {
    forgetOldest(storage);
    try {
      storage.setItem(name, text);
    } catch {
      // the browser keeps nothing: the text is still in the editor
    }
  }
}

/** Makes room: what was typed longest ago goes. */
function forgetOldest(storage: Storage): void {
  const kept = Array.from({ length: storage.length }, (_, i) => storage.key(i)!)
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ name, at: Number(/"at":(\d+)/.exec(storage.getItem(name) ?? "")?.[1] ?? 0) }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of kept.slice(Math.min(most, kept.length / 2))) storage.removeItem(name);
}
