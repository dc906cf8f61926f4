import { createLiveClient, type ExpiringToken } from "deskwire-client";
import type { Client } from "graphql-ws";
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { SidebarSetup, SidebarLive, type Conversation, type Setup } from "./documents";
import type { ResultOf, TadaDocumentNode, VariablesOf } from "./graphql";

/** How things stand with the connection. What is shown stays while it is lost. */
export type ConnectionState = "loading" | "live" | "lost" | "unreachable" | "refused" | "gone" | "failed";

export type Token = string | ExpiringToken | null;

interface Answer {
  readonly answer: { readonly errors: readonly { readonly message: string }[] };
}

/** The connection of one element: follows a conversation, asks, and changes things. All of it goes over one websocket. */
export class SidebarConnection implements ReactiveController {
  state: ConnectionState = "loading";
  conversation: Conversation | null = null;
  setup: Setup | null = null;
  #shown = new Map<string, { text: string | null; until: number }>();
  #client: Client | undefined;
  #unfollow = () => {};
  #host: ReactiveControllerHost;
  #refused: () => void;

  constructor(host: ReactiveControllerHost, refused: () => void) {
    this.#host = host;
    this.#refused = refused;
    host.addController(this);
  }

  hostDisconnected() {
    this.close();
  }

  close() {
    this.#unfollow();
    void Promise.resolve(this.#client?.dispose()).catch(() => {}); // there may be no connection
    this.#client = undefined;
    this.#unfollow = () => {};
    Object.assign(this, { state: "loading", conversation: null, setup: null });
  }

  /** Begins anew, with whoever the token is for. */
  open(server: string, token: () => Token | Promise<Token>) {
    this.close();
    const url = new URL("graphql", server.endsWith("/") ? server : server + "/");
    url.protocol = url.protocol.replace("http", "ws");
    let connected = false;
    const client = createLiveClient({ url: url.href, token, refreshBefore: 60_000 });
    this.#client = client;
    client.on("connected", () => {
      connected = true;
      if (this.conversation) this.#become("live");
      void this.loadSetup();
    });
    client.on("closed", (event) => {
      if (this.#client !== client) return;
      const { code } = event as CloseEvent;
      if (code === 4401 || code === 4403) {
        this.#become("refused");
        this.#refused();
      } else this.#become(connected ? "lost" : "unreachable");
    });
  }

  /** Follows a conversation in place of the one before. */
  follow(id: string) {
    const before = this.#unfollow;
    this.conversation = null;
    this.#shown.clear();
    this.#become("loading");
    this.#unfollow =
      this.#client?.subscribe<ResultOf<typeof SidebarLive>>(
        { query: String(SidebarLive), variables: { id } },
        {
          next: ({ data }) => {
            if (!data) return this.#become("failed");
            this.conversation = data.conversationLive.conversation;
            this.#become(this.conversation ? "live" : "gone");
          },
          error: (reason) => this.#become((reason as CloseEvent).code === 4401 ? "refused" : "failed"),
          complete: () => {},
        },
      ) ?? (() => {});
    before(); // the connection stays, since there is something to follow again
  }

  /** Whether a value has changed a moment ago, while it was shown. */
  hasJustChanged(id: string, text: string | null): boolean {
    const before = this.#shown.get(id);
    if (before?.text === text) return before.until > Date.now();
    this.#shown.set(id, { text, until: before ? Date.now() + 2_400 : 0 });
    return !!before;
  }

  /** Asks what can be chosen, as it is now. */
  async loadSetup() {
    this.setup = await this.#request(SidebarSetup, {}).catch(() => this.setup);
    this.#host.requestUpdate();
  }

  /** Changes something; gives the message if it is refused, else null. A change that is sent again after a break is made once. */
  async change<D extends TadaDocumentNode<any, any>>(document: D, input: Omit<VariablesOf<D>["input"], "idempotencyKey">): Promise<string | null> {
    const idempotencyKey = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16)).join(".");
    try {
      const { answer } = (await this.#request(document, { input: { ...input, idempotencyKey } } as VariablesOf<D>)) as unknown as Answer;
      return answer.errors[0]?.message ?? null;
    } catch {
      return "";
    }
  }

  #request<D extends TadaDocumentNode<any, any>>(document: D, variables: VariablesOf<D>): Promise<ResultOf<D>> {
    return new Promise((resolve, reject) => {
      if (!this.#client) return reject();
      this.#client.subscribe<any>(
        { query: String(document), variables },
        { next: ({ data, errors }) => (errors ? reject(errors) : resolve(data)), error: reject, complete: () => {} },
      );
    });
  }

  #become(state: ConnectionState) {
    this.state = state;
    this.#host.requestUpdate();
  }
}
