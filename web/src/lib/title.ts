/** The title of the window: what is looked at, and how many messages have come since somebody was at this window. */

let title = "";
let unseen = 0;

function show(): void {
  document.title = unseen > 0 ? `(${unseen}) ${title}` : title;
}

export function setTitle(next: string): void {
  title = next;
  show();
}

export function setUnseen(count: number): void {
  unseen = count;
  show();
}
