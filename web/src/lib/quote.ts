/** A part of a text, by its lines: from the first one up to, and without, the last one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const quoted = (line: string) => line.trimStart().startsWith(">");
const blank = (line: string) => line.trim() === "";

// "On Tue, Apr 11, 2017 at 10:07 PM John Smith <j@x.test> wrote:", in the words of common mail programs.
const wrote = /(wrote|writes|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|skrev|napisał\(a\)|napisał|пишет|написал\(а\)|написал)\s*(:|…)?\s*$/i;
const dated = /\d[./-]\d|\d:\d\d|\b(19|20)\d\d\b/;
const inside = /[^\s>-][\s-]+On (\w{3,9},|\w{3} \d|\d)/; // the author's words stand in front of it
const original = /^\s*[-_*]{2,}\s*(original message|original appointment|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|reply message|.{1,80}\swrote)\s*[-_*]{2,}\s*$/i;
const forwarded = /forwarded message|begin forwarded|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht/i;
const heads = {
  sent: /^\s*\*?(sent|gesendet|envoyé|enviado|enviada|inviato|verzonden|skickat)\*?\s*:/i,
  subject: /^\s*\*?(subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|тема)\*?\s*:/i,
  from: /^\s*\*?(from|von|de|da|van|fra|från|от|от кого)\s*:/i,
  other: /^\s*\*?(sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|enviada|fecha|data|para|asunto|assunto|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|дата|кому|тема)\*?\s*:/i,
};

const address = /[^\s<>@]@[^\s<>@]/;
const bracketed = /[<([](mailto:)?[^\s<>@]+@[^\s<>@]+[>)\]]/i; // as mail programs write an address beside a name

// No line that mail programs write about a message is longer, and what a stranger sends may be of any length.
const longest = 300;

/** A text whose lines are looked at once each: whatever it holds, the work grows with its length and no faster. */
class Text {
  readonly #next: Int32Array;

  constructor(readonly lines: readonly string[]) {
    this.#next = new Int32Array(lines.length + 1).fill(lines.length);
    for (let i = lines.length - 1; i >= 0; i--) this.#next[i] = blank(lines[i]!) ? this.#next[i + 1]! : i;
  }

  /** The line, or none where it is too long to be one about a message. */
  short = (at: number): string => {
    const line = this.lines[at] ?? "";
    return line.length <= longest ? line : "";
  };

  isQuoted = (at: number): boolean => at < this.lines.length && quoted(this.lines[at]!);

  /** The first line from here on that is not blank; the number of lines where there is none. */
  textFrom = (at: number): number => this.#next[Math.min(at, this.lines.length)]!;

  /** The next lines from here on that are not blank. */
  some(at: number, most: number): string[] {
    const found: string[] = [];
    for (let i = this.textFrom(at); i < this.lines.length && found.length < most; i = this.textFrom(i + 1)) found.push(this.short(i));
    return found;
  }
}

/**
 * Does an old message begin here, with its sender, its date and so on, a line each? An address makes that sure, or when it was sent and
 * its subject: people fill in forms that ask from where, to where and when.
 */
function isHead(text: Text, at: number): boolean {
  const line = text.short(at);
  if (!heads.from.test(line) && !heads.other.test(line)) return false;
  const next = text.some(at, 5);
  const sure = next.some((l) => heads.from.test(l) && address.test(l)) || (next.some((l) => heads.sent.test(l)) && next.some((l) => heads.subject.test(l)));
  return sure && next.some((l) => heads.from.test(l)) && next.filter((l) => heads.other.test(l)).length >= 2;
}

/** Does a line stand in an earlier message of the thread? */
export type IsKnown = (line: string) => boolean;

/** What says who wrote what follows: how many lines it takes, and whether it is sure that a mail program wrote it; null: nothing does. */
interface Introduction {
  readonly lines: number;
  readonly sure: boolean;
}

/** Who wrote what follows, from here on. Mail programs break that sentence as they break all lines. */
function introduction(text: Text, at: number): Introduction | null {
  for (let n = 1; n <= 3 && at + n <= text.lines.length; n++) {
    const said = text.lines.slice(at, at + n).join(" ").slice(0, longest + 1).trimStart().replace(/^[\s>]+/, "");
    if (said.length > longest || inside.test(said) || (n > 1 && !dated.test(text.short(at)))) return null;
    const thenQuoted = text.isQuoted(text.textFrom(at + n));
    const found = { lines: n, sure: dated.test(said) && bracketed.test(said) };
    if (wrote.test(said) && (dated.test(said) || thenQuoted)) return found;
    // In any other language: a date, a colon at the end, and then what is quoted.
    if (/:\s*$/.test(said) && dated.test(said) && thenQuoted) return found;
  }
  return null;
}

