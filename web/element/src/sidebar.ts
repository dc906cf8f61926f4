import { html, LitElement, nothing, type PropertyValues } from "lit";
import { SidebarConnection, type Token } from "./connection";
import type { Editing, RenderContext, SidebarHost } from "./context";
import { ticketDetails } from "./details";
import { Assign, Create, type Conversation } from "./documents";
import { Layout } from "./layout";
import { absoluteUrl, mediumDate, selectInput, ticketCard } from "./parts";
import { style } from "./style";
import { textOf } from "./text";

/**
 * The sidebar of a conversation, live: its ticket, the contact, their past conversations.
 *
 * It tells `deskwire-token-refused` when its token is not good, and `deskwire-open` when somebody opens a record
 * (`detail`: kind, id, href); prevented, the page opens it in its own way.
 */
export class DeskwireSidebar extends LitElement implements SidebarHost {
  static override styles = style;
  static override properties = {
    server: {},
    conversation: {},
    token: {},
    getToken: { attribute: false },
    view: { state: true },
    message: { state: true },
    editing: { state: true },
  };

  /** The address of the server; that of this script when not set. */
  declare server: string;
  /** The id of the conversation. */
  declare conversation: string | null;
  /** A token of whoever looks. */
  declare token: string | null;
  /** Gives a token that is valid now, in place of `token`: `{ token, expiresAt }`, or the token alone. It is asked again before `expiresAt`. */
  declare getToken: (() => Token | Promise<Token>) | null;

  /** What is looked at: the sidebar, the details of the ticket, or what chooses them. */
  declare view: "sidebar" | "details" | "layout";
  /** What the server said when it refused something. */
  declare message: string | null;
  /** The editor of a property that is open. */
  declare editing: Editing | null;

