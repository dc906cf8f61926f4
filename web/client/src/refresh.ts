import type { Client } from "graphql-ws";

/** A token and when it ends, in milliseconds since 1970, as `Date.now()` counts; absent: not known. */
export interface ExpiringToken {
  readonly token: string;
  readonly expiresAt?: number;
}

/** Whose connection it is; null: nobody's. */
export interface Session {
  shown: ExpiringToken | null;
}

interface Refreshed {
  sessionRefresh: { expiresAt: string | null; errors: readonly unknown[] };
}

const document = "mutation($token:String!){sessionRefresh(input:{token:$token}){expiresAt errors{code}}}";

const longestTimer = 2 ** 31 - 1;

/** Gives each connection a new token in time. What goes wrong is tried again; in the end the server closes the connection. */
export function keepFresh(client: Client, session: Session, obtain: () => Promise<ExpiringToken | null>, before: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const arm = () => {
    stop();
    const left = Number(session.shown?.expiresAt) - Date.now(); // NaN where it is not known
    if (left > 0) timer = setTimeout(renew, Math.min(Math.max(left - before, left / 2, 1_000), longestTimer));
  };
  const renew = async () => {
    const mine = timer;
    const next = await obtain().catch(() => null);
    if (mine !== timer) return; // the connection has ended meanwhile
    if (!next || next.token === session.shown?.token) return arm();
    client.subscribe<Refreshed>({ query: document, variables: { token: next.token } }, {
      next({ data }) {
        const answer = data?.sessionRefresh;
        if (answer && !answer.errors.length) session.shown = { ...next, expiresAt: Date.parse(answer.expiresAt ?? "") };
      },
      error: (reason) => Array.isArray(reason) && arm(),
      complete: arm,
    });
  };
  client.on("connected", arm);
  client.on("closed", stop);
}
