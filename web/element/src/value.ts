import type { Property } from "./documents";
import type { Text } from "./text";

interface Named {
  readonly key: string;
  readonly label: string;
  readonly builtIn: boolean;
}

/** Built-in properties are named in the element's language, the account's own as the account calls them. */
export const labelOf = (t: Text, definition: Named): string => (definition.builtIn && t.builtIn[definition.key]) || definition.label;

/** What can be chosen for a property that is one of a few. */
export const optionLabel = (t: Text, { key, definition }: Property, value: string): string =>
  (definition.builtIn && key === "priority" && t.priorities[value]) || definition.options.find((o) => o.value === value)?.label || value;

/** A value as people read it; null when there is none. */
export function displayed(t: Text, language: string, property: Property): string | null {
  const { value, displayValue, list, definition } = property;
  if (definition.type === "OPTIONS") return list.map((v) => optionLabel(t, property, v)).join(", ") || null;
  if (value === null) return null;
  switch (definition.type) {
    case "BOOLEAN":
      return value === "true" ? t.yes : t.no;
    case "DATE": // of no zone
      return new Date(value + "T00:00:00Z").toLocaleDateString(language, { dateStyle: "medium", timeZone: "UTC" });
    case "DATETIME":
      return new Date(value).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
    case "OPTION":
      return optionLabel(t, property, value) === value ? (displayValue ?? value) : optionLabel(t, property, value);
    default:
      return displayValue ?? value;
  }
}

/** What `ticketUpdate` takes for a property; null clears. Name and priority are fields of their own there. */
export function updateOf({ key, definition }: Property, edited: string | readonly string[] | null) {
  if (definition.builtIn && key === "name") return { name: (edited as string) ?? "" };
  if (definition.builtIn && key === "priority") return { priority: edited as "LOW" | null };
  const value = edited === null ? null : typeof edited === "string" ? { string: edited } : { list: [...edited] };
  return { properties: [{ key, value }] };
}
