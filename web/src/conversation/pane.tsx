import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Conversation } from "../api/fragments";
import { ConversationLive, ConversationQuery } from "../api/queries";
import { useLiveQuery } from "../api/use-live";
import { useFrame } from "../frame";
import type { Composer } from "../lib/composer";
import type { Mode } from "../lib/drafts";
import { useKeys } from "../lib/keys";
import { t } from "../text";
import { offerCommands } from "../inbox/palette-state";
import { Sidebar } from "../sidebar/sidebar";
import { EmptyState, Skeleton } from "../ui/parts";
import { useActions } from "./actions";
import { Editor, type EditorHandle } from "./editor";
import { PaneHeader } from "./header";
import { usePresence, type Present } from "./presence";
import { ThreadView } from "./thread";
import { useComposer, useSending } from "./use-composer";

const Drawer = lazy(() => import("../ui/dialog").then((m) => ({ default: m.Dialog })));
const TrashDialog = lazy(() => import("./trash-dialog").then((m) => ({ default: m.TrashDialog })));

/** A conversation, kept right, and its context beside it (R8, R10). */
export function ConversationPane({ id }: { id: string }) {
  const { data, failed, revoked } = useLiveQuery(ConversationQuery, { id }, ConversationLive, { id });
  if (failed || revoked || data?.conversation === null) return <EmptyState icon="inbox" title={failed ? t.errors.load : t.conversation.gone} />;
  if (!data?.conversation) return <Skeleton rows={8} />;
  return <Loaded conversation={data.conversation} />;
}

function Loaded({ conversation }: { conversation: Conversation }) {
  const { viewer } = useFrame();
  const { id } = conversation;
  const actions = useActions(id);
  const { others, typed } = usePresence(id, viewer.agent.id);
  const [aside, setAside] = useState(false);
  const [trashing, setTrashing] = useState(false);
  const [labelling, setLabelling] = useState(false);
  const composer = useComposer(id);
  const editor = useRef<EditorHandle>(null);
  const [answeredBy, begin] = useAnsweredMeanwhile(conversation, viewer.agent.id);
  useMarkRead(conversation, actions.markRead);

  const write = useCallback((mode: Mode) => editor.current?.focus(mode), []);
  const toggle = conversation.viewerCanClose ? actions.close : conversation.viewerCanReopen ? actions.reopen : undefined;
  const markUnread = useCallback(() => void actions.markUnread(), [actions]);
  const trash = conversation.viewerCanTrash ? () => setTrashing(true) : undefined;
  useKeys({ r: () => write("reply"), c: () => write("comment"), e: () => void toggle?.(), u: markUnread, l: () => conversation.viewerCanReply && setLabelling(true), "#": () => trash?.() });
  useEffect(
    () =>
      offerCommands([
        { id: "reply", label: t.editor.reply, keys: "R", run: () => write("reply") },
        { id: "comment", label: t.editor.comment, keys: "C", run: () => write("comment") },
        ...(toggle ? [{ id: "toggle", label: conversation.viewerCanClose ? t.conversation.close : t.conversation.reopen, keys: "E", run: () => void toggle() }] : []),
        { id: "mine", label: t.conversation.assignToMe, run: () => void actions.assign(viewer.agent.id) },
        ...(conversation.viewerCanReply ? [{ id: "labels", label: t.labels.choose, keys: "L", run: () => setTimeout(() => setLabelling(true)) }] : []),
        { id: "unread", label: t.conversation.markUnread, keys: "U", run: markUnread },
        ...(conversation.viewerCanTrash ? [{ id: "trash", label: t.conversation.trash, keys: "#", run: () => setTrashing(true) }] : []),
      ]),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what can be done follows from these
    [id, conversation.viewerCanClose, conversation.viewerCanReopen, conversation.viewerCanTrash, actions],
  );

  return (
    <div className="flex h-full min-w-0">
      <div className="flex min-w-0 flex-1 flex-col">
        <PaneHeader conversation={conversation} actions={actions} others={others} onTrash={trash} onUnread={markUnread} onAside={() => setAside(true)} labelling={labelling} onLabel={setLabelling} />
        <ThreadView conversation={conversation} sending={<SendingBubbles composer={composer} />} />
        <TypingLine others={others} />
        <Editor conversation={conversation} composer={composer} answeredBy={answeredBy} onBegin={begin} onTyped={typed} handle={editor} />
      </div>
      <aside aria-label={t.conversation.details} className="w-78 shrink-0 overflow-y-auto border-s border-line bg-ground max-xl:hidden 2xl:w-92">
        <Sidebar conversation={conversation} actions={actions} />
      </aside>
      <Suspense>
        {aside && (
          <Drawer title={t.conversation.details} side onClose={() => setAside(false)}>
            <Sidebar conversation={conversation} actions={actions} />
          </Drawer>
        )}
        {trashing && <TrashDialog rehearse={actions.rehearseTrash} trash={actions.trash} undo={actions.restore} self={id} onClose={() => setTrashing(false)} />}
      </Suspense>
    </div>
  );
}

