/** A part of a text, by its lines: from the first one up to, and without, the last one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const quoted = (line: string) => /^\s*>/.test(line);
const blank = (line: string) => line.trim() === "";

// "On Tue, Apr 11, 2017 at 10:07 PM John Smith <j@x.test> wrote:", in the words of common mail programs.
const wrote = /(wrote|writes|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|skrev|napisał\(a\)|napisał|пишет|написал\(а\)|написал)\s*(:|…)?\s*$/i;
const dated = /\d[./-]\d|\d:\d\d|\b(19|20)\d\d\b/;
const inside = /[^\s>-][\s-]+On (\w{3,9},|\w{3} \d|\d)/; // the author's words stand in front of it
const original = /^\s*[-_*]{2,}\s*(original message|original appointment|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|reply message|.{1,80}\swrote)\s*[-_*]{2,}\s*$/i;
const forwarded = /forwarded message|begin forwarded|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht/i;
const heads = {
  from: /^\s*\*?(from|von|de|da|van|fra|från|от|от кого)\s*:/i,
  other: /^\s*\*?(sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|enviada|fecha|data|para|asunto|assunto|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|дата|кому|тема)\*?\s*:/i,
};

/** Does an old message begin here, with its sender, its date and so on, a line each? */
function isHead(lines: readonly string[], at: number): boolean {
  if (!heads.from.test(lines[at]!) && !heads.other.test(lines[at]!)) return false;
  const next = lines.slice(at).filter((l) => !blank(l)).slice(0, 5);
  return next.some((l) => heads.from.test(l)) && next.filter((l) => heads.other.test(l)).length >= 2;
}

/** How many lines, from here on, say who wrote what follows; 0: none. Mail programs break that sentence as they break all lines. */
function introduction(lines: readonly string[], at: number): number {
  for (let n = 1; n <= 3 && at + n <= lines.length; n++) {
    const said = lines.slice(at, at + n).join(" ").replace(/^[\s>]+/, "");
    if (said.length > 300 || inside.test(said) || (n > 1 && !dated.test(lines[at]!))) return 0;
    const next = lines.slice(at + n).find((l) => !blank(l));
    const thenQuoted = next !== undefined && quoted(next);
    if (wrote.test(said) && (dated.test(said) || thenQuoted)) return n;
    // In any other language: a date, a colon at the end, and then what is quoted.
    if (/:\s*$/.test(said) && dated.test(said) && thenQuoted) return n;
  }
  return 0;
}

/** Where the older messages begin that a mail drags along, and whether they go on to its end whatever stands there. */
function beginning(lines: readonly string[]): { at: number; rest: boolean } | null {
  for (let at = 0; at < lines.length; at++) {
    if (blank(lines[at]!)) continue;
    if (original.test(lines[at]!) || isHead(lines, at)) return { at, rest: true };
    const said = introduction(lines, at);
    if (said > 0) {
      const next = lines.slice(at + said).find((l) => !blank(l));
      return { at, rest: next !== undefined && !quoted(next) && !quoted(lines[at]!) };
    }
    if (quoted(lines[at]!) && lines[at + 1] !== undefined && quoted(lines[at + 1]!)) return { at, rest: false };
  }
  return null;
}

/**
 * The part of a text that only repeats older messages. Null: there is none, it is all there is (somebody forwards it), or the author's
 * words stand between its lines. What the author wrote themselves is never in it.
 */
export function quotedPart(lines: readonly string[]): Span | null {
  const begins = beginning(lines);
  if (!begins) return null;
  const { at } = begins;
  if (lines.slice(Math.max(0, at - 2), at + 2).some((l) => forwarded.test(l))) return null;
  let to = lines.length;
  if (!begins.rest) {
    const first = lines.findIndex((l, i) => i >= at && quoted(l));
    const after = lines.findIndex((l, i) => i > first && !quoted(l) && !blank(l));
    if (after >= 0) {
      if (lines.some((l, i) => i > after && quoted(l))) return null;
      to = after;
    }
  }
  const own = [...lines.slice(0, at), ...lines.slice(to)];
  return own.every(blank) ? null : { from: at, to };
}
