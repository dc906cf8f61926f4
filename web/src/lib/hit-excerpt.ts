/** A piece of a text, as a search gives it. */
export interface Part {
  readonly text: string;
  readonly isHit: boolean;
}

/** The pieces, beginning so close before the first hit that one sees it in a narrow place. Cuts between words. */
export function excerptAroundHit(parts: readonly Part[], before = 24): readonly Part[] {
  const first = parts.findIndex((p) => p.isHit);
  const lead = parts.slice(0, Math.max(first, 0)).map((p) => p.text).join("");
  if (first < 0 || lead.length <= before) return parts;
  const at = lead.slice(-before).search(/\s\S/);
  return [{ text: at < 0 ? "… " : `…${lead.slice(-before).slice(at)}`, isHit: false }, ...parts.slice(first)];
}
