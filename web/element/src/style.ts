import { css } from "lit";

/** Pages change what it looks like by the properties that begin with --deskwire-, and by ::part. */
export const style = css`
  :host {
    --paper: var(--deskwire-paper, light-dark(#ffffff, #161b1a));
    --card: var(--deskwire-card, light-dark(#f6f7f6, #1d2422));
    --ink: var(--deskwire-ink, light-dark(#17211e, #e8eeeb));
    --muted: var(--deskwire-muted, light-dark(#52605b, #a9b6b1));
    --line: var(--deskwire-line, light-dark(#d5dad8, #35403d));
    --accent: var(--deskwire-accent, light-dark(#0b5f58, #6fd6c9));
    --accent-ink: var(--deskwire-accent-ink, light-dark(#ffffff, #04201c));
    --good: var(--deskwire-good, light-dark(#19703f, #7ed8a2));
    --warm: var(--deskwire-warm, light-dark(#9a4a00, #ffb877));
    --bad: var(--deskwire-bad, light-dark(#b42318, #ff8a80));
    --mark: var(--deskwire-mark, light-dark(#c9e9e2, #1f4a43));
    --round: var(--deskwire-radius, 10px);
    display: block;
    min-width: 220px;
    background: var(--paper);
    color: var(--ink);
    font: var(--deskwire-font, 14px/1.45 ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif);
    overflow-wrap: anywhere;
  }
  :host([hidden]),
  [hidden] {
    display: none;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  :host([theme="system"]) {
    color-scheme: light dark;
  }
  * {
    box-sizing: border-box;
  }
  section {
    padding: 14px;
  }
  p,
  ul,
  dl,
  h2 {
    margin: 0;
  }
  ul {
    padding: 0;
    list-style: none;
  }
  h2 {
    font-size: 1.1em;
    flex: 1;
  }
  a {
    color: inherit;
    text-decoration: none;
  }
  a:hover {
    text-decoration: underline;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 1px;
    border-radius: 6px;
  }
  h2:focus {
    outline: none;
  }
  [part="status"],
  [part="error"],
  [part="note"] {
    margin-bottom: 10px;
    padding: 8px 10px;
    border-inline-start: 3px solid var(--warm);
    background: var(--card);
  }
  [part="status"].loading {
    border: 0;
    color: var(--muted);
  }
  .refused,
  .failed,
  .unreachable,
  [part="error"] {
    border-color: var(--bad);
  }
  [part="owner"] {
    display: block;
    color: var(--muted);
    font-size: 0.9em;
  }
  details {
    margin-top: 12px;
    padding-top: 10px;
    border-top: 1px solid var(--line);
  }
  summary {
    margin-bottom: 8px;
    font-weight: 600;
    cursor: pointer;
  }
  [part="card"] {
    padding: 12px;
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: var(--card);
  }
  .name,
  [part~="name"],
  [part="contact-name"] {
    font-weight: 600;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(80px, 2fr) 3fr;
    gap: 4px 12px;
    align-items: center;
    margin: 8px 0;
  }
  dt,
  .muted,
  small,
  legend {
    color: var(--muted);
  }
  dd {
    min-width: 0;
    margin: 0;
  }
  .OPEN,
  .MEDIUM {
    color: var(--good);
  }
  .HIGH {
    color: var(--warm);
  }
  .URGENT {
    color: var(--bad);
  }
  li {
    padding: 3px 0;
  }
  small {
    display: block;
  }
  button,
  input:not([type="checkbox"]),
  textarea,
  select {
    min-height: 32px;
    padding: 4px 10px;
    border: 1px solid var(--line);
    border-radius: calc(var(--round) * 0.8);
    background: var(--paper);
    color: var(--ink);
    font: inherit;
  }
  button {
    cursor: pointer;
    margin-top: 8px;
  }
  button:hover {
    border-color: var(--accent);
  }
  [aria-disabled="true"] {
    opacity: 0.4;
    cursor: default;
  }
  [part="panel"] dd > bdi {
    margin-inline-start: 11px;
  }
  select:disabled {
    opacity: 1;
    color: var(--ink);
    appearance: none;
    border-color: transparent;
  }
  input:not([type="checkbox"]),
  textarea,
  select {
    width: 100%;
  }
  input[type="checkbox"] {
    accent-color: var(--accent);
    margin-inline-end: 8px;
  }
  [part~="primary"] {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--accent-ink);
  }
  [part="value"] {
    width: 100%;
    margin: 0;
    border-color: transparent;
    background: none;
    text-align: start;
  }
  header,
  [part="panel"] li {
    display: flex;
    gap: 6px;
    align-items: center;
  }
  header button,
  li button {
    margin: 0;
  }
  li label {
    flex: 1;
  }
  [part="grip"] {
    padding: 4px;
    color: var(--muted);
    cursor: grab;
    touch-action: none;
    user-select: none;
  }
  .dragged {
    background: var(--mark);
    border-radius: 6px;
  }
  fieldset {
    border: 1px solid var(--line);
    border-radius: var(--round);
  }
  fieldset label {
    display: block;
  }
  .hidden {
    position: absolute;
    clip-path: inset(50%);
  }
  .flash {
    animation: flash 2.4s ease-out;
    border-radius: 4px;
  }
  @keyframes flash {
    from {
      background: var(--mark);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .flash {
      animation: none;
    }
  }
`;
