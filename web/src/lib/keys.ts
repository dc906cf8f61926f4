import { useEffect, useRef } from "react";

/** Keys without a modifier, by what they type. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const writes = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Which key of the list an event means; null: none, since it belongs to a field, a menu or a dialog, or to the browser. */
export function keyOf(event: KeyboardEvent, keys: Keys): string | null {
  if (event.defaultPrevented || event.isComposing) return null;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && keys["mod+k"]) return "mod+k";
  if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return null;
  if (document.querySelector("[role=dialog],[role=menu]")) return null;
  return Object.hasOwn(keys, event.key) ? event.key : null;
}

export function useKeys(keys: Keys): void {
  const now = useRef(keys);
  useEffect(() => {
    now.current = keys;
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const key = keyOf(event, now.current);
      if (key === null) return;
      event.preventDefault();
      now.current[key]!(event);
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, []);
}
