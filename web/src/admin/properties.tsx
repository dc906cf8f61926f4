import { useState } from "react";
import type { Definition } from "../api/fragments";
import { Panel } from "../record/page";
import { labelOf } from "../sidebar/property";
import { t } from "../text";
import { Badge, Button, Field, Select, Textarea, Skeleton } from "../ui/parts";
import { linesOf, optionsOf } from "./options";
import { ArchiveButton, CreateForm, NameField, formText, TextField } from "./parts";
import { Properties, PropertyArchive, PropertyCreate, PropertyUpdate } from "./queries";
import { useAdmin, type Change } from "./use-admin";

const types = ["TEXT", "NUMBER", "BOOLEAN", "DATE", "DATETIME", "OPTION", "OPTIONS", "AGENT"] as const;
type Type = (typeof types)[number];

/** The properties of tickets: the built-in ones, and the account's own. */
export function PropertiesTab({ may }: { may: boolean }) {
  const { data, change } = useAdmin(Properties, ["PROPERTY_DEFINITION_CREATED", "PROPERTY_DEFINITION_UPDATED", "PROPERTY_DEFINITION_ARCHIVED"]);
  const [type, setType] = useState<Type>("TEXT");
  if (!data) return <Skeleton />;
  const choice = type === "OPTION" || type === "OPTIONS";
  const create = async (values: FormData) => {
    const input = { key: formText(values, "key"), label: formText(values, "label"), description: formText(values, "description"), type };
    const { done } = await change(PropertyCreate, { input: choice ? { ...input, options: optionsOf(formText(values, "options")) } : input });
    return done !== null;
  };
  return (
    <>
      <Panel title={t.admin.tabs.properties}>
        <ul className="divide-y divide-line">
          {data.propertyDefinitions.map((d) => (
            <PropertyItem key={d.id} definition={d} may={may} change={change} />
          ))}
        </ul>
      </Panel>
      {may && (
        <CreateForm label={t.admin.newProperty} onMake={create}>
          <TextField name="label" label={t.admin.label} required />
          <TextField name="key" label={t.admin.key} required pattern="[a-z][A-Za-z0-9_]{0,63}" />
          <Field label={t.admin.type}>
            <Select className="w-full" value={type} onChange={(e) => setType(e.target.value as Type)}>
              {types.map((name) => (
                <option key={name} value={name}>
                  {t.admin.types[name]}
                </option>
              ))}
            </Select>
          </Field>
          <TextField name="description" label={t.admin.description} />
          {choice && (
            <Field label={t.admin.options}>
              <Textarea name="options" rows={4} required />
            </Field>
          )}
        </CreateForm>
      )}
    </>
  );
}

function PropertyItem({ definition: d, may, change }: { definition: Definition; may: boolean; change: Change }) {
  const [options, setOptions] = useState<string | null>(null);
  const writable = may && !d.builtIn;
  const input = { propertyDefinitionId: d.id, expectedVersion: d.version };
  return (
    <li className="py-1.5">
      <div className="flex items-center gap-2">
        {writable ? (
          <NameField label={`${t.admin.label}: ${d.label}`} value={d.label} onSave={(label) => change(PropertyUpdate, { input: { ...input, label } })} className="max-w-60" />
        ) : (
          <span className="min-w-0 flex-1 truncate px-2.5 py-1.5 sm:max-w-60">{labelOf(d)}</span>
        )}
        <code className="text-xs text-muted max-sm:hidden">{d.key}</code>
        <span className="flex-1" />
        {d.options.length > 0 && writable && (
          <Button look="quiet" aria-label={`${t.edit}: ${d.label}`} aria-expanded={options !== null} onClick={() => setOptions(options === null ? linesOf(d.options) : null)}>
            {t.edit}
          </Button>
        )}
        <span className="shrink-0">
          <Badge tone={d.builtIn ? "closed" : "open"}>{t.admin.types[d.type]}</Badge>
        </span>
        {writable && <ArchiveButton name={d.label} onArchive={() => void change(PropertyArchive, { input })} />}
      </div>
      {options !== null && (
        <div className="space-y-2 p-2.5">
          <Field label={t.admin.options}>
            <Textarea rows={5} value={options} onChange={(e) => setOptions(e.target.value)} />
          </Field>
          <Button look="primary" onClick={() => void change(PropertyUpdate, { input: { ...input, options: optionsOf(options) } }).then(({ done }) => done && setOptions(null))}>
            {t.save}
          </Button>
        </div>
      )}
    </li>
  );
}
