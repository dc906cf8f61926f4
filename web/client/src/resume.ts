import type { Client, Sink, SubscribePayload } from "graphql-ws";

/** An answer, which says in `extensions.eventCursor` where the log stood before it was read. */
export interface Answer {
  readonly extensions?: unknown;
}

/**
 * A subscription that goes on from an answer: it begins with what has happened since, and not with a SNAPSHOT. Where an
 * answer has no cursor, as one from a cache has none, it does begin with the SNAPSHOT.
 */
export function startAfter(answer: Answer | null | undefined, payload: SubscribePayload): SubscribePayload {
  const resumeAfter = (answer?.extensions as { eventCursor?: string } | null | undefined)?.eventCursor;
  return resumeAfter ? { ...payload, extensions: { ...payload.extensions, resumeAfter } } : payload;
}

/**
 * The same client, whose subscriptions resume: after a break each goes on from the last payload that has come.
 * `createLiveClient` does this already.
 */
export function resumable(client: Client): Client {
  const subscribe = (payload: SubscribePayload, sink: Sink<any>) => {
    const mine = { ...payload }; // graphql-ws keeps it, and writes it anew for each connection
    return client.subscribe(mine, {
      next(result) {
        Object.assign(mine, startAfter(result, mine));
        sink.next(result);
      },
      error: (reason) => sink.error(reason),
      complete: () => sink.complete(),
    });
  };
  return { ...client, subscribe, iterate: (payload) => iterate((sink) => subscribe(payload, sink)) };
}

/** What a sink is given, one after another. Leaving the loop ends the subscription. */
function iterate<T>(subscribe: (sink: Sink<T>) => () => void): AsyncIterableIterator<T> {
  const come: T[] = [];
  let end: (() => undefined) | undefined;
  let wake = () => {};
  const finish = (how: () => undefined) => {
    end ??= how;
    wake();
  };
  const complete = () => finish(() => undefined);
  const stop = subscribe({
    next(value) {
      come.push(value);
      wake();
    },
    error: (reason) =>
      finish(() => {
        throw reason;
      }),
    complete,
  });
  const loop = (async function* () {
    for (;;) {
      while (come.length) yield come.shift()!;
      if (end) return end();
      await new Promise<void>((resolve) => (wake = resolve));
    }
  })();
  // By itself it would wait for the next payload first.
  loop.return = async () => {
    stop();
    come.length = 0;
    complete();
    return { done: true, value: undefined };
  };
  return loop;
}
