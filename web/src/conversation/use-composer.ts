import { useMemo, useSyncExternalStore } from "react";
import { useClient } from "urql";
import { navigate } from "wouter/use-browser-location";
import { refusalText, useMutate } from "../api/mutate";
import { CommentCreate, MessageSend } from "../api/mutations";
import { useFrame } from "../frame";
import { Composer, type Delivery, type Slot } from "../lib/composer";
import { DraftShelf, forgetUnsignedDrafts, nameThisWindow, type Mode } from "../lib/drafts";
import { t } from "../text";
import { toast } from "../ui/toast";

/** What is written by whoever is signed in, by conversation. */
class Composers {
  readonly #shelf: DraftShelf;
  readonly #all = new Map<string, Composer>();

  constructor(shelf: DraftShelf) {
    this.#shelf = shelf;
    addEventListener("storage", ({ key, newValue }) => {
      for (const composer of this.#all.values()) composer.hear(key, newValue);
    });
  }

  of(conversation: string, deliver: Delivery): Composer {
    let composer = this.#all.get(conversation);
    if (!composer) {
      for (const [id, other] of this.#all) if (other.isIdle) this.#all.delete(id);
      this.#all.set(conversation, (composer = new Composer(conversation, this.#shelf, deliver)));
    }
    return composer;
  }
}

const windowName = nameThisWindow();
forgetUnsignedDrafts();

// A client is made anew for whoever signs in.
const bySession = new WeakMap<object, Composers>();

const quiet = { quiet: true }; // a failure is told once, with what it is about

/** What is written in a conversation. It is the same after somebody has looked elsewhere. */
export function useComposer(conversation: string): Composer {
  const client = useClient();
  const act = useMutate();
  const { account, agent } = useFrame().viewer;
  return useMemo(() => {
    const deliver: Delivery = async (mode, { text, files, key }) => {
      const attachmentIds = files.map((f) => f.id);
      const input = { conversationId: conversation, text, idempotencyKey: key, ...(attachmentIds.length ? { attachmentIds } : {}) };
      const { refused } = mode === "reply" ? await act(MessageSend, { input }, quiet) : await act(CommentCreate, { input }, quiet);
      if (refused) {
        const place = `/conversations/${conversation}`;
        const away = !location.pathname.endsWith(`/${conversation}`); // whoever wrote it has gone on to something else
        toast.trouble(`${t.editor.failed[mode]} ${refusalText(refused)}`, away ? { label: t.editor.goThere, run: () => navigate(place) } : undefined);
      }
      return refused?.code ?? null;
    };
    let composers = bySession.get(client);
    if (!composers) bySession.set(client, (composers = new Composers(new DraftShelf({ account: account.id, agent: agent.id }, windowName))));
    return composers.of(conversation, deliver);
  }, [client, act, conversation, account.id, agent.id]);
}

export const useSlot = (composer: Composer, mode: Mode): Slot => useSyncExternalStore(composer.subscribe, () => composer.slot(mode));

/** What is on its way from here, in either mode. */
export function useSending(composer: Composer): readonly { readonly mode: Mode; readonly text: string }[] {
  const reply = useSyncExternalStore(composer.subscribe, () => composer.slot("reply").sending);
  const comment = useSyncExternalStore(composer.subscribe, () => composer.slot("comment").sending);
  return [...(reply ? [{ mode: "reply", text: reply.text } as const] : []), ...(comment ? [{ mode: "comment", text: comment.text } as const] : [])];
}
