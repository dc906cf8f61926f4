import { useMutate } from "../api/mutate";
import { useFrame } from "../frame";
import { Panel } from "../record/page";
import { t } from "../text";
import { Field } from "../ui/parts";
import { toast } from "../ui/toast";
import { NameField } from "./parts";
import { AccountUpdate } from "./queries";

/** The account: its name, its plan, and how long its trash keeps things (D4). */
export function AccountTab({ may }: { may: boolean }) {
  const act = useMutate();
  const { account } = useFrame().viewer;
  const save = async (input: { name?: string; trashKeepDays?: number }) => {
    const outcome = await act(AccountUpdate, { input: { ...input, expectedVersion: account.version } });
    if (outcome.done) toast.say(t.admin.saved);
    return outcome;
  };
  return (
    <Panel title={account.name}>
      <div className="grid max-w-lg gap-4">
        <Field label={t.admin.name}>
          <NameField label={t.admin.name} value={account.name} disabled={!may} onSave={(name) => save({ name })} />
        </Field>
        <Field label={t.admin.keepDays}>
          <NameField label={t.admin.keepDays} value={String(account.trashKeepDays)} disabled={!may} onSave={(days) => save({ trashKeepDays: Math.round(Number(days)) || account.trashKeepDays })} />
        </Field>
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-sm">
          <dt className="text-muted">{t.admin.plan}</dt>
          <dd>{account.plan}</dd>
          <dt className="text-muted">{t.admin.home}</dt>
          <dd>{t.admin.workspaces[account.ticketHome]}</dd>
        </dl>
      </div>
    </Panel>
  );
}
