import { quotedPart, type IsKnown } from "../lib/quote";

/** A mail as it is shown. */
export interface Mail {
  /** The body's HTML. */
  readonly body: string;
  /** How many pictures would have been fetched from other servers. */
  readonly pictures: number;
}

// What plain text can't say.
const formatted = "b,strong,i,em,u,s,del,ins,mark,small,sub,sup,ul,ol,dl,pre,code,h1,h2,h3,h4,h5,h6,td + td,img,blockquote,.picture";
// What a style says that plain text can't: not that the text is black, as word processors write with every word.
const telling = /(^|; )(color: (?!#000000)|background-color: (?!#ffffff)|font-weight: (bold|[6-9])|font-style: (italic|oblique)|text-decoration: (?!none)|text-align: (center|right))/;
const blocks = /^(ADDRESS|ARTICLE|ASIDE|BLOCKQUOTE|BR|DD|DIV|DL|DT|FIGURE|H[1-6]|HR|LI|OL|P|PRE|SECTION|TABLE|TD|TH|TR|UL)$/;

/**
 * Makes what the server gives as safe HTML into what a frame shows: pictures from elsewhere are left out, links lead to another tab,
 * older messages that are dragged along are folded, which are known by their lines. Null: it says no more than the text does.
 */
export function readableMail(safeHtml: string, text: string, fold: string, isKnown: IsKnown = () => false): Mail | null {
  // The content policy lets no mail have a style; what the server has kept of them is given to its elements later. A quotation mark stands
  // in the server's HTML where an attribute begins and ends, and nowhere else.
  const { body } = new DOMParser().parseFromString(safeHtml.replaceAll(' style="', ' data-style="'), "text/html");
  const pictures = leavePictures(body);
  for (const a of body.querySelectorAll("a, area")) lead(a);
  foldQuoted(body, fold, isKnown);
  return saysMore(body, text, isKnown) ? { body: body.innerHTML, pictures } : null;
}

/** Do the author's own words look like something that their text does not show? */
function saysMore(body: HTMLElement, text: string, isKnown: IsKnown): boolean {
  const own = body.cloneNode(true) as HTMLElement;
  own.querySelector("details.quoted")?.remove();
  const lines = text.split("\n");
  const part = quotedPart(lines, isKnown);
  const words = part ? [...lines.slice(0, part.from), ...lines.slice(part.to)].join("\n") : text;
  const styled = [...own.querySelectorAll("[data-style]")].some((e) => telling.test(e.getAttribute("data-style")!));
  return styled || !!own.querySelector(formatted) || [...own.querySelectorAll("a[href]")].some(isNamed) || bare(own.textContent) !== bare(words);
}

const bare = (text: string) => text.replace(/[\s>*_]+/g, "");

/** Puts the words that stand for a picture in its place. What is in the mail itself stays. */
function leavePictures(body: HTMLElement): number {
  let left = 0;
  for (const img of body.querySelectorAll("img")) {
    if (/^data:image\//i.test(img.getAttribute("src") ?? "")) continue;
    if (img.getAttribute("src")) left++;
    const words = img.getAttribute("alt")?.trim();
    if (!words) {
      img.remove();
      continue;
    }
    const place = img.ownerDocument.createElement("span");
    place.className = "picture";
    place.textContent = words;
    img.replaceWith(place);
  }
  return left;
}

/** A link of a mail leads to a whole address, in a tab that knows nothing of this one. */
function lead(a: Element): void {
  const to = a.getAttribute("href") ?? "";
  if (!/^(https?:\/\/|mailto:|tel:)/i.test(to)) return a.removeAttribute("href"); // without the mail's own place a part of an address leads nowhere
  a.setAttribute("target", "_blank");
  a.setAttribute("rel", "noopener noreferrer nofollow");
  a.setAttribute("title", to);
}

/** The words of the link are not its address. */
const isNamed = (a: Element) => !bare(a.getAttribute("href")!).includes(bare(a.textContent).replace(/\/$/, ""));

interface Line {
  text: string;
  readonly begins: Node;
}

/** The lines that a reader sees, each with the node that it begins with; what is in a block quote has a > in front. */
function linesOf(body: HTMLElement): Line[] {
  const lines: Line[] = [];
  let open = false;
  const visit = (node: Node, depth: number) => {
    if (node.nodeType === Node.TEXT_NODE || node.nodeName === "IMG") {
      const text = node.nodeName === "IMG" ? "▣" : node.nodeValue!.replace(/\s+/g, " ");
      if (!open && text.trim() === "") return;
      if (open) lines.at(-1)!.text += text;
      else lines.push({ text: (depth ? "> " : "") + text, begins: node });
      open = true;
      return;
    }
    if (blocks.test(node.nodeName)) open = false;
    for (const child of node.childNodes) visit(child, depth + (node.nodeName === "BLOCKQUOTE" ? 1 : 0));
    if (blocks.test(node.nodeName)) open = false;
  };
  visit(body, 0);
  return lines;
}

const empty = (node: Node) => node.nodeName === "BR" || node.nodeName === "HR" || (node.nodeName !== "IMG" && !node.textContent?.trim() && !(node as Element).querySelector?.("img"));

/** The outermost node that begins with this one, and the lines and gaps in front of it. */
function outermost(node: Node, body: HTMLElement): Node {
  let at = node;
  for (;;) {
    while (at.previousSibling && empty(at.previousSibling)) at = at.previousSibling;
    if (at.previousSibling || !at.parentNode || at.parentNode === body) return at;
    at = at.parentNode;
  }
}

function foldQuoted(body: HTMLElement, label: string, isKnown: IsKnown): void {
  const lines = linesOf(body);
  const part = quotedPart(
    lines.map((l) => l.text),
    isKnown,
  );
  if (!part) return;
  const doc = body.ownerDocument;
  const range = new Range();
  range.setStartBefore(outermost(lines[part.from]!.begins, body));
  const next = lines[part.to];
  if (next) range.setEndBefore(outermost(next.begins, body));
  else range.setEnd(body, body.childNodes.length);
  const details = doc.createElement("details");
  details.className = "quoted";
  const summary = doc.createElement("summary");
  summary.textContent = "…";
  summary.setAttribute("aria-label", label);
  summary.setAttribute("title", label);
  details.append(summary, range.extractContents());
  range.insertNode(details);
}
