import { createClient, type Client, type ClientOptions } from "graphql-ws";
import { growingPauses, NoWebSocket, onceOnline } from "./network.js";
import { keepFresh, type ExpiringToken, type Session } from "./refresh.js";
import { resumable } from "./resume.js";

type Token = string | ExpiringToken | null;

/** The options of graphql-ws, but those that are set here, and these. */
export interface LiveOptions
  extends Omit<ClientOptions, "connectionParams" | "retryAttempts" | "retryWait" | "shouldRetry"> {
  /**
   * Gives a token that is valid now, without `Bearer`; asked before each connection. When it throws, it is asked again
   * after a pause. Null: nobody is signed in, and every subscription ends with an error of code 4401.
   */
  token: () => Token | Promise<Token>;
  /**
   * How long before its token ends a connection is given a new one, in milliseconds, so that it stays open. It needs
   * tokens with `expiresAt`. Absent or 0: the server closes the connection when the token ends, and the client comes back
   * with a new one. Nothing is missed either way.
   */
  refreshBefore?: number;
  /** The pause before the first new attempt to connect, in milliseconds; then twice as long each time. Default 1,000. */
  firstPause?: number;
  /**
   * The longest pause, in milliseconds. Default 30,000. Each is shortened at random, to half at
   * most. When the browser says that the network is back, or the page is looked at again, the next
   * attempt comes at once.
   */
  longestPause?: number;
  /** How long the server may take to answer a ping, in milliseconds; then the connection is given up. Default 10,000. */
  pongWithin?: number;
}

/**
 * Makes a client of graphql-ws that resumes every subscription and never ends trying to connect. `error` of a
 * subscription is called with the errors of the document, or with a `CloseEvent` when there is no use in trying again:
 * 4401 there is no token, 4400, 4406 or 4409 the server does not understand; or with an `Error`
 * where there is no `WebSocket`, as in Node before 22 without `webSocketImpl`. The client itself can
 * be made there, as when a page is rendered on a server.
 *
 * It pings every 30 s, so that a connection that has died in silence is noticed; `keepAlive` sets another pause.
 */
export function createLiveClient(options: LiveOptions): Client {
  const { token, refreshBefore, firstPause = 1_000, longestPause = 30_000, pongWithin = 10_000, ...rest } = options;
  const obtain = async () => {
    const given = await token();
    return typeof given === "string" ? { token: given } : given;
  };
  const session: Session = { shown: null };
  let opened: WebSocket;

  const client = createClient({
    keepAlive: 30_000,
    webSocketImpl: globalThis.WebSocket ?? NoWebSocket,
    ...rest,
    async connectionParams() {
      const socket = opened;
      try {
        session.shown = await obtain();
      } catch {
        // graphql-ws would take an error for its own and close with a code that ends everything. After this one it retries.
        socket.close(4408);
      }
      return session.shown ? { authorization: "Bearer " + session.shown.token } : {};
    },
    retryAttempts: Infinity,
    retryWait: growingPauses(firstPause, longestPause),
    shouldRetry: () => true, // by default only after a CloseEvent, and a server that can't be reached gives none
  });
  client.on("opened", (socket) => (opened = socket as WebSocket));
  cutWhenSilent(client, pongWithin);
  cutWhenOnline(client);

  const live = resumable(client);
  if (refreshBefore) keepFresh(live, session, obtain, refreshBefore);
  return live;
}

/**
 * What a connection missed while there was no network is known sooner by a new one than by waiting
 * for it to die.
 */
function cutWhenOnline(client: Client): void {
  let forget = () => {};
  client.on("opened", () => {
    forget();
    forget = onceOnline(client.terminate);
  });
  client.on("closed", () => forget());
}

/** A connection that has died in silence looks alive until something has to be answered. */
function cutWhenSilent(client: Client, patience: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const calm = () => clearTimeout(timer);
  client.on("ping", (received) => {
    if (!received) timer = setTimeout(client.terminate, patience);
  });
  client.on("pong", calm);
  client.on("closed", calm);
}
