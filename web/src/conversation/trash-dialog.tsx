import { useEffect, useState } from "react";
import type { Outcome } from "../api/mutate";
import { t } from "../text";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Button, nameOf, titleOf, Skeleton } from "../ui/parts";
import { toast } from "../ui/toast";

interface Conversation {
  readonly id: string;
  readonly number: number;
  readonly subject: string;
  readonly preview: string;
  readonly contact: { readonly name: string };
}

interface Rehearsed {
  readonly conversation?: Conversation | null;
  readonly ticket: { readonly id: string; readonly number: number; readonly name: string } | null;
  readonly conversations: readonly Conversation[];
  readonly effects: readonly { readonly count: number; readonly node: unknown }[];
}

interface TrashDialogProps {
  /** The same call with `dryRun`: what would go. */
  readonly rehearse: () => Promise<Outcome<Rehearsed>>;
  readonly trash: () => Promise<Outcome<unknown>>;
  readonly undo: () => Promise<unknown>;
  /** The id of the record that is being trashed, which is not "along". */
  readonly self: string;
  readonly onClose: () => void;
}

/** Says what goes to the trash together (R28, R29, D1) before it is done. */
export function TrashDialog({ rehearse, trash, undo, self, onClose }: TrashDialogProps) {
  const [would, setWould] = useState<Rehearsed | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let here = true;
    void rehearse().then(({ done }) => {
      if (!here) return;
      if (done) setWould(done);
      else onClose();
    });
    return () => {
      here = false;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when it opens
  }, []);
  const confirm = async () => {
    setBusy(true);
    const { done } = await trash();
    onClose();
    if (done) toast.say(t.trash.done, { label: t.trash.undo, run: () => void undo() });
  };
  const hidden = would?.effects.filter((e) => e.node === null).reduce((sum, e) => sum + e.count, 0) ?? 0;
  const along = would ? would.conversations.filter((c) => c.id !== self) : [];
  const ticket = would?.ticket && would.ticket.id !== self ? would.ticket : null;
  return (
    <Dialog title={t.trash.dialogTitle} lead={t.trash.keeps} onClose={onClose}>
      {!would ? (
        <Skeleton rows={3} />
      ) : (
        <div className="space-y-4 p-5">
          {(ticket || along.length > 0 || hidden > 0) && (
            <div>
              <p className="mb-2 font-medium">{t.trash.goes}</p>
              <ul data-testid="along" className="space-y-1.5">
                {ticket && <Along icon="ticket" number={t.trash.ticket(ticket.number)} name={ticket.name} />}
                {along.map((c) => (
                  <Along key={c.id} icon="inbox" number={t.trash.conversation(c.number)} name={`${titleOf(c)} · ${nameOf(c.contact)}`} />
                ))}
                {hidden > 0 && <li className="text-muted">{t.trash.hidden(hidden)}</li>}
              </ul>
            </div>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t.cancel}</Button>
            <Button look="danger" icon="trash" disabled={busy} onClick={() => void confirm()}>
              {t.trash.confirm}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function Along({ icon, number, name }: { icon: "ticket" | "inbox"; number: string; name: string }) {
  return (
    <li className="flex items-center gap-2 rounded-lg bg-sunken px-3 py-1.5 text-sm">
      <Icon name={icon} className="size-4 text-muted" />
      <span className="whitespace-nowrap text-muted">{number}</span>
      <bdi className="truncate">{name}</bdi>
    </li>
  );
}
