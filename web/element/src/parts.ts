import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { live } from "lit/directives/live.js";
import type { RenderContext } from "./context";
import type { Property, Ticket } from "./documents";
import { displayed, labelOf } from "./value";

/** An address of the server. */
export const absoluteUrl = (server: string, path: string): string => new URL(path, server.endsWith("/") ? server : server + "/").href;

export const mediumDate = (language: string, iso: string): string => new Date(iso).toLocaleDateString(language, { dateStyle: "medium" });

/** A value as it is read, marked gently when it has changed since it was first shown. */
export function valueText({ t, language, connection }: RenderContext, property: Property) {
  const text = displayed(t, language, property);
  const none = property.key === "owner" ? t.nobody : "–";
  return keyed(text, html`<bdi class=${connection.hasJustChanged(property.id, text) ? "flash" : ""}>${text ?? none}</bdi>`);
}

/** The ticket card (R11): the same properties for everybody, which nobody can choose or change here (R14). */
export function ticketCard(context: RenderContext, ticket: Ticket) {
  const { t, host, open } = context;
  const more = () => {
    void context.connection.loadSetup();
    host.view = "details";
  };
  return html`<div part="card" data-card>
      <a part="link name" href=${ticket.recordUrl} target="_blank" rel="noopener" title=${t.record} @click=${open("ticket", ticket.id, ticket.recordUrl)}><bdi>${ticket.name}</bdi></a>
      <dl>
        ${ticket.cardProperties.map((p) =>
          p.key === "name" ? nothing : html`<dt><bdi>${labelOf(t, p.definition)}</bdi></dt><dd data-key=${p.key} class=${p.key === "status" ? ticket.status.state : (p.value ?? "")}>${valueText(context, p)}</dd>`,
        )}
      </dl>
    </div>
    <button part="button" id="more" @click=${more}>${t.more}</button>`;
}

interface Option {
  readonly id: string;
  readonly name: string;
}

interface Choice {
  readonly label: string;
  readonly value: string | null;
  /** How the value is called where it is not among the options. */
  readonly called: string | null | undefined;
  readonly options: readonly Option[] | undefined;
  /** What nothing is called; absent: something has to be chosen. */
  readonly none?: string;
  readonly fixed: boolean;
  readonly choose: (value: string | null) => unknown;
}

/** One of a few: chosen without a further step. */
export function selectInput({ label, value, called, options = [], none, fixed, choose }: Choice) {
  const all = options.some((o) => o.id === value) || value === null ? options : [{ id: value, name: called ?? value }, ...options];
  const option = (id: string, name: string) => html`<option value=${id} .selected=${live(id === (value ?? ""))}>${name}</option>`;
  return html`<select part="input" aria-label=${label} ?disabled=${fixed} @change=${(e: Event) => choose((e.target as HTMLSelectElement).value || null)}>
    ${none === undefined ? nothing : option("", none)}${all.map((o) => option(o.id, o.name))}
  </select>`;
}
