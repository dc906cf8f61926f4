import { useState } from "react";
import type { Property, Ticket } from "../api/fragments";
import { useFrame } from "../frame";
import { t } from "../text";
import { Dialog } from "../ui/dialog";
import { Button } from "../ui/parts";
import { EditableProperty } from "./editable";
import { LayoutEditor } from "./layout";
import { labelOf } from "./property";

/** The details of a ticket: the chosen properties, each edited in place (R12, R16), and what chooses them (R13). */
export function DetailsPanel({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { viewer } = useFrame();
  const [choosing, setChoosing] = useState(false);
  return (
    <Dialog title={choosing ? t.ticket.shown : t.ticket.details} lead={choosing ? t.ticket.shownLead : ticket.name} side onClose={choosing ? () => setChoosing(false) : onClose}>
      {choosing ? (
        <LayoutEditor onDone={() => setChoosing(false)} />
      ) : (
        <div className="p-5">
          <PropertyList ticket={ticket} properties={ticket.detailProperties} />
          <div className="mt-5 flex items-center gap-3 border-t border-line pt-4">
            <Button icon="gear" onClick={() => setChoosing(true)}>
              {t.ticket.shown}
            </Button>
            <span className="text-xs text-muted">{t.ticket.shownScope[viewer.ticketDetailLayout.scope]}</span>
          </div>
        </div>
      )}
    </Dialog>
  );
}

export function PropertyList({ ticket, properties }: { ticket: Pick<Ticket, "id" | "status" | "owner" | "viewerCanUpdate">; properties: readonly Property[] }) {
  return (
    <dl data-testid="properties" className="grid grid-cols-[minmax(6rem,8.5rem)_1fr] gap-x-3 gap-y-1 text-sm">
      {properties.map((p) => (
        <div key={p.id} data-property={p.key} className="contents">
          <dt className="py-1.5 text-muted" title={p.definition.description || undefined}>
            <bdi>{labelOf(p.definition)}</bdi>
          </dt>
          <dd className="min-w-0">
            <EditableProperty ticket={ticket} property={p} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
