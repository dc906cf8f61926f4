import { lazy, Suspense, useCallback, useEffect, useId, useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref } from "react";
import { useMutate } from "../api/mutate";
import type { Conversation } from "../api/fragments";
import { CommentCreate, MessageSend } from "../api/mutations";
import { keepDraft, newKey, readDraft, type Draft, type Mode } from "../lib/drafts";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { Button, IconButton, nameOf } from "../ui/parts";
import { toast } from "../ui/toast";
import { AttachButton, FileList, useUploads } from "./uploads";
import { StatusMenu } from "./status-menu";
import { useSlash } from "./use-slash";

const loadPicker = () => import("./snippets").then((m) => ({ default: m.SnippetPicker }));
// Without a server there are no snippets either: a slash is a slash then.
const SnippetPicker = lazy(() => loadPicker().catch(() => ({ default: () => null })));

export interface EditorHandle {
  readonly focus: (mode: Mode) => void;
}

/** What is on its way to the server. */
export interface Sending {
  readonly mode: Mode;
  readonly text: string;
}

interface EditorProps {
  readonly conversation: Conversation;
  /** Who has answered the contact since the present text was begun; null: nobody else. */
  readonly answeredBy: string | null;
  readonly onBegin: () => void;
  readonly onTyped: (mode: Mode) => void;
  readonly onSending: (sending: Sending | null) => void;
  readonly handle: Ref<EditorHandle>;
}

