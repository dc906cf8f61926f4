import { lazy, Suspense } from "react";
import type { Conversation } from "../api/fragments";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { Label } from "../ui/label";

const LabelDialog = lazy(() => import("./label-dialog").then((m) => ({ default: m.LabelDialog })));

interface LabelsProps {
  readonly conversation: Conversation;
  readonly choosing: boolean;
  readonly onChoose: (choosing: boolean) => void;
}

/** The labels of a conversation, and the way to others. */
export function Labels({ conversation: c, choosing, onChoose }: LabelsProps) {
  const may = c.viewerCanReply;
  if (!may && !c.labels.length) return null;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-1">
      {c.labels.map((l) => (
        <Label key={l.id} label={l} className="max-w-48 py-px" />
      ))}
      {may && (
        <button type="button" aria-label={c.labels.length ? t.labels.choose : undefined} title={`${t.labels.choose} (L)`} aria-haspopup="dialog" onClick={() => onChoose(true)} className="inline-flex items-center gap-1 rounded-md px-1 py-px text-xs text-muted hover:bg-hover hover:text-ink">
          <Icon name="tag" className="size-3.5" />
          {!c.labels.length && t.labels.add}
        </button>
      )}
      <Suspense>{choosing && <LabelDialog conversation={c} onClose={() => onChoose(false)} />}</Suspense>
    </div>
  );
}
