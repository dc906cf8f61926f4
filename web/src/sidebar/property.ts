import type { Property } from "../api/fragments";
import { mediumTime, plainDay } from "../lib/time";
import { t } from "../text";

/** What is needed of a definition to name it. */
interface Named {
  readonly key: string;
  readonly label: string;
  readonly builtIn?: boolean;
}

/** Built-in properties are named in the page's language, the account's own as the account calls them. */
export const labelOf = (definition: Named): string => (definition.builtIn !== false && t.property.builtIn[definition.key]) || definition.label;

/** A value as people read it; null when there is none. */
export function displayed(property: Property): string | null {
  const { value, displayValue, list, definition } = property;
  if (definition.type === "OPTIONS") return list.length ? list.map((v) => definition.options.find((o) => o.value === v)?.label ?? v).join(", ") : null;
  if (value === null) return null;
  switch (definition.type) {
    case "BOOLEAN":
      return value === "true" ? t.property.yes : t.property.no;
    case "DATE":
      return plainDay(value);
    case "DATETIME":
      return mediumTime(value);
    default:
      return (definition.key === "priority" && definition.builtIn && t.ticket.priorities[value]) || (displayValue ?? value);
  }
}

/** What a value has to be to be sent: text as it is, several options as a list; null clears. */
export type Edited = string | readonly string[] | null;

/** What ticketUpdate takes for a property. Name and priority are fields of their own there. */
export function updateOf(property: Property, edited: Edited) {
  const text = typeof edited === "string" ? edited : null;
  if (property.definition.builtIn && property.key === "name") return { name: text ?? "" };
  if (property.definition.builtIn && property.key === "priority") return { priority: text as "LOW" | null };
  const value = edited === null ? null : typeof edited === "string" ? { string: edited } : { list: [...edited] };
  return { properties: [{ key: property.key, value }] };
}
