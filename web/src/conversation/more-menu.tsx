import type { ReactNode } from "react";
import type { Conversation } from "../api/fragments";
import { useFrame } from "../frame";
import { t } from "../text";
import { Menu, MenuItem, MenuLine, SubMenu } from "../ui/menu";
import type { Actions } from "./actions";

export interface MoreMenuProps {
  readonly conversation: Conversation;
  readonly actions: Actions;
  readonly onTrash: (() => void) | undefined;
  readonly onUnread: () => void;
}

/** What else can be done to a conversation. */
export function MoreMenu({ trigger, conversation: c, actions, onTrash, onUnread }: MoreMenuProps & { trigger: ReactNode }) {
  const { viewer } = useFrame();
  const inboxes = viewer.inboxes.filter((i) => i.id !== c.inbox.id);
  return (
    <Menu trigger={trigger}>
      {c.viewerCanClose && <MenuItem icon="check" keys="E" onSelect={() => void actions.close()}>{t.conversation.close}</MenuItem>}
      {c.viewerCanReopen && <MenuItem icon="undo" keys="E" onSelect={() => void actions.reopen()}>{t.conversation.reopen}</MenuItem>}
      {c.viewerCanReply && <MenuItem icon="mail" keys="U" onSelect={onUnread}>{t.conversation.markUnread}</MenuItem>}
      {c.viewerCanAssign && c.owner?.id !== viewer.agent.id && <MenuItem icon="user" onSelect={() => void actions.assign(viewer.agent.id)}>{t.conversation.assignToMe}</MenuItem>}
      {c.viewerCanMove && inboxes.length > 0 && (
        <SubMenu icon="inbox" label={t.conversation.move}>
          {inboxes.map((i) => (
            <MenuItem key={i.id} onSelect={() => void actions.move(i.id)}>
              <bdi>{i.name}</bdi>
            </MenuItem>
          ))}
        </SubMenu>
      )}
      {onTrash && (
        <>
          <MenuLine />
          <MenuItem icon="trash" keys="#" danger onSelect={onTrash}>{t.conversation.trash}</MenuItem>
        </>
      )}
      {c.viewerCanRestore && <MenuItem icon="undo" onSelect={() => void actions.restore()}>{t.conversation.restore}</MenuItem>}
    </Menu>
  );
}

