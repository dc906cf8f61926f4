import { useState, type FormEvent } from "react";
import { useMutate } from "../api/mutate";
import type { Conversation } from "../api/fragments";
import { TicketCreate } from "../api/mutations";
import { useFrame } from "../frame";
import { newKey } from "../lib/drafts";
import { t } from "../text";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Button, Field, Input, Select } from "../ui/parts";
import { toast } from "../ui/toast";

const priorities = ["LOW", "MEDIUM", "HIGH", "URGENT"] as const;
type Priority = (typeof priorities)[number];

/** Gives a conversation its ticket (R4). In an account of R3 it says beforehand that both will move. */
export function CreateTicket({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const act = useMutate();
  const { viewer, pipelines } = useFrame();
  const [key] = useState(newKey);
  const [name, setName] = useState(conversation.subject);
  const [statusId, setStatus] = useState(() => pipelines[0]?.statuses.find((s) => s.state === "OPEN")?.id ?? "");
  const [priority, setPriority] = useState<Priority | "">("");
  const [busy, setBusy] = useState(false);
  const moves = viewer.account.ticketHome === "HELP_DESK" && conversation.workspace === "INBOX";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const { done } = await act(TicketCreate, {
      input: { conversationId: conversation.id, name: name.trim(), statusId: statusId || null, priority: priority || null, idempotencyKey: key },
    });
    setBusy(false);
    if (!done) return;
    if (moves) toast.say(t.ticket.moved);
    onClose();
  };
  return (
    <Dialog title={t.ticket.createTitle} onClose={onClose}>
      <form onSubmit={submit} className="space-y-4 p-5">
        <p className={`flex gap-2 rounded-xl px-3 py-2 text-sm ${moves ? "bg-warm-soft text-warm" : "bg-sunken text-muted"}`}>
          <Icon name={moves ? "alert" : "ticket"} className="mt-0.5 size-4" />
          <span>{moves ? t.ticket.createMoves : t.ticket.creates}</span>
        </p>
        <Field label={t.ticket.name}>
          <Input required maxLength={500} value={name} onChange={(e) => setName(e.target.value)} />
        </Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t.ticket.status}>
            <Select className="w-full" value={statusId} onChange={(e) => setStatus(e.target.value)}>
              {pipelines.map((p) => (
                <optgroup key={p.id} label={p.name}>
                  {p.statuses.map((s) => (
                    <option key={s.id} value={s.id}>
                      {s.name}
                    </option>
                  ))}
                </optgroup>
              ))}
            </Select>
          </Field>
          <Field label={t.ticket.priority}>
            <Select className="w-full" value={priority} onChange={(e) => setPriority(e.target.value as Priority | "")}>
              <option value="">{t.none}</option>
              {priorities.map((p) => (
                <option key={p} value={p}>
                  {t.ticket.priorities[p]}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        <div className="flex justify-end gap-2 pt-1">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="primary" type="submit" disabled={busy || !name.trim()}>
            {t.ticket.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
