/** Whether one of the two windows over everything is open, and what the screen below offers to do. */

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly keys?: string;
  readonly run: () => void;
}

export type Overlay = "palette" | "keys" | null;

let over: Overlay = null;
let offered: readonly Command[] = [];
const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());

export const currentOverlay = (): Overlay => over;
export const offeredCommands = (): readonly Command[] => offered;

export function onPalette(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function showOverlay(next: Overlay): void {
  over = next;
  tell();
}

export const openPalette = () => showOverlay("palette");

/** Offers commands for as long as they make sense; the function that it gives ends that. */
export function offerCommands(commands: readonly Command[]): () => void {
  offered = commands;
  return () => {
    if (offered === commands) offered = [];
  };
}
