import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { commandOf } from "../lib/ime";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { IconButton, Input } from "../ui/parts";

interface SearchFieldProps {
  readonly ref: RefObject<HTMLInputElement | null>;
  /** What the address says. */
  readonly words: string;
  readonly onSearch: (words: string) => void;
  /** The arrow down was pressed: to what is below the field. */
  readonly onDown: () => void;
}

/** Where one types what to look for. The address follows a moment later, and this follows the address. */
export function SearchField({ ref, words, onSearch, onDown }: SearchFieldProps) {
  const [typed, setTyped] = useState(words);
  const told = useRef(words);
  const tell = useRef<(next: string) => void>(() => {});
  useEffect(() => {
    tell.current = (next) => {
      if (next !== told.current) onSearch((told.current = next));
    };
  });
  useEffect(() => {
    if (words === told.current) return;
    told.current = words;
    setTyped(words);
  }, [words]);
  useEffect(() => {
    const timer = setTimeout(() => tell.current(typed), 200);
    return () => clearTimeout(timer);
  }, [typed]);

  const clear = () => {
    setTyped("");
    tell.current("");
    ref.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    const key = commandOf(event);
    if (key === "Enter") tell.current(typed);
    else if (key === "ArrowDown") onDown();
    else if (key !== "Escape") return;
    else if (typed) clear();
    else ref.current?.blur();
    event.preventDefault();
  };
  return (
    <search className="relative block border-b border-line px-3 py-2">
      <Icon name="search" className="pointer-events-none absolute start-5.5 top-1/2 size-4 -translate-y-1/2 text-faint" />
      <Input
        ref={ref}
        type="search"
        enterKeyHint="search"
        autoComplete="off"
        aria-label={t.search.label}
        placeholder={t.search.hint}
        value={typed}
        onChange={(e) => setTyped(e.target.value)}
        onKeyDown={pressed}
        className="ps-8.5! pe-8.5! [&::-webkit-search-cancel-button]:hidden"
      />
      {typed ? (
        <IconButton icon="x" label={t.search.clear} onClick={clear} className="absolute end-3 top-1/2 -translate-y-1/2" />
      ) : (
        <kbd aria-hidden="true" className="pointer-events-none absolute end-6 top-1/2 -translate-y-1/2 text-xs text-faint max-md:hidden">
          /
        </kbd>
      )}
    </search>
  );
}
