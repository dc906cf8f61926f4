/** A word that begins with a slash, at the caret: where it stands in the text, and what follows the slash. */
export interface Slash {
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

/** The word in front of the caret, if it begins with a slash; a slash inside of a word or an address is none. */
export function slashAt(text: string, caret: number): Slash | null {
  const found = /(^|\s)\/([^\s/]{0,50})$/.exec(text.slice(0, caret));
  if (!found) return null;
  const words = found[2]!;
  return { from: caret - words.length - 1, to: caret, words };
}

interface Named {
  readonly name: string;
  readonly shortcut: string | null;
}

/** Those whose shortcut begins with these letters or whose name has them; the best first: by whole shortcut, then by its beginning, then by name. */
export function matchingSnippets<S extends Named>(snippets: readonly S[], words: string): S[] {
  const wanted = words.toLowerCase();
  const rank = ({ name, shortcut }: S) => (wanted === "" || shortcut === wanted ? 0 : shortcut?.startsWith(wanted) ? 1 : name.toLowerCase().includes(wanted) ? 2 : 3);
  return snippets.filter((s) => rank(s) < 3).toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
