import { useRef, useState, type ComponentProps, type FormEvent, type ReactNode } from "react";
import type { Outcome } from "../api/mutate";
import { commandOf } from "../lib/ime";
import { t } from "../text";
import { Button, Field, IconButton, Input } from "../ui/parts";

/**
 * A name that is changed where it stands: leaving it or Enter saves. What is typed stays when a colleague changes the name meanwhile; who
 * leaves it as it was has changed nothing.
 */
export function NameField({ label, value, disabled, onSave, className = "" }: { label: string; value: string; disabled?: boolean; onSave: (value: string) => Promise<Outcome<unknown>>; className?: string }) {
  const [typed, setTyped] = useState<string | null>(null); // null: nobody is at it
  const [saved, setSaved] = useState<{ name: string; over: string } | null>(null); // until the answer is there
  const shown = useRef(value);
  const standing = saved && saved.over === value ? saved.name : value;
  const save = () => {
    const name = typed?.trim();
    setTyped(null);
    if (!name || typed === shown.current) return;
    setSaved({ name, over: value });
    void onSave(name).then(() => setSaved(null));
  };
  return (
    <Input
      dir="auto"
      aria-label={label}
      value={typed ?? standing}
      disabled={disabled}
      onFocus={() => {
        shown.current = standing;
        setTyped(standing);
      }}
      onChange={(e) => setTyped(e.target.value)}
      onBlur={save}
      onKeyDown={(e) => commandOf(e) === "Enter" && e.currentTarget.blur()}
      className={`min-w-0 border-transparent bg-transparent hover:border-line-strong focus:bg-paper ${className}`}
    />
  );
}

/** A small form that makes something; it is closed until it is wanted, and closes when it has succeeded. */
export function CreateForm({ label, children, onMake }: { label: string; children: ReactNode; onMake: (values: FormData) => Promise<boolean> }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    const made = await onMake(new FormData(event.currentTarget));
    setBusy(false);
    if (made) setOpen(false);
  };
  if (!open) {
    return (
      <Button icon="plus" onClick={() => setOpen(true)}>
        {label}
      </Button>
    );
  }
  return (
    <form onSubmit={submit} aria-label={label} className="rounded-2xl border border-line-strong bg-paper p-4">
      <div className="grid gap-3 sm:grid-cols-2">{children}</div>
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={() => setOpen(false)}>{t.cancel}</Button>
        <Button look="primary" type="submit" disabled={busy}>
          {t.admin.create}
        </Button>
      </div>
    </form>
  );
}

export const formText = (values: FormData, name: string): string => {
  const value = values.get(name);
  return typeof value === "string" ? value.trim() : "";
};

/** What somebody typed into a field of a form; undefined where it is as it was shown. */
export function typedText(form: HTMLFormElement, name: string): string | undefined {
  const { value, defaultValue } = form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement;
  return value === defaultValue.replace(/\r\n?/g, "\n") ? undefined : value.trim(); // a field writes line ends its own way
}

export function TextField({ label, ...rest }: ComponentProps<"input"> & { name: string; label: string }) {
  return (
    <Field label={label}>
      <Input {...rest} />
    </Field>
  );
}

interface CheckboxGroupProps {
  readonly label: string;
  readonly all: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: readonly string[];
  readonly disabled?: boolean;
  readonly onChange: (ids: string[]) => void;
}

/** Several of a list, as boxes to tick; each tick is a change of its own. */
export function CheckboxGroup({ label, all, chosen, disabled, onChange }: CheckboxGroupProps) {
  return (
    <fieldset disabled={disabled} className="min-w-0">
      <legend className="mb-1 text-xs font-medium text-muted">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {all.map((one) => (
          <label key={one.id} className="inline-flex items-center gap-1.5 text-sm">
            <input type="checkbox" className="accent-(--accent)" checked={chosen.includes(one.id)} onChange={(e) => onChange(e.target.checked ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))} />
            <bdi>{one.name}</bdi>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function ArchiveButton({ name, onArchive }: { name: string; onArchive: () => void }) {
  return <IconButton icon="trash" label={t.admin.archiveOf(name)} onClick={onArchive} />;
}