  readonly connection = new SidebarConnection(this, () => this.#tell("deskwire-token-refused", {}));
  readonly #layout = new Layout(this);

  constructor() {
    super();
    Object.assign(this, { server: new URL(import.meta.url).origin, conversation: null, token: null, getToken: null, view: "sidebar", message: null, editing: null });
  }

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, "lang"];
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null) {
    super.attributeChangedCallback(name, before, now);
    this.requestUpdate();
  }

  override connectedCallback() {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate("token"); // it was taken out of the page and put in again
  }

  override willUpdate(changed: PropertyValues) {
    if (!this.isConnected) return;
    const anew = ["server", "token", "getToken"].some((name) => changed.has(name));
    if (anew) this.connection.open(this.server, this.getToken ?? (() => this.token));
    if ((anew || changed.has("conversation")) && this.conversation) {
      Object.assign(this, { view: "sidebar", message: null, editing: null });
      this.connection.follow(this.conversation);
    }
  }

  override updated(changed: PropertyValues) {
    const before = changed.get("view");
    if (before) this.renderRoot.querySelector<HTMLElement>(this.view === "sidebar" ? "#more" : "h2")?.focus();
    else if (changed.has("editing") && this.editing) this.#beginEditing(this.editing);
  }

  override render() {
    const { language } = this;
    const t = textOf(language);
    const { state, conversation } = this.connection;
    const context: RenderContext = { t, language, connection: this.connection, host: this, act: this.act, open: this.#open };
    const says = state === "live" ? "" : state === "loading" ? t.loading : t[state];
    return html`<section part="sidebar" aria-label=${t.sidebar} lang=${language.slice(0, 2)}>
      <p part="status" role="status" class=${state} ?hidden=${!says}>${says}</p>
      ${this.message === null ? nothing : html`<p part="error" role="alert">${this.message || t.failed}</p>`}
      ${conversation && state !== "refused" ? this.#content(context, conversation) : nothing}
    </section>`;
  }

  #beginEditing(editing: Editing) {
    const field = this.renderRoot.querySelector<HTMLInputElement>("[data-editor]");
    field?.focus();
    editing.shown = field?.value ?? "";
  }

  #content(context: RenderContext, conversation: Conversation) {
    const { ticket } = conversation;
    if (ticket && this.view === "details") return ticketDetails(context, ticket);
    if (ticket && this.view === "layout") return this.#layout.render(context);
    const { t } = context;
    return html`
      ${conversation.trashedAt ? html`<p part="note">${t.trashed}</p>` : nothing}
      <label part="owner">${t.owner}${this.#owner(context, conversation)}</label>
      <details part="section ticket" open><summary>${t.ticket}</summary>${ticket ? ticketCard(context, ticket) : this.#noTicket(context, conversation)}</details>
      <details part="section contact" open><summary>${t.contact}</summary>${this.#contact(context, conversation)}</details>
      <details part="section past" open><summary>${t.past}</summary>${this.#past(context, conversation)}</details>
    `;
  }

  #owner(context: RenderContext, { id, owner, viewerCanAssign }: Conversation) {
    const choose = (ownerId: string | null) => this.act(this.connection.change(Assign, { conversationId: id, ownerId }));
    return selectInput({ label: context.t.ownerOf, value: owner?.id ?? null, called: owner?.name, options: context.connection.setup?.agents.filter((a) => !a.deactivatedAt), none: context.t.nobody, fixed: !viewerCanAssign, choose });
  }

  #noTicket({ t, connection }: RenderContext, { id, viewerCanCreateTicket, trashedAt }: Conversation) {
    const create = (event: SubmitEvent) => {
      event.preventDefault();
      const name = new FormData(event.target as HTMLFormElement).get("name") as string;
      void this.act(connection.change(Create, { conversationId: id, name }));
    };
    if (!viewerCanCreateTicket || trashedAt) return html`<p class="muted">${t.none}</p>`;
    return html`<form part="create" @submit=${create}>
      <p class="muted">${t.none}</p>
      <input part="input" name="name" required dir="auto" autocomplete="off" aria-label=${t.name} placeholder=${t.name} />
      ${connection.setup?.viewer.account.ticketHome === "HELP_DESK" ? html`<p class="muted">${t.moves}</p>` : nothing}
      <button part="button primary">${t.create}</button>
    </form>`;
  }

  #contact({ t }: RenderContext, { contact }: Conversation) {
    const facts = [contact.email, contact.phone, contact.externalId].filter((fact) => fact && fact !== contact.name);
    return html`<p part="contact-name"><bdi>${contact.name || facts.shift() || t.unknown}</bdi></p>
      <ul>${facts.map((fact) => html`<li><bdi>${fact}</bdi></li>`)}</ul>`;
  }

  #past({ t, language, open }: RenderContext, { id, contact }: Conversation) {
    const past = contact.conversations.nodes.filter((c) => c.id !== id);
    if (!past.length) return html`<p class="muted">${t.first}</p>`;
    return html`<ul>${past.map((c) => {
      const href = absoluteUrl(this.server, "conversations/" + c.id);
      return html`<li>
        <a part="link" href=${href} target="_blank" rel="noopener" @click=${open("conversation", c.id, href)}>
          <bdi>${c.subject || c.preview || t.noSubject}</bdi>
          <small>#${c.number} · <span part="badge" class=${c.status}>${t.state[c.status]}</span> · ${mediumDate(language, c.lastActivityAt)}</small>
        </a>
      </li>`;
    })}</ul>`;
  }

  /** Shows what the server says if it refuses a change, and shows the values as they are again. */
  act = async (change: Promise<string | null>): Promise<boolean> => {
    this.message = null;
    this.message = await change;
    this.requestUpdate();
    return this.message === null;
  };

  /** The language of the element, else that of the page; with the reader's region, which dates are written by. */
  get language(): string {
    const language = this.lang || this.closest<HTMLElement>("[lang]")?.lang || navigator.language;
    return navigator.language.startsWith(language + "-") ? navigator.language : language;
  }

  #open = (kind: string, id: string, href: string) => (event: Event) => {
    if (!this.#tell("deskwire-open", { kind, id, href })) event.preventDefault();
  };

  #tell(name: string, detail: object): boolean {
    return this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, cancelable: true, detail }));
  }
}

if (!customElements.get("deskwire-sidebar")) customElements.define("deskwire-sidebar", DeskwireSidebar);
