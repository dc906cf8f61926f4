import { useCallback, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { commandOf } from "../lib/ime";
import { slashAt, type Slash } from "../lib/slash";
import type { PickerHandle } from "./snippets";

/** Looks for a snippet while a word that begins with a slash is typed, and puts the chosen one in its place. */
export function useSlash(area: RefObject<HTMLTextAreaElement | null>) {
  const [slash, setSlash] = useState<Slash | null>(null);
  const [active, setActive] = useState<string>();
  const left = useRef<number | null>(null); // where a slash stands that was left alone with Escape
  const picker = useRef<PickerHandle>(null);

  const follow = useCallback(() => {
    const a = area.current!;
    const found = a.selectionStart === a.selectionEnd ? slashAt(a.value, a.selectionEnd) : null;
    if (!found || found.from !== left.current) left.current = null;
    setSlash(left.current === null ? found : null);
  }, [area]);
  const leave = useCallback(() => setSlash(null), []);

  /** Puts a text in the place of another one, so that the browser can undo it. */
  const put = useCallback(
    (text: string, from: number, to: number) => {
      const a = area.current!;
      a.focus();
      a.setSelectionRange(from, to);
      // Nothing else keeps what Ctrl+Z goes back to.
      if (!document.execCommand("insertText", false, text)) {
        a.setRangeText(text, from, to, "end");
        a.dispatchEvent(new Event("input", { bubbles: true }));
      }
    },
    [area],
  );
  const pick = useCallback(
    (text: string) => {
      if (slash) put(text, slash.from, slash.to);
      setSlash(null);
    },
    [put, slash],
  );
  /** Begins as if a slash had been typed. */
  const begin = useCallback(() => {
    const a = area.current!;
    const at = a.selectionEnd;
    left.current = null;
    put(/(^|\s)$/.test(a.value.slice(0, at)) ? "/" : " /", at, at);
    follow();
  }, [area, follow, put]);

  /** True: the key was for the list. */
  const pressed = (event: KeyboardEvent): boolean => {
    if (!slash) return false;
    if (commandOf(event) === "Escape") {
      left.current = slash.from;
      setSlash(null);
      return true;
    }
    return picker.current?.press(event) ?? false;
  };
  return { slash, active, setActive, picker, follow, leave, pick, begin, pressed };
}
