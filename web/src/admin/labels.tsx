import { useRef, useState } from "react";
import type { ResultOf } from "../api/graphql";
import { InboxViewCreate } from "../api/mutations";
import { Panel } from "../record/page";
import { t } from "../text";
import { Button, EmptyState, Field, Skeleton } from "../ui/parts";
import { Label } from "../ui/label";
import { ArchiveButton, CreateForm, NameField, formText, TextField } from "./parts";
import { LabelArchive, LabelCreate, Labels, LabelUpdate } from "./queries";
import { useAdmin, type Change } from "./use-admin";

type OneLabel = ResultOf<typeof Labels>["labels"][number];
const colour = "h-8 w-10 shrink-0 cursor-pointer rounded-lg border border-line-strong bg-paper p-1";

/** The words that conversations are marked with. */
export function LabelsTab({ may }: { may: boolean }) {
  const { data, change } = useAdmin(Labels, ["LABEL_CREATED", "LABEL_UPDATED", "LABEL_ARCHIVED"]);
  if (!data) return <Skeleton />;
  const create = async (values: FormData) => {
    const input = { name: formText(values, "name"), color: formText(values, "color"), description: formText(values, "description") };
    return (await change(LabelCreate, { input })).done !== null;
  };
  return (
    <>
      <Panel title={t.labels.title}>
        <p className="mb-3 text-sm text-muted">{t.labels.lead}</p>
        {data.labels.length === 0 && <EmptyState icon="tag" title={t.labels.none} />}
        <ul className="divide-y divide-line">
          {data.labels.map((l) => (
            <LabelItem key={l.id} label={l} may={may} change={change} />
          ))}
        </ul>
      </Panel>
      {may && (
        <CreateForm label={t.labels.new} onMake={create}>
          <TextField name="name" label={t.admin.name} required maxLength={200} />
          <Field label={t.labels.color}>
            <input type="color" name="color" defaultValue="#0f766e" className={colour} />
          </Field>
          <TextField name="description" label={t.admin.description} maxLength={1000} />
        </CreateForm>
      )}
    </>
  );
}

function ColorField({ label, value, onSave }: { label: string; value: string; onSave: (color: string) => void }) {
  const [picked, setPicked] = useState<string | null>(null); // null: nobody is at it
  const shown = useRef(value);
  const begin = () => {
    shown.current = value;
    setPicked(value);
  };
  const end = () => {
    setPicked(null);
    if (picked !== null && picked !== shown.current) onSave(picked);
  };
  return <input type="color" aria-label={label} value={picked ?? value} onFocus={begin} onChange={(e) => setPicked(e.target.value)} onBlur={end} className={colour} />;
}

function LabelItem({ label: l, may, change }: { label: OneLabel; may: boolean; change: Change }) {
  const input = { labelId: l.id, expectedVersion: l.version };
  const view = () => change(InboxViewCreate, { input: { name: l.name, scope: "PERSONAL", where: { labelId: { eq: l.id }, status: ["OPEN"] } } });
  return (
    <li data-setting={l.name} className="flex flex-wrap items-center gap-2 py-2">
      {may ? (
        <>
          <ColorField label={`${t.labels.color}: ${l.name}`} value={l.color} onSave={(color) => void change(LabelUpdate, { input: { ...input, color } })} />
          <NameField label={`${t.admin.name}: ${l.name}`} value={l.name} onSave={(name) => change(LabelUpdate, { input: { ...input, name } })} className="max-w-48 font-medium" />
          <div className="min-w-40 flex-1">
            <NameField label={`${t.admin.description}: ${l.name}`} value={l.description} onSave={(description) => change(LabelUpdate, { input: { ...input, description } })} />
          </div>
        </>
      ) : (
        <>
          <Label label={l} className="max-w-48" />
          <span dir="auto" className="min-w-40 flex-1 truncate text-sm text-muted">{l.description}</span>
        </>
      )}
      <Button look="quiet" aria-label={`${t.labels.view}: ${l.name}`} onClick={() => void view()}>
        {t.labels.view}
      </Button>
      {may && <ArchiveButton name={l.name} onArchive={() => void change(LabelArchive, { input })} />}
    </li>
  );
}
