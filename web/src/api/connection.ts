/** Whether what is shown is kept right at the moment. */
export type Connection = "connecting" | "live" | "lost";

let state: Connection = "connecting";
const listeners = new Set<() => void>();

export const connection = (): Connection => state;

export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function setConnection(next: Connection): void {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}