/** Where one answers or comments, with the ticket's status at its top (R9, R19, R20). */
export function Editor({ conversation, answeredBy, onBegin, onTyped, onSending, handle }: EditorProps) {
  const act = useMutate();
  const { id, ticket } = conversation;
  const [mode, setMode] = useState<Mode>("reply");
  const [draft, setDraft] = useState<Draft>(() => readDraft(id, mode));
  const [sending, setSending] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const uploads = useUploads();
  const slash = useSlash(area);
  const options = useId();

  const switchTo = useCallback(
    (next: Mode) => {
      setMode(next);
      setDraft(readDraft(id, next));
      area.current?.focus();
    },
    [id],
  );
  useImperativeHandle(handle, () => ({ focus: switchTo }), [switchTo]);
  useGrow(area, draft.text);
  useEffect(() => {
    if (readDraft(id, "reply").text) onBegin();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once: a draft of another day has begun already
  }, [id]);

  const write = (text: string) => {
    if (!draft.text && text) onBegin();
    const next = { ...draft, text };
    setDraft(next);
    keepDraft(id, mode, next);
    onTyped(mode);
  };

  const send = async () => {
    const { text, key } = draft;
    if (sending || uploads.busy || (!text.trim() && !uploads.files.length)) return;
    setSending(true);
    setDraft({ text: "", key });
    onSending({ mode, text });
    const attachmentIds = uploads.files.map((f) => f.id);
    const input = { conversationId: id, text, idempotencyKey: key, ...(attachmentIds.length ? { attachmentIds } : {}) };
    const { done, refused } = mode === "reply" ? await act(MessageSend, { input }) : await act(CommentCreate, { input });
    setSending(false);
    onSending(null);
    if (!done) {
      // An attempt whose answer was lost may have arrived, with another text: then this one is a new message.
      setDraft({ text, key: refused.code === "IDEMPOTENCY_KEY_REUSED" ? newKey() : key });
      toast.trouble(t.editor.failed);
    } else {
      const fresh = { text: "", key: newKey() };
      setDraft(fresh);
      keepDraft(id, mode, fresh);
      uploads.clear();
      onBegin();
    }
    area.current?.focus();
  };

  const pressed = (event: KeyboardEvent) => {
    if (slash.pressed(event)) return event.preventDefault();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send();
    }
    if (event.key === "Escape") area.current?.blur();
  };

  if (!conversation.viewerCanReply) return conversation.trashedAt ? null : <p className="border-t border-line px-5 py-3 text-sm text-muted">{t.editor.readOnly}</p>;
  const comment = mode === "comment";
  const warned = !comment && answeredBy !== null && draft.text !== "";
  return (
    <section aria-label={comment ? t.editor.comment : t.editor.reply} className="px-4 pb-4">
      {warned && (
        <p role="alert" className="mb-2 flex items-center gap-2 rounded-xl bg-warm-soft px-3 py-2 text-sm text-warm">
          <Icon name="alert" />
          <span dir="auto">{t.editor.answered(answeredBy)}</span>
        </p>
      )}
      <div className={`relative rounded-2xl border transition-colors focus-within:border-accent ${comment ? "border-note-line bg-note" : "border-line-strong bg-paper"}`}>
        <div className="flex flex-wrap items-center gap-1 px-2 pt-2">
          <ModeTab on={!comment} icon="reply" label={t.editor.reply} onPick={() => switchTo("reply")} />
          <ModeTab on={comment} icon="note" label={t.editor.comment} onPick={() => switchTo("comment")} />
          <span className="flex-1" />
          {ticket && (
            <span className="flex min-w-0 items-center gap-2 text-xs text-muted">
              <span className="max-[1399px]:sr-only">{t.editor.status}</span>
              <StatusMenu ticket={ticket} label={t.editor.statusLabel} className="max-w-44" />
            </span>
          )}
        </div>
        <textarea
          ref={area}
          dir="auto"
          rows={2}
          value={draft.text}
          readOnly={sending} // and not disabled, which would take the focus away
          onChange={(e) => {
            write(e.target.value);
            slash.follow();
          }}
          onSelect={slash.follow}
          onFocus={() => void loadPicker().catch(() => {})}
          onBlur={slash.leave}
          onKeyDown={pressed}
          aria-autocomplete="list"
          aria-controls={slash.active && options}
          aria-activedescendant={slash.active}
          aria-label={comment ? t.editor.commentHint : t.editor.replyTo(nameOf(conversation.contact))}
          placeholder={comment ? t.editor.commentHint : t.editor.replyTo(nameOf(conversation.contact))}
          className="block max-h-64 min-h-16 w-full resize-none bg-transparent px-4 py-2.5 text-start leading-relaxed placeholder:text-faint focus-visible:outline-none"
        />
        <Suspense>
          {slash.slash && <SnippetPicker conversation={id} words={slash.slash.words} id={options} onPick={slash.pick} onActive={slash.setActive} handle={slash.picker} />}
        </Suspense>
        <FileList uploads={uploads} />
        <div className="flex items-center gap-2 px-2 pb-2">
          <AttachButton uploads={uploads} />
          <IconButton icon="bolt" label={t.snippets.insert} aria-haspopup="listbox" onClick={slash.begin} />
          <span className="flex-1 truncate px-1 text-xs text-faint">{draft.text ? t.editor.draftKept : ""}</span>
          <span className="text-xs text-faint max-sm:hidden">{t.editor.sendKey}</span>
          <Button look={warned ? "danger" : "primary"} disabled={sending || uploads.busy || (!draft.text.trim() && !uploads.files.length)} onClick={() => void send()}>
            {sending ? t.conversation.sending : warned ? t.editor.sendAnyway : comment ? t.editor.sendComment : t.editor.send}
          </Button>
        </div>
      </div>
    </section>
  );
}

function ModeTab({ on, icon, label, onPick }: { on: boolean; icon: "reply" | "note"; label: string; onPick: () => void }) {
  return (
    <button type="button" aria-pressed={on} onClick={onPick} className={`inline-flex h-7 items-center gap-1.5 rounded-lg px-2.5 text-sm ${on ? "bg-ink/8 font-medium" : "text-muted hover:bg-ink/5"}`}>
      <Icon name={icon} className="size-3.5" />
      {label}
    </button>
  );
}

/** The field is as high as its text. */
function useGrow(area: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useEffect(() => {
    const a = area.current;
    if (!a) return;
    a.style.height = "auto";
    a.style.height = `${a.scrollHeight}px`;
  }, [area, text]);
}
