import type { Ticket } from "../api/fragments";
import { t } from "../text";
import { Badge } from "../ui/parts";
import { labelOf } from "./property";
import { Shown } from "./shown-value";

const tones = { LOW: "closed", MEDIUM: "open", HIGH: "warm", URGENT: "bad" } as const;

/** The ticket card: the same properties for everybody, which nobody can choose from here (R11, R14). Their values are edited in the panel. */
export function Card({ ticket }: { ticket: Ticket }) {
  const rest = ticket.cardProperties.filter((p) => p.key !== "name");
  return (
    <div data-testid="card" title={t.property.fixed} className="rounded-xl border border-line bg-paper p-3.5">
      <p className="mb-2 font-semibold break-words">
        <bdi>{ticket.name}</bdi>
      </p>
      <dl className="grid grid-cols-[minmax(5.5rem,auto)_1fr] gap-x-3 gap-y-1.5 text-[13px]">
        {rest.map((p) => (
          <div key={p.id} className="contents">
            <dt className="text-muted"><bdi>{labelOf(p.definition)}</bdi></dt>
            <dd data-card={p.key} className="min-w-0 truncate">
              {p.key === "status" ? (
                <Badge tone={ticket.status.state === "OPEN" ? "open" : "closed"}>{p.displayValue}</Badge>
              ) : p.key === "priority" && p.value ? (
                <Badge tone={tones[p.value as keyof typeof tones] ?? "closed"}>{t.ticket.priorities[p.value] ?? p.displayValue}</Badge>
              ) : (
                <Shown property={p} />
              )}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