/** How many lines say who wrote what follows and when, a line each, as people write it as well; 0: none does. */
function looseHead(text: Text, at: number): number {
  if (!heads.from.test(text.short(at))) return 0;
  let lines = 0;
  while (lines < 6 && heads.other.test(text.short(at + lines + 1))) lines++;
  return lines >= 2 ? lines + 1 : 0;
}

/** Behind the lines from here on that all stand in earlier messages; `at` where the first one does not. */
function knownUntil(text: Text, at: number, isKnown: IsKnown): number {
  let to = at;
  for (let i = text.textFrom(at); i < text.lines.length && isKnown(text.lines[i]!); i = text.textFrom(i + 1)) to = i + 1;
  return to;
}

interface Beginning {
  readonly at: number;
  /** Older messages go on to the end of the text. */
  readonly rest: boolean;
  /** Where what is known ends, where only that is sure. */
  readonly to?: number;
}

/** Where the older messages begin that a mail drags along. */
function beginning(text: Text, isKnown: IsKnown): Beginning | null {
  for (let at = text.textFrom(0); at < text.lines.length; at = text.textFrom(at + 1)) {
    if (original.test(text.short(at)) || isHead(text, at)) return { at, rest: true };
    const said = introduction(text, at);
    if (said) {
      const next = text.textFrom(at + said.lines);
      if (text.isQuoted(next) || text.isQuoted(at)) return { at, rest: false };
      if (said.sure && next < text.lines.length) return { at, rest: true };
      // Somebody may tell what another one wrote, and go on in words of their own.
    }
    const head = said?.lines ?? looseHead(text, at);
    const to = head ? knownUntil(text, at + head, isKnown) : 0;
    if (to > at + head) return { at, rest: false, to };
    if (text.isQuoted(at) && text.isQuoted(at + 1)) return { at, rest: false };
  }
  return null;
}

/**
 * Where the older messages end that seem to go on to the end of a text. What is known shows where the author may have written below or
 * between them; null: between.
 */
function endOfKnown(text: Text, at: number, isKnown: IsKnown): number | null {
  const known: number[] = [];
  for (let i = text.textFrom(at); i < text.lines.length; i = text.textFrom(i + 1)) if (isKnown(text.lines[i]!)) known.push(i);
  if (!known.length) return text.lines.length;
  const last = known.at(-1)!;
  let unknown = 0;
  for (let i = text.textFrom(known[0]!); i < last; i = text.textFrom(i + 1)) if (!isKnown(text.lines[i]!)) unknown++;
  if (unknown > 0 && unknown < known.length) return null; // else they are broken into other lines than they were
  const next = text.textFrom(last + 1);
  const older = unknown > 0 || next === text.lines.length || original.test(text.short(next)) || isHead(text, next) || introduction(text, next) || text.isQuoted(next);
  return older ? text.lines.length : last + 1;
}

/**
 * The part of a text that only repeats older messages. Null: there is none, it is all there is (somebody forwards it), or the author's
 * words stand between its lines. What the author wrote themselves is never in it: where that is not sure, nothing is.
 */
export function quotedPart(lines: readonly string[], isKnown: IsKnown = () => false): Span | null {
  const text = new Text(lines);
  const begins = beginning(text, isKnown);
  if (!begins) return null;
  const { at } = begins;
  for (let i = Math.max(0, at - 2); i < at + 2; i++) if (forwarded.test(text.short(i))) return null;
  let to = begins.to ?? lines.length;
  if (begins.rest) {
    const end = endOfKnown(text, at, isKnown);
    if (end === null) return null;
    to = end;
  } else if (begins.to === undefined) {
    const first = lines.findIndex((l, i) => i >= at && quoted(l));
    const after = lines.findIndex((l, i) => i > first && !quoted(l) && !blank(l));
    if (after >= 0) {
      if (lines.some((l, i) => i > after && quoted(l))) return null;
      to = after;
    }
  }
  const ends = text.textFrom(0) === at && text.textFrom(to) === lines.length;
  return ends ? null : { from: at, to };
}
