import { useMemo } from "react";
import { useMutate } from "../api/mutate";
import type { Conversation } from "../api/fragments";
import {
  ConversationAssign, ConversationClose, ConversationMarkRead, ConversationMarkUnread, ConversationMove, ConversationReopen, ConversationRestore, ConversationTrash, TicketAssign, TicketStatusSet,
} from "../api/mutations";
import { t } from "../text";
import { toast } from "../ui/toast";

/** What can be done to a conversation, each one call of the server. What else changes by rule is said in passing. */
export function useActions(id: string) {
  const act = useMutate();
  return useMemo(
    () => ({
      close: async () => {
        const { done } = await act(ConversationClose, { input: { conversationId: id } });
        if (done) toast.say(t.conversation.closedNotice, { label: t.trash.undo, run: () => void act(ConversationReopen, { input: { conversationId: id } }) });
      },
      reopen: () => act(ConversationReopen, { input: { conversationId: id } }),
      assign: (ownerId: string | null) => act(ConversationAssign, { input: { conversationId: id, ownerId } }),
      move: (inboxId: string) => act(ConversationMove, { input: { conversationId: id, inboxId } }),
      /** Up to a message: what comes in just now has not been seen. */
      markRead: (upToMessageId: string | undefined) => act(ConversationMarkRead, { input: { conversationId: id, ...(upToMessageId ? { upToMessageId } : {}) } }, { quiet: true }),
      markUnread: () => act(ConversationMarkUnread, { input: { conversationId: id } }),
      restore: async () => {
        const { done } = await act(ConversationRestore, { input: { conversationId: id } });
        if (done) toast.say(t.trash.restored);
      },
      rehearseTrash: () => act(ConversationTrash, { input: { conversationId: id, dryRun: true, confirmCascade: true } }),
      trash: () => act(ConversationTrash, { input: { conversationId: id, confirmCascade: true } }),
    }),
    [act, id],
  );
}

export type Actions = ReturnType<typeof useActions>;

/** What can be done to a ticket from where its status or owner is shown. */
export function useTicketActions(ticketId: string) {
  const act = useMutate();
  return useMemo(
    () => ({
      setStatus: async (statusId: string) => {
        const outcome = await act(TicketStatusSet, { input: { ticketId, statusId } });
        const closed = outcome.done?.effects.filter((e) => e.kind === "CONVERSATION_CLOSED").reduce((sum, e) => sum + e.count, 0) ?? 0;
        if (closed) toast.say(t.ticket.closedWith(closed));
        return outcome;
      },
      assign: (ownerId: string | null) => act(TicketAssign, { input: { ticketId, ownerId } }),
    }),
    [act, ticketId],
  );
}

export const isInTrash = (record: Pick<Conversation, "trashedAt">): boolean => record.trashedAt !== null;
