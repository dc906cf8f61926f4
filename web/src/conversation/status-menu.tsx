import { useFrame } from "../frame";
import { usePending } from "../lib/pending";
import { t } from "../text";
import { Select } from "../ui/parts";
import { useTicketActions } from "./actions";

interface StatusMenuProps {
  readonly ticket: { readonly id: string; readonly status: { readonly id: string; readonly name: string }; readonly viewerCanUpdate: boolean };
  readonly label: string;
  readonly className?: string;
  /** Without a frame, for a list of properties. */
  readonly quiet?: boolean;
}

/** The status of a ticket, to be changed where it stands (R9, R20). It is shown at once and taken back if it is refused. */
export function StatusMenu({ ticket, label, className = "", quiet }: StatusMenuProps) {
  const { pipelines } = useFrame();
  const { setStatus } = useTicketActions(ticket.id);
  const [shown, change] = usePending(ticket.status.id);
  const known = pipelines.some((p) => p.statuses.some((s) => s.id === shown));
  return (
    <Select quiet={quiet} aria-label={label} className={className} value={shown} disabled={!ticket.viewerCanUpdate} onChange={(e) => change(e.target.value, setStatus(e.target.value))}>
      {!known && <option value={ticket.status.id}>{ticket.status.name}</option>}
      {pipelines.map((p) => (
        <optgroup key={p.id} label={p.name}>
          {p.statuses.map((s) => (
            <option key={s.id} value={s.id}>
              {s.name}
              {s.state === "CLOSED" && s.name !== t.ticket.closed ? ` (${t.ticket.closed})` : ""}
            </option>
          ))}
        </optgroup>
      ))}
    </Select>
  );
}

interface OwnerMenuProps {
  readonly owner: { readonly id: string; readonly name: string } | null;
  readonly label: string;
  readonly disabled: boolean;
  readonly onAssign: (id: string | null) => Promise<unknown>;
  readonly className?: string;
  readonly quiet?: boolean;
}

/** Who owns a record, to be changed where it stands. */
export function OwnerMenu({ owner, label, disabled, onAssign, className = "", quiet }: OwnerMenuProps) {
  const { agents, viewer } = useFrame();
  const [shown, change] = usePending(owner?.id ?? "");
  const able = agents.filter((a) => (!a.deactivatedAt && a.role !== "READ_ONLY") || a.id === owner?.id);
  return (
    <Select quiet={quiet} aria-label={label} className={className} value={shown} disabled={disabled} onChange={(e) => change(e.target.value, onAssign(e.target.value || null))}>
      <option value="">{t.nobody}</option>
      {able.map((a) => (
        <option key={a.id} value={a.id}>
          {a.name}
          {a.id === viewer.agent.id ? ` (${t.you})` : ""}
        </option>
      ))}
    </Select>
  );
}
