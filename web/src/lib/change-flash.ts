import { useRef } from "react";

/** The class that marks a value gently when it has changed since it was first shown, and a key that starts the mark anew. */
export function useChangeFlash(value: unknown): { readonly key: string; readonly className: string } {
  const state = useRef({ value, changes: 0 });
  if (state.current.value !== value) state.current = { value, changes: state.current.changes + 1 };
  const { changes } = state.current;
  return { key: String(changes), className: changes ? "animate-flash" : "" };
}
