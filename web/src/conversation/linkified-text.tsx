const address = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/;

/** A text with its addresses as links. It is text and never HTML: nothing that a contact writes is run or fetched. */
export function LinkifiedText({ text }: { text: string }) {
  return text.split(address).map((part, i) =>
    i % 2 ? (
      <a key={i} href={part} target="_blank" rel="noreferrer noopener" className="text-accent-text underline underline-offset-2">
        {part}
      </a>
    ) : (
      part
    ),
  );
}
