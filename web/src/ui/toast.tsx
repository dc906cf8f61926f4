import { useSyncExternalStore } from "react";
import { t } from "../text";
import { Icon } from "./icon";

interface Note {
  readonly id: number;
  readonly text: string;
  readonly trouble: boolean;
  readonly action?: { readonly label: string; readonly run: () => void };
}

let notes: readonly Note[] = [];
let last = 0;
const listeners = new Set<() => void>();

function become(next: readonly Note[]): void {
  notes = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number) => become(notes.filter((n) => n.id !== id));

function show(text: string, trouble: boolean, action?: Note["action"]): void {
  const id = ++last;
  become([...notes.filter((n) => n.text !== text), { id, text, trouble, action }].slice(-3));
  setTimeout(() => dismiss(id), trouble || action ? 10_000 : 4_000);
}

/** Says something in passing. */
export const toast = {
  say: (text: string, action?: Note["action"]) => show(text, false, action),
  trouble: (text: string, action?: Note["action"]) => show(text, true, action),
};

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notes,
  );
  return (
    <div role="status" aria-live="polite" className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex flex-col items-center gap-2 px-4 lg:items-start lg:ps-56 xl:ps-60">
      {shown.map((n) => (
        <div
          key={n.id}
          data-trouble={n.trouble || undefined}
          className="animate-in pointer-events-auto flex max-w-lg items-center lg:max-w-68 gap-3 rounded-xl border border-line-strong bg-ink px-4 py-2.5 text-sm text-paper shadow-pop data-trouble:border-bad data-trouble:bg-bad-soft data-trouble:text-bad"
        >
          <span>{n.text}</span>
          {n.action && (
            <button
              type="button"
              className="rounded-md px-2 py-0.5 font-semibold underline underline-offset-2"
              onClick={() => {
                dismiss(n.id);
                n.action?.run();
              }}
            >
              {n.action.label}
            </button>
          )}
          <button type="button" aria-label={t.close} onClick={() => dismiss(n.id)} className="-me-1 rounded p-0.5 opacity-80 hover:opacity-100">
            <Icon name="x" />
          </button>
        </div>
      ))}
    </div>
  );
}
