import { html, nothing } from "lit";
import { ticked, valueOfTyped } from "../../src/lib/edit";
import { commandOf } from "../../src/lib/ime";
import { stepOf, toLocalInput } from "../../src/lib/local-input";
import type { Editing, RenderContext } from "./context";
import { AssignTicket, SetStatus, Update, type Property, type Ticket } from "./documents";
import { selectInput, valueText } from "./parts";
import { labelOf, optionLabel, updateOf } from "./value";

/** The details of a ticket (R12): the chosen properties, each edited in place by its type (R16). */
export function ticketDetails(context: RenderContext, ticket: Ticket) {
  const { t, host, connection } = context;
  const close = () => (host.view = "sidebar");
  const pressed = (e: KeyboardEvent) => commandOf(e) === "Escape" && close();
  const scope = connection.setup?.viewer.ticketDetailLayout.scope;
  return html`<div part="panel" role="group" aria-labelledby="title" data-panel @keydown=${pressed}>
    <header><h2 id="title" tabindex="-1">${t.details}</h2><button part="button" @click=${close}>${t.close}</button></header>
    <dl>${ticket.detailProperties.map((p) => html`<dt><bdi>${labelOf(t, p.definition)}</bdi></dt><dd data-key=${p.key}>${property(context, ticket, p)}</dd>`)}</dl>
    <button part="button" @click=${() => (host.view = "layout")}>${t.choose}</button>
    ${scope ? html`<p class="muted">${scope === "MINE" ? t.mine : t.account}</p>` : nothing}
  </div>`;
}

function property(context: RenderContext, ticket: Ticket, p: Property) {
  const { t, host, connection, act } = context;
  const { type, builtIn, options } = p.definition;
  const ticketId = ticket.id;
  const label = labelOf(t, p.definition);
  const setup = connection.setup;
  const save = (edited: string | readonly string[] | null) => act(connection.change(Update, { ticketId, ...updateOf(p, edited) }));
  const choose = { label, value: p.value, called: p.displayValue, fixed: false, choose: save };
  const agents = setup?.agents.filter((a) => !a.deactivatedAt);

  if (!p.viewerCanUpdate) return valueText(context, p);
  if (builtIn && p.key === "status") {
    const statuses = setup?.pipelines.find((l) => l.statuses.some((s) => s.id === p.value))?.statuses;
    return selectInput({ ...choose, options: statuses, choose: (statusId) => act(connection.change(SetStatus, { ticketId, statusId: statusId! })) });
  }
  if (builtIn && p.key === "owner") return selectInput({ ...choose, options: agents, none: t.nobody, choose: (ownerId) => act(connection.change(AssignTicket, { ticketId, ownerId })) });
  if (type === "AGENT") return selectInput({ ...choose, options: agents, none: t.empty });
  if (type === "BOOLEAN") return selectInput({ ...choose, options: [{ id: "true", name: t.yes }, { id: "false", name: t.no }], none: t.empty });
  if (type === "OPTION") return selectInput({ ...choose, options: options.map((o) => ({ id: o.value, name: optionLabel(t, p, o.value) })), none: t.empty });
  const { editing } = host;
  if (editing?.property.id === p.id) return type === "OPTIONS" ? optionsEditor(context, editing, p, label, save) : textEditor(context, editing, label, save);
  return html`<button part="value" @click=${() => (host.editing = { property: p, shown: "" })}><span class="hidden">${t.edit(label)}: </span>${valueText(context, p)}</button>`;
}

type Save = (edited: string | readonly string[] | null) => Promise<boolean>;

/** Leaves the editor, to where it was opened. */
async function leave(context: RenderContext, p: Property) {
  context.host.editing = null;
  await context.host.updateComplete;
  context.host.renderRoot.querySelector<HTMLElement>(`[data-key="${CSS.escape(p.key)}"] button`)?.focus();
}

/** Enter and leaving save, Escape does not. What is typed is not touched by what comes meanwhile. */
function textEditor(context: RenderContext, editing: Editing, label: string, save: Save) {
  const { property: opened } = editing;
  const { type } = opened.definition;
  const before = type === "DATETIME" && opened.value ? toLocalInput(opened.value) : (opened.value ?? "");
  const end = (event: Event, saved: boolean) => {
    if (context.host.editing !== editing) return;
    const { value } = event.target as HTMLInputElement;
    void leave(context, opened);
    if (saved && value !== editing.shown) void save(valueOfTyped(type, value, opened.value));
  };
  const pressed = (event: KeyboardEvent) => {
    const key = commandOf(event);
    if (key !== "Escape" && (key !== "Enter" || event.shiftKey)) return;
    event.stopPropagation();
    event.preventDefault();
    end(event, key === "Enter");
  };
  const left = (event: Event) => end(event, true);
  if (type === "TEXT") return html`<textarea part="input" data-editor rows=${Math.min(6, before.split("\n").length)} dir="auto" aria-label=${label} .value=${before} @keydown=${pressed} @blur=${left}></textarea>`;
  const kind = type === "DATE" ? "date" : type === "DATETIME" ? "datetime-local" : "text";
  return html`<input part="input" data-editor type=${kind} step=${(type === "DATETIME" && stepOf(before)) || nothing} inputmode=${type === "NUMBER" ? "decimal" : "text"} dir="auto" aria-label=${label} value=${before} @keydown=${pressed} @blur=${left} />`;
}

function optionsEditor(context: RenderContext, { property: opened }: Editing, now: Property, label: string, save: Save) {
  const { t } = context;
  const values = [...new Set([...opened.definition.options.map((o) => o.value), ...opened.list])];
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const list = ticked(opened.list, new FormData(event.target as HTMLFormElement).getAll("option") as string[], now.list);
    if (list.join("\n") === now.list.join("\n") || (await save(list.length ? list : null))) await leave(context, opened);
  };
  const cancel = (event: Event) => {
    event.stopPropagation();
    void leave(context, opened);
  };
  return html`<form @submit=${submit} @keydown=${(e: KeyboardEvent) => commandOf(e) === "Escape" && cancel(e)}>
    <fieldset part="options">
      <legend>${label}</legend>
      ${values.map((v, i) => html`<label><input type="checkbox" name="option" value=${v} ?checked=${opened.list.includes(v)} ?data-editor=${!i} /><bdi>${optionLabel(t, opened, v)}</bdi></label>`)}
    </fieldset>
    <button part="button primary">${t.save}</button> <button part="button" type="button" @click=${cancel}>${t.cancel}</button>
  </form>`;
}
