import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useMutate } from "../api/mutate";
import type { Property, Ticket } from "../api/fragments";
import { TicketUpdate } from "../api/mutations";
import { useTicketActions } from "../conversation/actions";
import { OwnerMenu, StatusMenu } from "../conversation/status-menu";
import { useFrame } from "../frame";
import { ticked, valueOfTyped } from "../lib/edit";
import { commandOf } from "../lib/ime";
import { usePending } from "../lib/pending";
import { stepOf, toLocalInput } from "../lib/local-input";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { Button, Input, Select, Textarea } from "../ui/parts";
import { labelOf, updateOf, type Edited } from "./property";
import { Shown } from "./shown-value";

type EditableTicket = Pick<Ticket, "id" | "status" | "owner" | "viewerCanUpdate">;

/** A property, edited in place by its type (R16). What is chosen is shown at once, and taken back if the server refuses it. */
export function EditableProperty({ ticket, property }: { ticket: EditableTicket; property: Property }) {
  const act = useMutate();
  const { assign } = useTicketActions(ticket.id);
  const [shown, change] = usePending(property);
  const [editing, setEditing] = useState(false);
  const { definition } = property;
  const label = labelOf(definition);

  const save = (edited: Edited) => {
    setEditing(false);
    const list = Array.isArray(edited) ? (edited as readonly string[]) : [];
    const value = typeof edited === "string" && edited !== "" ? edited : null;
    if (value === property.value && list.join("\n") === property.list.join("\n")) return;
    const name = definition.options.find((o) => o.value === value)?.label ?? value;
    const input = { ticketId: ticket.id, ...updateOf(property, edited === "" ? null : edited) };
    change({ ...property, value, displayValue: name, list: [...list] }, act(TicketUpdate, { input, keys: [property.key] }));
  };

  if (definition.builtIn && property.key === "status") return <StatusMenu quiet ticket={ticket} label={label} className="w-full" />;
  if (definition.builtIn && property.key === "owner") return <OwnerMenu quiet owner={ticket.owner} label={label} disabled={!property.viewerCanUpdate} onAssign={assign} className="w-full" />;
  if (!property.viewerCanUpdate) {
    return (
      <span className="block px-2.5 py-1.5" title={definition.readOnly ? t.property.readOnly : undefined}>
        <Shown property={shown} />
      </span>
    );
  }
  if (["OPTION", "BOOLEAN", "AGENT"].includes(definition.type)) return <Choice property={shown} label={label} onSave={save} />;
  if (editing) return <ValueEditor property={property} label={label} onSave={save} onCancel={() => setEditing(false)} />;
  return (
    <button type="button" onClick={() => setEditing(true)} className="group flex w-full min-w-0 items-center gap-2 rounded-lg border border-transparent px-2.5 py-1.5 text-start hover:border-line-strong hover:bg-paper">
      <span className="sr-only">{t.property.editOf(label)}</span>
      <span className="min-w-0 flex-1 truncate">
        <Shown property={shown} />
      </span>
      <Icon name="note" className="size-3.5 text-faint opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100" />
    </button>
  );
}

/** One of a few: chosen without a further step. */
function Choice({ property, label, onSave }: { property: Property; label: string; onSave: (edited: Edited) => void }) {
  const { agents } = useFrame();
  const { type, options, key, builtIn } = property.definition;
  const choices =
    type === "BOOLEAN"
      ? [{ value: "true", label: t.property.yes }, { value: "false", label: t.property.no }]
      : type === "AGENT"
        ? agents.filter((a) => !a.deactivatedAt || a.id === property.value).map((a) => ({ value: a.id, label: a.name }))
        : options.map((o) => ({ value: o.value, label: (builtIn && key === "priority" && t.ticket.priorities[o.value]) || o.label }));
  const gone = property.value !== null && !choices.some((c) => c.value === property.value);
  return (
    <Select quiet aria-label={label} className="w-full" value={property.value ?? ""} onChange={(e) => onSave(e.target.value || null)}>
      <option value="">{t.property.empty}</option>
      {gone && <option value={property.value!}>{property.displayValue}</option>}
      {choices.map((c) => (
        <option key={c.value} value={c.value}>
          {c.label}
        </option>
      ))}
    </Select>
  );
}

