import type { Property } from "../api/fragments";
import { useLit } from "../lib/lit";
import { t } from "../text";
import { Avatar } from "../ui/parts";
import { displayed } from "./property";

/** A property's value as it is read. */
export function Shown({ property }: { property: Property }) {
  const text = displayed(property);
  const lit = useLit(text);
  if (text === null) return <span className="text-faint">{property.key === "owner" ? t.nobody : t.none}</span>;
  const person = property.definition.type === "AGENT" || property.definition.type === "CONTACT" || property.key === "owner";
  return (
    <span key={lit.key} className={`inline-flex max-w-full min-w-0 items-center gap-1.5 rounded ${lit.className}`} title={text}>
      {person && <Avatar name={text} small />}
      <bdi className="truncate">{text}</bdi>
    </span>
  );
}