/**
 * Says that somebody has seen what came: who goes there, whose window comes to the front, and who looks on while a message arrives. These
 * are deeds. That something is unread is none: a colleague, or this agent in another window, may have marked it so. What was seen is told
 * by the last message that is shown: another one may have come in since.
 */
function useMarkRead({ id, unreadCount, viewerCanReply, timeline }: Conversation, markRead: (upTo: string | undefined) => Promise<unknown>) {
  const unread = useRef(false);
  unread.current = unreadCount > 0 && viewerCanReply;
  const last = useRef<string>(undefined);
  last.current = timeline.nodes.findLast((e) => e.__typename !== "Event")?.id;
  const see = useCallback(() => {
    if (unread.current && document.visibilityState === "visible") void markRead(last.current);
  }, [markRead]);
  useEffect(see, [see, id]);

  useEffect(() => {
    let away = !document.hasFocus();
    // A frame with a mail that takes the focus is still this window.
    const blur = () => setTimeout(() => (away ||= !document.hasFocus()));
    const front = () => {
      if (away) see();
      away = false;
    };
    document.addEventListener("visibilitychange", see);
    addEventListener("blur", blur);
    addEventListener("focus", front);
    return () => {
      document.removeEventListener("visibilitychange", see);
      removeEventListener("blur", blur);
      removeEventListener("focus", front);
    };
  }, [see]);

  const newest = timeline.nodes.findLast((e) => e.__typename === "IncomingMessage")?.id;
  const known = useRef(newest);
  useEffect(() => {
    if (known.current !== newest && document.hasFocus()) see();
    known.current = newest;
  }, [see, newest]);
}

/** Who else has answered the contact since a text was begun. */
function useAnsweredMeanwhile(conversation: Conversation, me: string): [string | null, () => void] {
  const answers = useMemo(() => conversation.timeline.nodes.filter((e) => e.__typename === "OutgoingMessage"), [conversation.timeline.nodes]);
  const last = answers.at(-1)?.id ?? null;
  const [begun, setBegun] = useState<{ after: string | null }>({ after: last });
  const newest = useRef(last);
  newest.current = last;
  const begin = useCallback(() => setBegun({ after: newest.current }), []);
  const since = begun.after === null ? answers : answers.slice(answers.findIndex((a) => a.id === begun.after) + 1);
  const other = since.findLast((a) => a.agent?.id !== me);
  return [other ? (other.agent?.name ?? t.conversation.aProgram) : null, begin];
}

function SendingBubbles({ composer }: { composer: Composer }) {
  return useSending(composer).map(({ mode, text }) => (
    <li key={mode} data-entry="sending" className="flex flex-col items-end opacity-70">
      <div className={`max-w-[min(42rem,88%)] rounded-2xl border border-dashed px-3.5 py-2.5 ${mode === "comment" ? "border-note-line bg-note" : "border-line-strong bg-accent-soft"}`}>
        <p dir="auto" className="bidi-lines text-start break-words whitespace-pre-wrap">{text}</p>
      </div>
      <p className="mt-1 text-xs text-faint">{t.conversation.sending}</p>
    </li>
  ));
}

function TypingLine({ others }: { others: readonly Present[] }) {
  const writer = others.find((o) => o.state !== "VIEWING");
  return (
    <p role="status" className="h-6 truncate px-6 text-xs text-accent-text">
      {writer && (writer.state === "TYPING_REPLY" ? t.conversation.typing(writer.agent.name) : t.conversation.typingComment(writer.agent.name))}
    </p>
  );
}

