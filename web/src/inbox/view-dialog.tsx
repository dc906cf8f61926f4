import { useState, type ReactNode } from "react";
import { useClient, useQuery } from "urql";
import { useMutate } from "../api/mutate";
import { graphql } from "../api/graphql";
import { InboxViewCreate, InboxViewDelete, InboxViewUpdate } from "../api/mutations";
import { Views } from "../api/queries";
import { useFrame } from "../frame";
import { t } from "../text";
import { Dialog } from "../ui/dialog";
import { Button, Field, Input, Select } from "../ui/parts";
import { toast } from "../ui/toast";
import { scopeName, viewName, type View } from "./nav";
import type { Where } from "./use-list";

const Teams = graphql(`query TeamsForViews { viewer { id teams { id name } } teams { id name } }`);

interface ViewDialogProps {
  readonly what: "save" | "rename" | "update" | "remove";
  /** The view that is changed, or that what is saved was narrowed from. */
  readonly view: View | undefined;
  /** What it will show. */
  readonly where: Where | undefined;
  /** Something was searched for, which a view looks for in subjects only. */
  readonly searched: boolean;
  readonly onSaved: (id: string) => void;
  readonly onGone: () => void;
  readonly onClose: () => void;
}

/** Saves a view from what the list shows, or changes one that is there. */
export function ViewDialog(props: ViewDialogProps) {
  const { what, view, onClose } = props;
  const title = t.views[what];
  return (
    <Dialog title={title} lead={what === "save" ? undefined : view && `${scopeName(view)} › ${viewName(view)}`} onClose={onClose}>
      {what === "save" ? <Save {...props} /> : view && (what === "rename" ? <Rename {...props} view={view} /> : <Confirm {...props} view={view} />)}
    </Dialog>
  );
}

interface FormProps {
  readonly button: string;
  readonly danger?: boolean;
  readonly ready?: boolean;
  /** Gives what comes after; null: it was refused. */
  readonly onSend: () => Promise<(() => void) | null>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What the forms have in common: the views are asked again when it is done. */
function Form({ button, danger = false, ready = true, onSend, onClose, children }: FormProps) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    const then = await onSend();
    if (then) await client.query(Views, {}, { requestPolicy: "network-only" }).toPromise();
    setBusy(false);
    if (!then) return;
    onClose();
    then();
  };
  return (
    <form
      className="space-y-4 p-5"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready && !busy) void send();
      }}
    >
      {children}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t.cancel}</Button>
        <Button type="submit" look={danger ? "danger" : "primary"} disabled={busy || !ready}>
          {button}
        </Button>
      </div>
    </form>
  );
}

const NameField = ({ value, onChange }: { value: string; onChange: (name: string) => void }) => (
  <Field label={t.views.name}>
    <Input required maxLength={100} value={value} onChange={(e) => onChange(e.target.value)} />
  </Field>
);

function Save({ view, where, searched, onSaved, onClose }: ViewDialogProps) {
  const act = useMutate();
  const { viewer } = useFrame();
  const [asked] = useQuery({ query: Teams, requestPolicy: "cache-and-network" });
  const [name, setName] = useState("");
  const [owner, setOwner] = useState("PERSONAL"); // or ACCOUNT, or the id of a team
  const admin = viewer.account.viewerCanAdminister;
  const teams = (admin ? asked.data?.teams : asked.data?.viewer.teams) ?? [];
  const save = async () => {
    const whose = owner === "PERSONAL" || owner === "ACCOUNT" ? { scope: owner } as const : { scope: "TEAM", teamId: owner } as const;
    const order = view?.orderBy ? { orderBy: view.orderBy as { field: "NUMBER"; direction: "ASC" } } : {};
    const { done } = await act(InboxViewCreate, { input: { name, ...whose, where, ...order } });
    const saved = done?.view?.id;
    return saved ? () => onSaved(saved) : null;
  };
  return (
    <Form button={t.save} ready={!!name.trim()} onSend={save} onClose={onClose}>
      <NameField value={name} onChange={setName} />
      <Field label={t.views.scope}>
        <Select value={owner} onChange={(e) => setOwner(e.target.value)} className="w-full">
          <option value="PERSONAL">{t.views.forMe}</option>
          {teams.map((team) => (
            <option key={team.id} value={team.id}>
              {t.views.forTeam(team.name)}
            </option>
          ))}
          {admin && <option value="ACCOUNT">{t.views.forAll}</option>}
        </Select>
      </Field>
      {searched && <p className="rounded-lg bg-warm-soft px-3 py-2 text-sm text-warm">{t.views.searched}</p>}
    </Form>
  );
}

function Rename({ view, onClose }: ViewDialogProps & { view: View }) {
  const act = useMutate();
  const [name, setName] = useState(view.name);
  const rename = async () => (await act(InboxViewUpdate, { input: { viewId: view.id, name, expectedVersion: view.version } })).done && (() => {});
  return (
    <Form button={t.save} ready={!!name.trim()} onSend={rename} onClose={onClose}>
      <NameField value={name} onChange={setName} />
    </Form>
  );
}

/** Asks before something is done that others may see and that nothing takes back. */
function Confirm({ what, view, where, onSaved, onGone, onClose }: ViewDialogProps & { view: View }) {
  const act = useMutate();
  const remove = async () => (await act(InboxViewDelete, { input: { viewId: view.id, expectedVersion: view.version } })).done && onGone;
  const update = async () => {
    const { done } = await act(InboxViewUpdate, { input: { viewId: view.id, where, expectedVersion: view.version } });
    return done && (() => (toast.say(t.views.updated), onSaved(view.id)));
  };
  const shared = view.scope !== "PERSONAL" && t.views.shared(scopeName(view));
  return (
    <Form button={what === "remove" ? t.views.removeNow : t.save} danger={what === "remove"} onSend={what === "remove" ? remove : update} onClose={onClose}>
      <p>{what === "remove" ? t.views.removeLead : t.views.updateLead}</p>
      {shared && <p className="text-sm text-muted">{shared}</p>}
    </Form>
  );
}
