import type { ResultOf } from "../api/graphql";
import { Panel } from "../record/page";
import { t } from "../text";
import { Badge, Field, Select, Skeleton } from "../ui/parts";
import { CreateForm, NameField, formText, TextField, CheckboxGroup } from "./parts";
import { ChannelCreate, InboxCreate, Inboxes, InboxUpdate } from "./queries";
import { useAdmin, type Change } from "./use-admin";

type Data = ResultOf<typeof Inboxes>;
type Inbox = Data["inboxes"][number];

const policies = ["KEEP_TICKET_CLOSED", "REOPEN_TICKET", "NEW_CONVERSATION_AFTER"] as const;
const media = ["EMAIL", "CHAT", "FORM", "API"] as const;
const workspaces = ["INBOX", "HELP_DESK"] as const;

/** The inboxes: who sees them, how messages come in, and what happens when a contact writes again (D8). */
export function InboxesTab({ may }: { may: boolean }) {
  const { data, change } = useAdmin(Inboxes, ["INBOX_CREATED", "INBOX_UPDATED", "CHANNEL_CREATED", "CHANNEL_UPDATED", "TEAM_CREATED", "TEAM_UPDATED"]);
  if (!data) return <Skeleton />;
  const create = async (values: FormData) => {
    const workspace = formText(values, "workspace") as (typeof workspaces)[number];
    const { done } = await change(InboxCreate, { input: { name: formText(values, "name"), workspace, teamIds: data.teams.map((team) => team.id) } });
    return done !== null;
  };
  return (
    <>
      {data.inboxes.map((inbox) => (
        <InboxPanel key={inbox.id} inbox={inbox} teams={data.teams} may={may} change={change} />
      ))}
      {may && (
        <CreateForm label={t.admin.newInbox} onMake={create}>
          <TextField name="name" label={t.admin.name} required />
          <Field label={t.admin.workspace}>
            <Select name="workspace" className="w-full" defaultValue="INBOX">
              {workspaces.map((w) => (
                <option key={w} value={w}>
                  {t.admin.workspaces[w]}
                </option>
              ))}
            </Select>
          </Field>
        </CreateForm>
      )}
    </>
  );
}

function InboxPanel({ inbox, teams, may, change }: { inbox: Inbox; teams: Data["teams"]; may: boolean; change: Change }) {
  const input = { inboxId: inbox.id };
  return (
    <Panel title={inbox.name} actions={<Badge tone={inbox.workspace === "INBOX" ? "open" : "warm"}>{t.admin.workspaces[inbox.workspace]}</Badge>}>
      <div className="space-y-4">
        {may && (
          <div className="mb-4 max-w-sm">
            <Field label={t.admin.name}>
              <NameField label={`${t.admin.name}: ${inbox.name}`} value={inbox.name} onSave={(name) => change(InboxUpdate, { input: { ...input, name, expectedVersion: inbox.version } })} className="border-line-strong!" />
            </Field>
          </div>
        )}
        <CheckboxGroup label={t.admin.teams} all={teams} chosen={inbox.teams.map((team) => team.id)} disabled={!may} onChange={(teamIds) => void change(InboxUpdate, { input: { ...input, teamIds } })} />
        <div className="flex flex-wrap gap-3">
          <Field label={t.admin.followUp}>
            <Select value={inbox.followUpPolicy} disabled={!may} onChange={(e) => void change(InboxUpdate, { input: { ...input, followUpPolicy: e.target.value as (typeof policies)[number] } })}>
              {policies.map((p) => (
                <option key={p} value={p}>
                  {t.admin.followUps[p]}
                </option>
              ))}
            </Select>
          </Field>
          {inbox.followUpPolicy === "NEW_CONVERSATION_AFTER" && (
            <Field label={t.admin.days}>
              <NameField label={`${t.admin.days}: ${inbox.name}`} value={String(inbox.followUpDays)} disabled={!may} onSave={(days) => change(InboxUpdate, { input: { ...input, followUpDays: Math.round(Number(days)) || 1 } })} className="w-20" />
            </Field>
          )}
        </div>
        <div>
          <h3 className="mb-1 text-xs font-medium text-muted">{t.admin.channels}</h3>
          <ul className="mb-2 flex flex-wrap gap-2">
            {inbox.channels.map((c) => (
              <li key={c.id} className="inline-flex items-center gap-2 rounded-lg bg-sunken px-2.5 py-1 text-sm">
                <bdi>{c.name}</bdi>
                <span className="text-xs text-muted">{t.admin.kinds[c.kind]}</span>
              </li>
            ))}
          </ul>
          {may && <NewChannel inbox={inbox} change={change} />}
        </div>
      </div>
    </Panel>
  );
}

function NewChannel({ inbox, change }: { inbox: Inbox; change: Change }) {
  const create = async (values: FormData) => {
    const { done } = await change(ChannelCreate, { input: { inboxId: inbox.id, name: formText(values, "name"), kind: formText(values, "kind") as (typeof media)[number] } });
    return done !== null;
  };
  return (
    <CreateForm label={t.admin.newChannel} onMake={create}>
      <TextField name="name" label={t.admin.name} required />
      <Field label={t.admin.kind}>
        <Select name="kind" className="w-full" defaultValue="API">
          {media.map((kind) => (
            <option key={kind} value={kind}>
              {t.admin.kinds[kind]}
            </option>
          ))}
        </Select>
      </Field>
    </CreateForm>
  );
}
