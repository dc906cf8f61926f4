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
  from: /^\s*\*?(from|von|de|da|van|fra|från|от|от кого)\s*:/i,
  other: /^\s*\*?(sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|enviada|fecha|data|para|asunto|assunto|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|дата|кому|тема)\*?\s*:/i,
};

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
}

/** Does a line stand in an earlier message of the thread? */
export type IsKnown = (line: string) => boolean;

/** How many lines from here on name the sender, the date and so on of a message; 0: none do. People fill in such forms as well. */
function headLines(text: Text, at: number): number {
  if (!heads.from.test(text.short(at)) && !heads.other.test(text.short(at))) return 0;
  let lines = 1;
  let from = heads.from.test(text.short(at));
  for (; lines < 8 && (heads.from.test(text.short(at + lines)) || heads.other.test(text.short(at + lines))); lines++) from ||= heads.from.test(text.short(at + lines));
  return from && lines >= 3 ? lines : 0;
}

/** How many lines say who wrote what follows, from here on; 0: none do. Mail programs break that sentence as they break all lines. */
function sentenceLines(text: Text, at: number): number {
  for (let n = 1; n <= 3 && at + n <= text.lines.length; n++) {
    const said = text.lines.slice(at, at + n).join(" ").slice(0, longest + 1).trimStart().replace(/^[\s>]+/, "");
    if (said.length > longest || inside.test(said) || (n > 1 && !dated.test(text.short(at)))) return 0;
    const thenQuoted = text.isQuoted(text.textFrom(at + n));
    if (wrote.test(said) && (dated.test(said) || thenQuoted)) return n;
    // In any other language: a date, a colon at the end, and then what is quoted.
    if (/:\s*$/.test(said) && dated.test(said) && thenQuoted) return n;
  }
  return 0;
}

/** The line behind all that introduces an older message from here on; the same line: nothing does. */
function behindIntroduction(text: Text, at: number): number {
  let to = at;
  if (original.test(text.short(to))) to = text.textFrom(to + 1);
  to += headLines(text, to) || sentenceLines(text, to);
  return to;
}

// Mail programs break a paragraph into lines of some 70 letters. A longer one shows more than it has to, and hides nothing.
const mostBroken = 12;

/** The line behind what stands in an earlier message and begins here: a line, or several that were one there; 0: nothing does. */
function behindKnown(text: Text, at: number, isKnown: IsKnown): number {
  let said = "";
  for (let to = at; to < text.lines.length && to < at + mostBroken && !blank(text.lines[to]!); to++) {
    said = to === at ? text.lines[to]! : `${said} ${text.lines[to]!.replace(/^[\s>]+/, "")}`;
    if (said.length > mostBroken * longest) return 0;
    if (isKnown(said)) return to + 1;
  }
  return 0;
}

/** The line behind all from here on that stands in earlier messages, and what introduces it there; 0: nothing does. */
function behindAllKnown(text: Text, from: number, isKnown: IsKnown): number {
  let to = 0;
  for (let at = text.textFrom(from); at < text.lines.length; at = text.textFrom(to)) {
    const next = behindKnown(text, at, isKnown) || behindKnown(text, text.textFrom(behindIntroduction(text, at)), isKnown);
    if (!next) break;
    to = next;
  }
  return to;
}

/** Where marked lines end that begin from here on: behind the last one, unless the author goes on between them. Null: they do. */
function behindMarked(text: Text, from: number): number | null {
  const { lines } = text;
  const first = lines.findIndex((l, i) => i >= from && quoted(l));
  const after = lines.findIndex((l, i) => i > first && !quoted(l) && !blank(l));
  if (after < 0) return lines.length;
  return lines.some((l, i) => i > after && quoted(l)) ? null : after;
}

// Greetings and thanks stand in many messages: so few letters repeat nothing for sure.
const leastKnown = 30;

/** Where lines end that are sure to be repeated, since they stand in an earlier message. Null: the author goes on between them; 0: none are. */
function behindRepeated(text: Text, from: number, isKnown: IsKnown): number | null {
  const to = behindAllKnown(text, from, isKnown);
  if (text.lines.slice(from, to).join("").length < leastKnown) return 0;
  return text.lines.some((l, i) => i >= to && !blank(l) && isKnown(l)) ? null : to;
}

/**
 * The part of a text that only repeats older messages: lines that a mail program has marked, or that stand in an earlier message of the
 * thread. Null: there is none, it is all there is (somebody forwards it), or the author's words stand between its lines. What the author
 * wrote themselves is never in it: people fill in forms, and tell what others wrote, with the words that mail programs use.
 */
export function quotedPart(lines: readonly string[], isKnown: IsKnown = () => false): Span | null {
  const text = new Text(lines);
  for (let at = text.textFrom(0); at < lines.length; at = text.textFrom(at + 1)) {
    const body = text.textFrom(behindIntroduction(text, at));
    let [from, to]: [number, number | null] = [at, 0];
    if (body > at && (text.isQuoted(body) || text.isQuoted(at))) {
      if (headLines(text, at)) from = body; // who fills in a form may quote something below it
      to = behindMarked(text, at);
    } else if (body > at) to = behindRepeated(text, body, isKnown);
    if (to === 0 && text.isQuoted(at) && text.isQuoted(at + 1)) to = behindMarked(text, at);
    if (to === null) return null;
    if (to > 0) return isAll(text, from, to) ? null : { from, to };
  }
  return null;
}

/** Is it all that the text says, or something that is forwarded on purpose? */
function isAll(text: Text, at: number, to: number): boolean {
  for (let i = Math.max(0, at - 2); i < at + 2; i++) if (forwarded.test(text.short(i))) return true;
  return text.textFrom(0) === at && text.textFrom(to) === text.lines.length;
}