interface ValueEditorProps {
  readonly property: Property;
  readonly label: string;
  readonly onSave: (edited: Edited) => void;
  readonly onCancel: () => void;
}

function ValueEditor({ property, label, onSave, onCancel }: ValueEditorProps) {
  const { type } = property.definition;
  if (type === "OPTIONS") return <Several property={property} label={label} onSave={onSave} onCancel={onCancel} />;
  return <Typed property={property} label={label} onSave={onSave} onCancel={onCancel} />;
}

/**
 * Enter and leaving save, Escape does not. Who leaves it as it was opened has changed nothing: what counts is what the field itself showed
 * then, in its own way of writing, and not what the value is by now.
 */
function Typed({ property, label, onSave, onCancel }: ValueEditorProps) {
  const { type } = property.definition;
  const [before] = useState(property.value);
  const [text, setText] = useState(() => (type === "DATETIME" && before ? toLocalInput(before) : (before ?? "")));
  const [step] = useState(() => (type === "DATETIME" ? stepOf(text) : undefined));
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const shown = useRef("");
  const left = useRef(false);
  useEffect(() => {
    shown.current = field.current!.value;
    field.current?.focus();
    if (type === "TEXT" || type === "NUMBER") field.current?.select();
  }, [type]);
  const save = () => {
    if (left.current) return;
    left.current = true;
    const typed = field.current!.value;
    if (typed === shown.current) onCancel();
    else onSave(valueOfTyped(type, typed, before));
  };
  const pressed = (event: KeyboardEvent) => {
    const key = commandOf(event);
    if (key === "Escape") {
      event.stopPropagation();
      event.nativeEvent.stopImmediatePropagation();
      left.current = true;
      onCancel();
    } else if (key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      save();
    }
  };
  const common = { ref: field, "aria-label": label, value: text, onKeyDown: pressed, onBlur: save };
  if (type === "TEXT") return <Textarea rows={Math.min(6, text.split("\n").length)} {...common} onChange={(e) => setText(e.target.value)} />;
  const kind = type === "DATE" ? "date" : type === "DATETIME" ? "datetime-local" : "text";
  return <Input type={kind} step={step} inputMode={type === "NUMBER" ? "decimal" : undefined} {...common} onChange={(e) => setText(e.target.value)} />;
}

function Several({ property, label, onSave, onCancel }: ValueEditorProps) {
  const [shown] = useState(property.list);
  const [chosen, setChosen] = useState<readonly string[]>(shown);
  const { options } = property.definition;
  const all = [...options, ...shown.filter((v) => !options.some((o) => o.value === v)).map((value) => ({ value, label: t.property.gone(value) }))];
  const save = () => {
    const list = ticked(shown, chosen, property.list);
    onSave(list.length ? list : null);
  };
  return (
    <fieldset className="rounded-lg border border-line-strong bg-paper p-2.5">
      <legend className="sr-only">{label}</legend>
      <div className="max-h-48 space-y-1 overflow-y-auto">
        {all.map((o, i) => (
          <label key={o.value} className="flex items-center gap-2 rounded-md px-1.5 py-1 hover:bg-hover">
            <input
              type="checkbox"
              className="accent-(--accent)"
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was opened just now
              autoFocus={i === 0}
              checked={chosen.includes(o.value)}
              onChange={(e) => setChosen((now) => (e.target.checked ? [...now, o.value] : now.filter((v) => v !== o.value)))}
            />
            <bdi>{o.label}</bdi>
          </label>
        ))}
      </div>
      <div className="mt-2 flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {t.cancel}
        </Button>
        <Button look="primary" onClick={save}>
          {t.save}
        </Button>
      </div>
    </fieldset>
  );
}
