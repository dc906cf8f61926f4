/** Signs that the network is back: the browser says so, or somebody looks at the page again. */
function whenBack(back: () => void): () => void {
  const looked = () => {
    if (document.visibilityState === "visible") back();
  };
  globalThis.addEventListener?.("online", back);
  globalThis.document?.addEventListener("visibilitychange", looked);
  return () => {
    globalThis.removeEventListener?.("online", back);
    globalThis.document?.removeEventListener("visibilitychange", looked);
  };
}

/**
 * Pauses between attempts to connect, in milliseconds: each is twice as long as the one before, and
 * shortened at random to half at most. When the network is back the next attempt comes within half
 * of the first pause, and they grow from there.
 */
export function growingPauses(first: number, longest: number): (attempt: number) => Promise<void> {
  let from = 0; // the attempt from which on they grow
  return (attempt) => {
    from = Math.min(from, attempt); // attempts are counted anew after a connection
    return new Promise((resolve) => {
      const end = () => {
        forget();
        resolve();
      };
      let timer = setTimeout(end, Math.min(longest, first * 2 ** (attempt - from)) * (1 - Math.random() / 2));
      const forget = whenBack(() => {
        from = attempt + 1;
        clearTimeout(timer);
        timer = setTimeout(end, (Math.random() * first) / 2); // not all at once who come back with one network
      });
    });
  };
}

/**
 * Calls `cut` when the network is back: a connection of before looks alive, and most likely is not.
 * It gives what ends that.
 */
export function onceOnline(cut: () => void): () => void {
  globalThis.addEventListener?.("online", cut);
  return () => globalThis.removeEventListener?.("online", cut);
}

/**
 * Stands for a WebSocket where there is none, as while a page is rendered on a server: a client can
 * be made, and what it is to follow ends with an error.
 */
export class NoWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  readonly readyState = NoWebSocket.CLOSED;
  onclose: ((event: unknown) => void) | undefined;

  constructor() {
    const reason = "There is no WebSocket here. Pass webSocketImpl, such as that of the package ws.";
    // 4005 is the code of a fault of the client's own: it is not tried again.
    queueMicrotask(() => this.onclose?.(Object.assign(new Error(reason), { code: 4005, reason, wasClean: false })));
  }

  close(): void {}
}
