import type { LitElement } from "lit";
import type { SidebarConnection } from "./connection";
import type { Text } from "./text";

/** The state of the element that its parts read and set; the element itself implements it, so no part imports the element. */
export interface SidebarHost extends LitElement {
  /** What is shown: the sidebar, the details of the ticket, or what chooses them. */
  view: "sidebar" | "details" | "layout";
  /** The key of the property that is being edited. */
  editing: string | null;
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
