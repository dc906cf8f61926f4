import { useEffect, useRef } from "react";
import { commandOf } from "./ime";

/** Keys without a modifier, by what they type. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const writes = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/**
 * What a key types, or would type on a Latin keyboard: people who write Cyrillic, Greek or Arabic find the shortcuts at the same places.
 */
function latinOf({ key, code, shiftKey }: KeyboardEvent): string {
  if ([...key].length > 1 || /[\p{ASCII}\p{Script=Latin}]/u.test(key)) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  return { Slash: shiftKey ? "?" : "/", Digit3: shiftKey ? "#" : "3" }[code] ?? key;
}

/** Which key of the list an event means; null: none, since it belongs to a field, a menu or a dialog, or to the browser. */
export function keyOf(event: KeyboardEvent, keys: Keys): string | null {
  if (event.defaultPrevented || commandOf(event) === null) return null;
  const key = latinOf(event);
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "k" && keys["mod+k"]) return "mod+k";
  if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return null;
  if (document.querySelector("[role=dialog],[role=menu]")) return null;
  return Object.hasOwn(keys, key) ? key : null;
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
