import { useState } from "react";
import type { ResultOf } from "../api/graphql";
import { Panel } from "../record/page";
import { t } from "../text";
import { Badge, Button, Field, IconButton, Input, Select, Skeleton } from "../ui/parts";
import { ArchiveButton, CreateForm, NameField, formText, TextField } from "./parts";
import { PipelineArchive, PipelineCreate, Pipelines, PipelineUpdate, StatusArchive, StatusCreate, StatusUpdate } from "./queries";
import { useAdmin, type Change } from "./use-admin";

type Pipeline = ResultOf<typeof Pipelines>["pipelines"][number];
type State = "OPEN" | "CLOSED";

/** The pipelines with their statuses, in their order. */
export function PipelinesTab({ may }: { may: boolean }) {
  const { data, change } = useAdmin(Pipelines, ["PIPELINE_CREATED", "PIPELINE_UPDATED", "PIPELINE_ARCHIVED", "TICKET_STATUS_CREATED", "TICKET_STATUS_UPDATED", "TICKET_STATUS_ARCHIVED"]);
  if (!data) return <Skeleton />;
  const create = async (values: FormData) => {
    const statuses = [{ name: formText(values, "open"), state: "OPEN" as const }, { name: formText(values, "closed"), state: "CLOSED" as const }];
    const { done } = await change(PipelineCreate, { input: { name: formText(values, "name"), statuses } });
    return done !== null;
  };
  return (
    <>
      {data.pipelines.map((p, at) => (
        <PipelinePanel key={p.id} pipeline={p} at={at} may={may} change={change} />
      ))}
      {may && (
        <CreateForm label={t.admin.newPipeline} onMake={create}>
          <TextField name="name" label={t.admin.name} required />
          <span />
          <TextField name="open" label={t.admin.firstOpen} required />
          <TextField name="closed" label={t.admin.firstClosed} required />
        </CreateForm>
      )}
    </>
  );
}

function PipelinePanel({ pipeline: p, at, may, change }: { pipeline: Pipeline; at: number; may: boolean; change: Change }) {
  return (
    <Panel
      title={p.name}
      actions={
        may && (
          <>
            {at > 0 && <IconButton icon="up" label={t.ticket.moveUp(p.name)} onClick={() => void change(PipelineUpdate, { input: { pipelineId: p.id, position: at - 1 } })} />}
            <ArchiveButton name={p.name} onArchive={() => void change(PipelineArchive, { input: { pipelineId: p.id } })} />
          </>
        )
      }
    >
      {may && (
          <div className="mb-4 max-w-sm">
            <Field label={t.admin.name}>
              <NameField label={`${t.admin.name}: ${p.name}`} value={p.name} onSave={(name) => change(PipelineUpdate, { input: { pipelineId: p.id, name, expectedVersion: p.version } })} className="border-line-strong!" />
            </Field>
          </div>
        )}
      <ol className="space-y-1">
        {p.statuses.map((s, i) => (
          <li key={s.id} className="flex items-center gap-2">
            <NameField label={`${t.admin.name}: ${p.name}, ${s.name}`} value={s.name} disabled={!may} onSave={(name) => change(StatusUpdate, { input: { statusId: s.id, name, expectedVersion: s.version } })} className="max-w-72" />
            <span className="flex-1">
              <Badge tone={s.state === "OPEN" ? "open" : "closed"}>{s.state === "OPEN" ? t.ticket.open : t.ticket.closed}</Badge>
            </span>
            {may && (
              <span className="flex shrink-0">
                <IconButton icon="up" label={t.ticket.moveUp(s.name)} disabled={i === 0} onClick={() => void change(StatusUpdate, { input: { statusId: s.id, position: i - 1 } })} />
                <IconButton icon="down" label={t.ticket.moveDown(s.name)} disabled={i === p.statuses.length - 1} onClick={() => void change(StatusUpdate, { input: { statusId: s.id, position: i + 1 } })} />
                <ArchiveButton name={s.name} onArchive={() => void change(StatusArchive, { input: { statusId: s.id } })} />
              </span>
            )}
          </li>
        ))}
      </ol>
      {may && <NewStatus pipeline={p} change={change} />}
    </Panel>
  );
}

function NewStatus({ pipeline: p, change }: { pipeline: Pipeline; change: Change }) {
  const [name, setName] = useState("");
  const [state, setState] = useState<State>("OPEN");
  return (
    <form
      className="mt-3 flex flex-wrap gap-2 border-t border-line pt-3"
      onSubmit={(e) => {
        e.preventDefault();
        void change(StatusCreate, { input: { pipelineId: p.id, name: name.trim(), state } }).then(({ done }) => done && setName(""));
      }}
    >
      <Input aria-label={`${t.admin.newStatus}: ${p.name}`} placeholder={t.admin.newStatus} value={name} required onChange={(e) => setName(e.target.value)} className="max-w-60" />
      <Select aria-label={`${t.admin.state}: ${p.name}`} value={state} onChange={(e) => setState(e.target.value as State)}>
        <option value="OPEN">{t.ticket.open}</option>
        <option value="CLOSED">{t.ticket.closed}</option>
      </Select>
      <Button type="submit" icon="plus">
        {t.add}
      </Button>
    </form>
  );
}
