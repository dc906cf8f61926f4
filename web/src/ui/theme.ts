/** Light, dark, or what the system says. */
export type Theme = "system" | "light" | "dark";

const kept = "deskwire.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export const theme = (): Theme => (localStorage.getItem(kept) as Theme | null) ?? "system";

export function applyTheme(next: Theme = theme()): void {
  localStorage.setItem(kept, next);
  document.documentElement.dataset.theme = next === "system" ? (dark.matches ? "dark" : "light") : next;
}

dark.addEventListener("change", () => applyTheme());
