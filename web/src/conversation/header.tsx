import type { Conversation } from "../api/fragments";
import { isolated } from "../lib/bidi";
import { mediumTime } from "../lib/time";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { lazyMenu } from "../ui/lazy-menu";
import { Avatar, Badge, Button, IconButton, nameOf, titleOf } from "../ui/parts";
import type { Actions } from "./actions";
import { Labels } from "./labels";
import type { Present } from "./presence";
import type { MoreMenuProps } from "./more-menu";
import { OwnerMenu } from "./status-menu";

const MoreMenu = lazyMenu<MoreMenuProps>(() => import("./more-menu").then((m) => m.MoreMenu));

interface PaneHeaderProps {
  readonly conversation: Conversation;
  readonly actions: Actions;
  readonly others: readonly Present[];
  readonly onTrash: (() => void) | undefined;
  readonly onUnread: () => void;
  readonly onAside: () => void;
  /** The labels are being chosen. */
  readonly labelling: boolean;
  readonly onLabel: (labelling: boolean) => void;
}

/** What it is about, who has it, and what can be done; the ticket's name leads to its record (R15). */
export function PaneHeader({ conversation: c, actions, others, onTrash, onUnread, onAside, labelling, onLabel }: PaneHeaderProps) {
  return (
    <header className="border-b border-line px-5 py-2.5">
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="flex min-w-0 items-center gap-2 text-[15px] font-semibold">
            {c.ticket ? (
              <a href={new URL(c.ticket.recordUrl).pathname} target="_blank" rel="noopener" aria-label={t.conversation.openTicket(c.ticket.name)} className="flex min-w-0 items-center gap-1.5 hover:text-accent-text hover:underline">
                <bdi className="truncate">{c.ticket.name}</bdi>
                <Icon name="link" className="size-3.5 text-faint" />
              </a>
            ) : (
              <bdi className="truncate">{titleOf(c)}</bdi>
            )}
            <span className="shrink-0">
              <Badge tone={c.status === "OPEN" ? "good" : "closed"}>{t.conversation.status[c.status]}</Badge>
            </span>
          </h2>
          <p className="truncate text-xs text-muted">
            {t.conversation.number(c.number)} · <bdi>{nameOf(c.contact)}</bdi> · <bdi>{c.inbox.name}</bdi> · <bdi>{c.channel.name}</bdi>
          </p>
          <Labels conversation={c} choosing={labelling} onChoose={onLabel} />
        </div>
        <Others others={others} />
        <div className="max-sm:hidden xl:max-[1399px]:hidden">
          <OwnerMenu owner={c.owner} label={t.conversation.ownerOf} disabled={!c.viewerCanAssign} onAssign={actions.assign} className="w-36" />
        </div>
        {c.viewerCanClose && (
          <Button icon="check" onClick={() => void actions.close()} className="max-2xl:hidden">
            {t.close}
          </Button>
        )}
        {c.viewerCanReopen && (
          <Button icon="undo" onClick={() => void actions.reopen()} className="max-2xl:hidden">
            {t.conversation.reopen}
          </Button>
        )}
        <MoreMenu trigger={<IconButton icon="dots" label={t.conversation.more} />} conversation={c} actions={actions} onTrash={onTrash} onUnread={onUnread} />
        <IconButton icon="panel" label={t.conversation.details} onClick={onAside} className="xl:hidden" />
      </div>
      {c.trashedAt && (
        <p className="mt-2 flex items-center gap-2 rounded-lg bg-bad-soft px-3 py-1.5 text-sm text-bad">
          <Icon name="trash" />
          <span className="flex-1">{t.conversation.inTrash(c.trashGroup ? mediumTime(c.trashGroup.purgeAt) : "")}</span>
          {c.viewerCanRestore && (
            <button type="button" className="font-semibold underline" onClick={() => void actions.restore()}>
              {t.conversation.restore}
            </button>
          )}
        </p>
      )}
    </header>
  );
}

/** Who else is here. */
function Others({ others }: { others: readonly Present[] }) {
  if (!others.length) return null;
  const names = others.map((o) => isolated(o.agent.name)).join(", ");
  const label = others.length === 1 ? t.conversation.viewing(names) : t.conversation.viewingMany(names);
  return (
    <span data-others role="img" aria-label={label} title={label} className="flex -space-x-2">
      {others.slice(0, 4).map((o) => (
        <span key={o.agent.id} className="rounded-full ring-2 ring-paper">
          <Avatar name={o.agent.name} />
        </span>
      ))}
    </span>
  );
}
