// Words of people in sentences of ours. What is written from right to left, or says that it is, must not turn the rest round.

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
const controls = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** A text for the middle of a line, where the element itself can't be a `bdi`: in labels, titles and sentences. */
export const isolated = (text: string): string => (rightToLeft.test(text) ? `\u2068${balanced(text)}\u2069` : text);

/** Without what goes on behind the text: embeddings, overrides, and isolates that are not closed or were not opened. */
function balanced(text: string): string {
  let open = 0;
  let plain = "";
  for (const c of text) {
    if (c >= "\u202A" && c <= "\u202E") continue;
    if (c === "\u2069") {
      if (open === 0) continue;
      open--;
    } else if (c >= "\u2066" && c <= "\u2068") open++;
    plain += c;
  }
  return plain + "\u2069".repeat(open);
}

/** Texts of the page, whose sentences isolate what they are given. */
export function isolating<T extends object>(texts: T): T {
  const entries = Object.entries(texts).map(([name, value]: [string, unknown]) => [name, isolatingText(value)]);
  return (Array.isArray(texts) ? entries.map(([, value]) => value) : Object.fromEntries(entries)) as T;
}

function isolatingText(value: unknown): unknown {
  if (typeof value === "function") return (...given: readonly unknown[]) => (value as (...all: unknown[]) => unknown)(...given.map((one) => (typeof one === "string" ? isolated(one) : one)));
  return typeof value === "object" && value !== null ? isolating(value) : value;
}

/** A file's name in the order in which it is written. */
export const plainFileName = (name: string): string => name.replace(controls, "").trimEnd();

/** A file's name as it is shown, with what says which kind of file it is as a part of its own. */
export function fileNameParts(name: string): { readonly stem: string; readonly ending: string } {
  const plain = plainFileName(name);
  const ending = /[^.\s]\s*(\.[^.\s/\\]{1,12})$/.exec(plain)?.[1] ?? "";
  return { stem: plain.slice(0, plain.length - ending.length), ending };
}
