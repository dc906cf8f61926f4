import { useState } from "react";
import { useClient } from "urql";
import { useAct } from "../api/act";
import { InboxViewCreate, InboxViewUpdate } from "../api/mutations";
import { Views } from "../api/queries";
import { useFrame } from "../frame";
import { t } from "../text";
import { Dialog } from "../ui/dialog";
import { Button, Field, Input, Select } from "../ui/parts";
import type { Where } from "./use-list";

interface ViewDialogProps {
  /** The view that gets another name; absent: a new one is saved. */
  readonly rename?: { readonly id: string; readonly name: string };
  /** What the new one shows. */
  readonly where: Where;
  readonly onSaved: (id: string) => void;
  readonly onClose: () => void;
}

/** Names a view: one that is saved from what the list shows, or one that is there. */
export function ViewDialog({ rename, where, onSaved, onClose }: ViewDialogProps) {
  const act = useAct();
  const client = useClient();
  const { viewer } = useFrame();
  const [name, setName] = useState(rename?.name ?? "");
  const [scope, setScope] = useState<"PERSONAL" | "ACCOUNT">("PERSONAL");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const { done } = rename
      ? await act(InboxViewUpdate, { input: { viewId: rename.id, name } })
      : await act(InboxViewCreate, { input: { name, scope, where } });
    setBusy(false);
    if (!done?.view) return;
    await client.query(Views, {}, { requestPolicy: "network-only" }).toPromise();
    onSaved(done.view.id);
    onClose();
  };
  return (
    <Dialog title={rename ? t.views.rename : t.views.save} onClose={onClose}>
      <form
        className="space-y-4 p-5"
        onSubmit={(e) => {
          e.preventDefault();
          if (name.trim() && !busy) void save();
        }}
      >
        <Field label={t.views.name}>
          <Input maxLength={100} value={name} onChange={(e) => setName(e.target.value)} />
        </Field>
        {!rename && viewer.agent.role === "ADMIN" && (
          <Field label={t.views.scope}>
            <Select value={scope} onChange={(e) => setScope(e.target.value as typeof scope)}>
              {(["PERSONAL", "ACCOUNT"] as const).map((s) => (
                <option key={s} value={s}>
                  {t.views.scopes[s]}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <div className="flex justify-end gap-2">
          <Button type="button" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button type="submit" look="primary" disabled={busy || !name.trim()}>
            {t.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
