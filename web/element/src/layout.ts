import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { commandOf } from "../../src/lib/ime";
import { dropIndex } from "../../src/lib/reorder";
import type { RenderContext, SidebarHost } from "./context";
import { SetLayout } from "./documents";
import { labelOf } from "./value";

/** Chooses the properties that the panel shows, and their order (R13, D11). */
export class Layout {
  #keys: string[] | null = null;
  #said = "";
  #dragged: string | null = null;

  constructor(readonly host: SidebarHost) {}

  render(context: RenderContext) {
    const { t, connection } = context;
    const { setup } = connection;
    if (!setup) return nothing;
    const keys = (this.#keys ??= setup.viewer.ticketDetailLayout.properties.map((p) => p.key));
    const all = setup.propertyDefinitions;
    const rest = all.filter((d) => !keys.includes(d.key));
    const row = (d: (typeof all)[number]) => {
      const label = labelOf(t, d);
      const place = keys.indexOf(d.key);
      const arrow = (by: number, sign: string, name: string) => html`<button part="button" aria-label=${name} aria-disabled=${!keys[place + by]} @click=${() => this.#move(place, by, (at) => t.at(label, at))}>${sign}</button>`;
      return html`<li class=${this.#dragged === d.key ? "dragged" : ""}>
        ${place < 0 ? nothing : html`<span part="grip" data-grip=${d.key} aria-hidden="true">⠿</span>`}
        <label><input type="checkbox" .checked=${place >= 0} @change=${() => this.#toggle(d.key)} /><bdi>${label}</bdi></label>
        ${place < 0 ? nothing : html`${arrow(-1, "↑", t.up(label))}${arrow(1, "↓", t.down(label))}`}
      </li>`;
    };
    return html`<div part="panel" role="group" aria-labelledby="title" data-panel @keydown=${(e: KeyboardEvent) => commandOf(e) === "Escape" && this.#leave()}>
      <header><h2 id="title" tabindex="-1">${t.choose}</h2></header>
      <p role="status" class="hidden">${this.#said}</p>
      <ul @pointerdown=${this.#grip} @pointermove=${(e: PointerEvent) => this.#drag(e, (key, at) => t.at(labelOf(t, all.find((d) => d.key === key)!), at))} @lostpointercapture=${this.#drop}>${repeat([...keys.flatMap((k) => all.find((d) => d.key === k) ?? []), ...rest], (d) => d.key, row)}</ul>
      <button part="button primary" @click=${() => this.#save(context, keys)}>${t.save}</button>
      <button part="button" @click=${() => this.#leave()}>${t.cancel}</button>
      ${setup.viewer.ticketDetailLayout.scope === "MINE" ? html`<button part="button" @click=${() => this.#save(context, null)}>${t.reset}</button>` : nothing}
    </div>`;
  }

  #toggle(key: string) {
    const keys = this.#keys!;
    this.#keys = keys.includes(key) ? keys.filter((k) => k !== key) : [...keys, key];
    this.host.requestUpdate();
  }

  #move(from: number, by: number, say: (place: number) => string) {
    const keys = this.#keys!;
    if (!by || !keys[from + by]) return;
    const [key] = keys.splice(from, 1);
    keys.splice(from + by, 0, key!);
    this.#said = say(from + by + 1);
    this.host.requestUpdate();
  }

  // The list keeps the pointer, not the row: a row that is put elsewhere would lose it.
  #grip = (event: PointerEvent) => {
    const key = (event.target as HTMLElement).dataset.grip;
    if (!key || event.button) return;
    event.preventDefault();
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#dragged = key;
    this.host.requestUpdate();
  };

  /** Puts what is dragged where the pointer is. */
  #drag(event: PointerEvent, say: (key: string, place: number) => string) {
    const key = this.#dragged;
    if (!key) return;
    const from = this.#keys!.indexOf(key);
    const rows = [...(event.currentTarget as HTMLElement).children].slice(0, this.#keys!.length).map((row) => row.getBoundingClientRect());
    this.#move(from, dropIndex(rows, from, event.clientY) - from, (place) => say(key, place));
  }

  #drop = () => {
    this.#dragged = null;
    this.host.requestUpdate();
  };

  #leave() {
    this.#keys = null;
    this.#said = "";
    this.host.view = "details";
  }

  async #save({ act, connection }: RenderContext, propertyKeys: string[] | null) {
    if (!(await act(connection.change(SetLayout, { propertyKeys, scope: "MINE" })))) return;
    await connection.loadSetup();
    this.#leave();
  }
}
