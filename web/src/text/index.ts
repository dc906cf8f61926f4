import { isolating } from "../lib/bidi";
import { en, type Texts } from "./en";

export const languages = { en: "English", fr: "Français" } as const;
export type Language = keyof typeof languages;

const kept = "deskwire.language";

/** The texts of the page, in the language that was chosen before anything was shown. */
export let t: Texts = isolating(en);
let spoken: Language = "en";

/** The language of texts, times and numbers. */
export const language = (): Language => spoken;

const known = (name: string | null | undefined): name is Language => !!name && Object.hasOwn(languages, name);

/** Fetches the texts: of the language that was chosen here, else of the first one of the browser's that there is. */
export async function loadTexts(): Promise<void> {
  const wanted = [localStorage.getItem(kept), ...navigator.languages.map((l) => l.slice(0, 2)), "en"].find(known) ?? "en";
  if (wanted === "fr") t = isolating((await import("./fr")).fr);
  spoken = wanted;
  document.documentElement.lang = wanted;
}

/** Chooses another language. The page begins anew in it. */
export function setLanguage(next: Language): void {
  localStorage.setItem(kept, next);
  location.reload();
}
