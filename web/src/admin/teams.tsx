import type { FragmentOf } from "../api/graphql";
import type { agentFields } from "../api/fragments";
import { useFrame } from "../frame";
import { Panel } from "../record/page";
import { t } from "../text";
import { Avatar, Badge, Button, Field, Select, Skeleton } from "../ui/parts";
import { CreateForm, NameField, formText, TextField, CheckboxGroup } from "./parts";
import { AgentCreate, AgentUpdate, TeamCreate, Teams, TeamUpdate } from "./queries";
import { useAdmin, type Change } from "./use-admin";

type Agent = FragmentOf<typeof agentFields>;

const roles = ["ADMIN", "AGENT", "READ_ONLY", "INTEGRATION"] as const;
type Role = (typeof roles)[number];

const roleOptions = () =>
  roles.map((role) => (
    <option key={role} value={role}>
      {t.admin.roles[role]}
    </option>
  ));

/** Who works in the account, and in which teams. */
export function TeamsTab({ may }: { may: boolean }) {
  const { data, change } = useAdmin(Teams, ["TEAM_CREATED", "TEAM_UPDATED", "AGENT_CREATED", "AGENT_UPDATED"]);
  if (!data) return <Skeleton />;
  const active = data.agents.filter((a) => !a.deactivatedAt);
  const createTeam = async (values: FormData) => (await change(TeamCreate, { input: { name: formText(values, "name") } })).done !== null;
  const createAgent = async (values: FormData) => {
    const { done } = await change(AgentCreate, { input: { name: formText(values, "name"), email: formText(values, "email"), role: formText(values, "role") as Role } });
    return done !== null;
  };
  return (
    <>
      {data.teams.map((team) => (
        <Panel key={team.id} title={team.name}>
          {may && (
          <div className="mb-4 max-w-sm">
            <Field label={t.admin.name}>
              <NameField label={`${t.admin.name}: ${team.name}`} value={team.name} onSave={(name) => change(TeamUpdate, { input: { teamId: team.id, name, expectedVersion: team.version } })} className="border-line-strong!" />
            </Field>
          </div>
        )}
          <CheckboxGroup label={t.admin.members} all={active} chosen={team.members.map((m) => m.id)} disabled={!may} onChange={(memberIds) => void change(TeamUpdate, { input: { teamId: team.id, memberIds } })} />
        </Panel>
      ))}
      {may && (
        <div className="mb-6">
          <CreateForm label={t.admin.newTeam} onMake={createTeam}>
            <TextField name="name" label={t.admin.name} required />
          </CreateForm>
        </div>
      )}
      <Panel title={t.admin.members}>
        <ul className="divide-y divide-line">
          {data.agents.map((a) => (
            <AgentItem key={a.id} agent={a} may={may} change={change} />
          ))}
        </ul>
      </Panel>
      {may && (
        <CreateForm label={t.admin.newAgent} onMake={createAgent}>
          <TextField name="name" label={t.admin.name} required />
          <TextField name="email" label={t.admin.email} type="email" required />
          <Field label={t.admin.role}>
            <Select name="role" className="w-full" defaultValue="AGENT">
              {roleOptions()}
            </Select>
          </Field>
        </CreateForm>
      )}
    </>
  );
}

function AgentItem({ agent: a, may, change }: { agent: Agent; may: boolean; change: Change }) {
  const { viewer } = useFrame();
  const mine = a.id === viewer.agent.id;
  const turn = a.deactivatedAt ? t.admin.activate : t.admin.deactivate;
  return (
    <li className="flex flex-wrap items-center gap-3 py-2">
      <Avatar name={a.name} />
      <span className="min-w-0 flex-1">
        <bdi className="block truncate font-medium">{a.name}</bdi>
        <bdi className="block truncate text-xs text-muted">{a.email}</bdi>
      </span>
      {a.deactivatedAt && <Badge tone="closed">{t.admin.deactivated}</Badge>}
      <Select aria-label={`${t.admin.role}: ${a.name}`} value={a.role} disabled={!may || mine} onChange={(e) => void change(AgentUpdate, { input: { agentId: a.id, role: e.target.value as Role } })}>
        {roleOptions()}
      </Select>
      {may && !mine && (
        <Button aria-label={`${turn}: ${a.name}`} onClick={() => void change(AgentUpdate, { input: { agentId: a.id, active: !!a.deactivatedAt } })}>
          {turn}
        </Button>
      )}
    </li>
  );
}
