/** A piece of a text: an address, or what stands between addresses. */
export interface Piece {
  readonly text: string;
  readonly isLink: boolean;
}

// An address goes on to the next blank, and never over what stands in no address as it is: marks of Chinese, Japanese and French texts,
// and signs that are not seen, some of which turn what follows round.
const candidate = /https?:\/\/[^\s\p{Cc}\p{Cf}<>"“”«»。，、；：！？「」『』（）【】《》｡､]+/giu;
const closing: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const marks = /[.,;:!?'’*_~|…`\\]/;

const countOf = (text: string, sign: string): number => text.split(sign).length - 1;

/** How much of a candidate is the address: not the marks of the sentence behind it, nor a bracket that was opened in front of it. */
function lengthOf(address: string): number {
  const surplus = Object.fromEntries(Object.entries(closing).map(([close, open]) => [close, countOf(address, close) - countOf(address, open)]));
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1]!;
    if (last in closing) {
      if (surplus[last]! <= 0) break;
      surplus[last]!--;
    } else if (!marks.test(last)) break;
  }
  return end;
}

/** The addresses in a text, and what stands between them. The work grows with the text and no faster. */
export function linksIn(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(candidate)) {
    const address = found.slice(0, lengthOf(found));
    if (!/^https?:\/\/[^/?#]/i.test(address)) continue;
    if (index > done) pieces.push({ text: text.slice(done, index), isLink: false });
    pieces.push({ text: address, isLink: true });
    done = index + address.length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done), isLink: false });
  return pieces;
}
