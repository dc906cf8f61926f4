import type { Property } from "../api/fragments";
import { useChangeFlash } from "../lib/change-flash";
import { t } from "../text";
import { Avatar } from "../ui/parts";
import { displayed } from "./property";

/** A property's value as it is read. */
export function Shown({ property }: { property: Property }) {
  const text = displayed(property);
  const flash = useChangeFlash(text);
  if (text === null) return <span className="text-faint">{property.key === "owner" ? t.nobody : t.none}</span>;
  const person = property.definition.type === "AGENT" || property.definition.type === "CONTACT" || property.key === "owner";
  return (
    <span key={flash.key} className={`inline-flex max-w-full min-w-0 items-center gap-1.5 rounded ${flash.className}`} title={text}>
      {person && <Avatar name={text} small />}
      <bdi className="truncate">{text}</bdi>
    </span>
  );
}
