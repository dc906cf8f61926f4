/** What is followed and was refused: what it shows may be old, and the page says so. */

interface Trouble {
  readonly tryAgain: () => void;
}

const all = new Set<Trouble>();
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

export function addTrouble(one: Trouble): void {
  if (all.has(one)) return;
  all.add(one);
  tell();
}

export function removeTrouble(one: Trouble): void {
  if (all.delete(one)) tell();
}

export const isTroubled = (): boolean => all.size > 0;

export function onTrouble(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks anew for all that was refused. It is told no more until it is refused again. */
export function tryAgain(): void {
  const refused = [...all];
  all.clear();
  tell();
  for (const one of refused) one.tryAgain();
}
