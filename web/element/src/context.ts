import type { LitElement } from "lit";
import type { SidebarConnection } from "./connection";
import type { Property } from "./documents";
import type { Text } from "./text";

/** The state of the element that its parts read and set; the element itself implements it, so no part imports the element. */
export interface SidebarHost extends LitElement {
  /** What is shown: the sidebar, the details of the ticket, or what chooses them. */
  view: "sidebar" | "details" | "layout";
  /** The editor that is open. */
  editing: Editing | null;
}

/** An open editor: it shows its property as that was when it was opened, whatever comes since. */
export interface Editing {
  readonly property: Property;
  /** What the field itself showed at its start, in its own way of writing; who leaves that as it was has changed nothing. */
  shown: string;
}

/** What every part needs to render: texts, the connection, the element, and how to change something or open a record. */
export interface RenderContext {
  readonly t: Text;
  readonly language: string;
  readonly connection: SidebarConnection;
  readonly host: SidebarHost;
  readonly act: (change: Promise<string | null>) => Promise<boolean>;
  readonly open: (kind: string, id: string, href: string) => (event: Event) => void;
}
