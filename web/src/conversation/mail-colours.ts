/** Red, green and blue, each from 0 to 255. */
export type Colour = readonly [number, number, number];

/** The colours around a mail and of its parts, as the page's theme has them. */
export interface Theme {
  readonly paper: Colour;
  readonly ink: Colour;
  readonly muted: Colour;
  readonly link: Colour;
  readonly sunken: Colour;
  readonly note: Colour;
}

/** Reads "#0af", "#00aaff" and "rgb(0, 170, 255)"; null for what lets something through, and for all else. */
export function colourOf(css: string): Colour | null {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(css.trim())?.[1];
  if (hex) {
    const long = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
    return [0, 2, 4].map((at) => Number.parseInt(long.slice(at, at + 2), 16)) as unknown as Colour;
  }
  const parts = /^rgb\((\d+), ?(\d+), ?(\d+)\)$/.exec(css.trim());
  return parts && [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}

const cssOf = (c: Colour) => `rgb(${c.join(", ")})`;
const white: Colour = [255, 255, 255];
const black: Colour = [0, 0, 0];

function luminance(c: Colour): number {
  const [r, g, b] = c.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)) as unknown as Colour;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The ratio of WCAG, from 1 to 21. */
export function contrast(a: Colour, b: Colour): number {
  const [one, other] = [luminance(a), luminance(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

// A colour that its sender has chosen stays as it is from the first ratio on; one that does not is made to have the second one.
const enough = 3;
const good = 4.5;

/** The colour nearest to this one that can be read there: it keeps its hue as far as that goes. */
export function readable(ink: Colour, paper: Colour): Colour {
  if (contrast(ink, paper) >= enough) return ink;
  const end = contrast(white, paper) > contrast(black, paper) ? white : black;
  for (let part = 0.05; part < 1; part += 0.05) {
    const mixed = ink.map((v, i) => Math.round(v + (end[i]! - v) * part)) as unknown as Colour;
    if (contrast(mixed, paper) >= good) return mixed;
  }
  return end;
}

const plain = /^(text-decoration|font-weight|font-style|text-align|white-space)$/;

/** What the server has kept of an element's style. It is no style yet, since the page's content policy lets no mail have one. */
function keptStyle(element: Element): ReadonlyMap<string, string> {
  const said = element.getAttribute("data-style");
  return new Map(said ? said.split("; ").map((one) => one.split(": ") as [string, string]) : []);
}

/** The colour that mail.css gives to an element; null: that of the element around it. */
function usualInk(element: Element, theme: Theme): Colour | null {
  if (element.nodeName === "A") return theme.link;
  return element.matches("blockquote, details, summary, .picture") ? theme.muted : null;
}

function usualPaper(element: Element, theme: Theme): Colour | null {
  if (element.nodeName === "MARK") return theme.note;
  return element.nodeName === "SUMMARY" ? theme.sunken : null;
}

/**
 * Gives the elements of a mail the styles that the server has kept. Senders choose colours for white paper, so what stands on the page's
 * own is made readable there, and what stands on a colour of the sender is as well. Again in another theme, it gives what is right there.
 */
export function styleMail(body: HTMLElement, theme: Theme): void {
  if (body.querySelector("[data-style]")) visit(body, theme.ink, theme.paper, theme);
}

function visit(parent: Element, ink: Colour, paper: Colour, theme: Theme): void {
  for (const element of parent.children) {
    if (!(element instanceof (element.ownerDocument.defaultView ?? window).HTMLElement)) continue;
    const kept = keptStyle(element);
    for (const [name, value] of kept) if (plain.test(name)) element.style.setProperty(name, value);
    const filled = colourOf(kept.get("background-color") ?? "");
    if (filled) element.style.setProperty("background-color", cssOf(filled));
    const below = filled ?? usualPaper(element, theme) ?? paper;
    const usual = usualInk(element, theme) ?? ink;
    const shown = readable(colourOf(kept.get("color") ?? "") ?? usual, below);
    if (shown === usual) element.style.removeProperty("color");
    else element.style.setProperty("color", cssOf(shown));
    visit(element, shown, below, theme);
  }
}
