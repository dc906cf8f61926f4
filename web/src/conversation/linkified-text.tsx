import { useMemo } from "react";
import { linksIn } from "../lib/links";

/** A text with its addresses as links. It is text and never HTML: nothing that a contact writes is run or fetched. */
export function LinkifiedText({ text }: { text: string }) {
  const pieces = useMemo(() => linksIn(text), [text]);
  return pieces.map((piece, i) =>
    piece.isLink ? (
      <a key={i} href={piece.text} target="_blank" rel="noreferrer noopener" className="text-accent-text underline underline-offset-2">
        {piece.text}
      </a>
    ) : (
      piece.text
    ),
  );
}
