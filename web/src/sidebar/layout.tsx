import { useState, type KeyboardEvent, type PointerEvent } from "react";
import { useQuery } from "urql";
import { useMutate } from "../api/mutate";
import type { Definition } from "../api/fragments";
import { LayoutSet } from "../api/mutations";
import { Definitions } from "../api/queries";
import { useFrame } from "../frame";
import { commandOf } from "../lib/ime";
import { moveItem, dropIndex } from "../lib/reorder";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { Button, IconButton, Skeleton } from "../ui/parts";
import { labelOf } from "./property";

/** Chooses the properties that the panel shows, and their order, by mouse or by keyboard (R13, D11). */
export function LayoutEditor({ onDone }: { onDone: () => void }) {
  const { viewer } = useFrame();
  const [asked] = useQuery({ query: Definitions, requestPolicy: "cache-and-network" });
  const act = useMutate();
  const [keys, setKeys] = useState<readonly string[]>(() => viewer.ticketDetailLayout.properties.map((p) => p.key));
  const [said, setSaid] = useState("");
  const [dragged, setDragged] = useState<string | null>(null);
  const definitions = asked.data?.propertyDefinitions;
  if (!definitions) return <Skeleton />;
  const byKey = new Map(definitions.map((d) => [d.key, d]));
  const shown = keys.map((k) => byKey.get(k)).filter((d) => d !== undefined);
  const hidden = definitions.filter((d) => !keys.includes(d.key));

  const move = (from: number, to: number) => {
    const next = moveItem(keys, from, to);
    setKeys(next);
    const key = keys[from]!;
    setSaid(t.ticket.position(labelOf(byKey.get(key)!), next.indexOf(key) + 1, next.length));
  };
  // The list keeps the pointer, not the row: a row that is put elsewhere would lose it.
  const grip = (event: PointerEvent<HTMLElement>) => {
    const key = (event.target as Element).closest<HTMLElement>("[data-grip]")?.dataset.grip;
    if (!key || event.button) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    setDragged(key);
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    const from = dragged === null ? -1 : keys.indexOf(dragged);
    if (from < 0) return;
    const rows = [...event.currentTarget.children].map((row) => row.getBoundingClientRect());
    const to = dropIndex(rows, from, event.clientY);
    if (to !== from) move(from, to);
  };
  const save = async (propertyKeys: readonly string[] | null, scope: "MINE" | "ACCOUNT") => {
    const { done } = await act(LayoutSet, { input: { propertyKeys: propertyKeys && [...propertyKeys], scope } });
    if (done) onDone();
  };
  return (
    <div className="flex flex-col gap-5 p-5">
      <p role="status" className="sr-only">
        {said}
      </p>
      <ol data-testid="shown" onPointerDown={grip} onPointerMove={drag} onLostPointerCapture={() => setDragged(null)} className="space-y-1">
        {shown.map((d, i) => (
          <ShownItem key={d.key} definition={d} index={i} dragged={d.key === dragged} onMove={move} onHide={() => setKeys(keys.filter((k) => k !== d.key))} />
        ))}
      </ol>
      {hidden.length > 0 && (
        <section>
          <h3 className="mb-1.5 text-xs font-semibold text-muted">{t.ticket.shownAdd}</h3>
          <ul className="flex flex-wrap gap-1.5">
            {hidden.map((d) => (
              <li key={d.key}>
                <Button icon="plus" aria-label={t.ticket.show(labelOf(d))} onClick={() => setKeys([...keys, d.key])}>
                  {labelOf(d)}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="flex flex-wrap gap-2 border-t border-line pt-4">
        <Button look="primary" onClick={() => void save(keys, "MINE")}>
          {t.ticket.shownSave}
        </Button>
        {viewer.account.viewerCanAdminister && <Button onClick={() => void save(keys, "ACCOUNT")}>{t.ticket.shownSaveAll}</Button>}
        {viewer.ticketDetailLayout.scope === "MINE" && (
          <Button look="quiet" onClick={() => void save(null, "MINE")}>
            {t.ticket.shownReset}
          </Button>
        )}
      </div>
    </div>
  );
}

interface ShownItemProps {
  readonly definition: Definition;
  readonly index: number;
  readonly dragged: boolean;
  readonly onMove: (from: number, to: number) => void;
  readonly onHide: () => void;
}

function ShownItem({ definition, index, dragged, onMove, onHide }: ShownItemProps) {
  const name = labelOf(definition);
  const pressed = (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[commandOf(event) ?? ""];
    if (by === undefined) return;
    event.preventDefault();
    onMove(index, index + by);
  };
  return (
    <li data-shown={definition.key} className={`flex items-center gap-1 rounded-xl border pe-1 ${dragged ? "border-accent bg-accent-soft" : "border-line bg-paper"}`}>
      <span aria-hidden="true" data-grip={definition.key} className="cursor-grab touch-none p-2.5 pe-1 select-none">
        <Icon name="grip" className="size-4 text-faint" />
      </span>
      <bdi className="min-w-0 flex-1 truncate px-1 py-2">{name}</bdi>
      <IconButton icon="up" label={t.ticket.moveUp(name)} onKeyDown={pressed} onClick={() => onMove(index, index - 1)} />
      <IconButton icon="down" label={t.ticket.moveDown(name)} onKeyDown={pressed} onClick={() => onMove(index, index + 1)} />
      <IconButton icon="x" label={t.ticket.hide(name)} onClick={onHide} />
    </li>
  );
}
