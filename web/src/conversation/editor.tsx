import { lazy, Suspense, useCallback, useEffect, useId, useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref } from "react";
import type { Conversation } from "../api/fragments";
import { canSend, type Composer, type Slot } from "../lib/composer";
import type { Mode } from "../lib/drafts";
import { plainFileName } from "../lib/bidi";
import { commandOf } from "../lib/ime";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { Button, IconButton, nameOf } from "../ui/parts";
import { AttachButton, FileList } from "./uploads";
import { StatusMenu } from "./status-menu";
import { useSlot } from "./use-composer";
import { useSlash } from "./use-slash";

const loadPicker = () => import("./snippets").then((m) => ({ default: m.SnippetPicker }));
// Without a server there are no snippets either: a slash is a slash then.
const SnippetPicker = lazy(() => loadPicker().catch(() => ({ default: () => null })));

export interface EditorHandle {
  readonly focus: (mode: Mode) => void;
}

interface EditorProps {
  readonly conversation: Conversation;
  readonly composer: Composer;
  /** Who has answered the contact since the present text was begun; null: nobody else. */
  readonly answeredBy: string | null;
  readonly onBegin: () => void;
  readonly onTyped: (mode: Mode) => void;
  readonly handle: Ref<EditorHandle>;
}

/** Where one answers or comments, with the ticket's status at its top (R9, R19, R20). */
export function Editor({ conversation, composer, answeredBy, onBegin, onTyped, handle }: EditorProps) {
  const { ticket } = conversation;
  const [mode, setMode] = useState<Mode>("reply");
  const field = useRef<{ focus: () => void }>(null);
  const wantsFocus = useRef(false);
  const replying = useSlot(composer, "reply").draft.text !== "";

  const switchTo = useCallback((next: Mode) => {
    wantsFocus.current = true; // for the field of the other mode, which is not there yet
    setMode(next);
    field.current?.focus();
  }, []);
  useImperativeHandle(handle, () => ({ focus: switchTo }), [switchTo]);
  useEffect(() => {
    if (composer.slot("reply").draft.text) onBegin(); // a draft of another day has begun already
  }, [composer, onBegin]);
  const write = (text: string) => {
    if (mode === "reply" && !replying && text) onBegin();
    composer.write(mode, text);
    onTyped(mode);
  };

  if (!conversation.viewerCanReply) return conversation.trashedAt ? null : <p className="border-t border-line px-5 py-3 text-sm text-muted">{t.editor.readOnly}</p>;
  const comment = mode === "comment";
  const warned = !comment && answeredBy !== null && replying;
  return (
    <section aria-label={comment ? t.editor.comment : t.editor.reply} className="px-4 pb-4">
      {warned && (
        <p role="alert" className="mb-2 flex items-center gap-2 rounded-xl bg-warm-soft px-3 py-2 text-sm text-warm">
          <Icon name="alert" />
          <span>{t.editor.answered(answeredBy)}</span>
        </p>
      )}
      <Failed composer={composer} mode={mode} />
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
        {/* Each mode has a field of its own: what the browser keeps to undo, or composes just now, belongs to that one alone. */}
        <Writing key={mode} conversation={conversation} composer={composer} mode={mode} warned={warned} onWrite={write} wantsFocus={wantsFocus} handle={field} />
      </div>
    </section>
  );
}

interface WritingProps {
  readonly conversation: Conversation;
  readonly composer: Composer;
  readonly mode: Mode;
  readonly warned: boolean;
  readonly onWrite: (text: string) => void;
  readonly wantsFocus: { current: boolean };
  readonly handle: Ref<{ focus: () => void }>;
}

/** The text of one mode, its files and what sends them. */
function Writing({ conversation, composer, mode, warned, onWrite, wantsFocus, handle }: WritingProps) {
  const slot = useSlot(composer, mode);
  const { text } = slot.draft;
  const area = useRef<HTMLTextAreaElement>(null);
  const slash = useSlash(area);
  const options = useId();
  useImperativeHandle(handle, () => ({ focus: () => area.current?.focus() }), []);
  useEffect(() => {
    if (wantsFocus.current) area.current?.focus();
    wantsFocus.current = false;
  }, [wantsFocus]);
  useGrow(area, text);

  const send = () => {
    void composer.send(mode);
    area.current?.focus(); // for what is written next
  };
  const pressed = (event: KeyboardEvent) => {
    if (slash.pressed(event)) return event.preventDefault();
    const key = commandOf(event);
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    }
    if (key === "Escape") area.current?.blur();
  };
  const hint = mode === "comment" ? t.editor.commentHint : t.editor.replyTo(clip(nameOf(conversation.contact)));
  return (
    <>
      <textarea
        ref={area}
        dir="auto"
        rows={2}
        value={text}
        onChange={(e) => {
          onWrite(e.target.value);
          slash.follow();
        }}
        onSelect={slash.follow}
        onFocus={() => void loadPicker().catch(() => {})}
        onBlur={slash.leave}
        onKeyDown={pressed}
        aria-autocomplete="list"
        aria-controls={slash.active && options}
        aria-activedescendant={slash.active}
        aria-label={hint}
        placeholder={hint}
        className="block max-h-64 min-h-16 w-full resize-none bg-transparent px-4 py-2.5 text-start leading-relaxed placeholder:text-faint focus-visible:outline-none"
      />
      <Suspense>
        {slash.slash && <SnippetPicker conversation={conversation.id} words={slash.slash.words} id={options} onPick={slash.pick} onActive={slash.setActive} handle={slash.picker} />}
      </Suspense>
      <FileList slot={slot} onRemove={(id) => composer.detach(mode, id)} />
      <div className="flex items-center gap-2 px-2 pb-2">
        <AttachButton composer={composer} mode={mode} />
        <IconButton icon="bolt" label={t.snippets.insert} aria-haspopup="listbox" onClick={slash.begin} />
        <span className="flex-1 truncate px-1 text-xs text-faint">{text ? t.editor.draftKept : ""}</span>
        <span className="text-xs text-faint max-sm:hidden">{t.editor.sendKey}</span>
        <Button look={warned ? "danger" : "primary"} disabled={!canSend(slot)} onClick={send}>
          {sendLabel(slot, mode, warned)}
        </Button>
      </div>
    </>
  );
}

/** As much of a name as a field has room for. */
const clip = (name: string): string => ([...name].length > 60 ? [...name].slice(0, 60).join("") + "…" : name);

function sendLabel(slot: Slot, mode: Mode, warned: boolean): string {
  if (slot.sending) return t.conversation.sending;
  if (warned) return t.editor.sendAnyway;
  return mode === "comment" ? t.editor.sendComment : t.editor.send;
}

/** What did not arrive while something else was written in this mode by then. */
function Failed({ composer, mode }: { composer: Composer; mode: Mode }) {
  const { failed, sending } = useSlot(composer, mode);
  if (!failed.length) return null;
  return (
    <ul aria-label={t.editor.unsent} className="mb-2 space-y-1.5">
      {failed.map((draft) => (
        <li key={draft.key} className="flex flex-wrap items-center justify-end gap-2 rounded-xl bg-bad-soft px-3 py-1.5 text-sm text-bad">
          <Icon name="alert" />
          <span className="min-w-48 flex-1 truncate">
            {t.editor.unsentLead} <bdi className="text-ink">{draft.text || draft.files.map((f) => plainFileName(f.fileName)).join(", ")}</bdi>
          </span>
          <Button disabled={!!sending} onClick={() => void composer.sendAgain(mode, draft.key)}>
            {t.retry}
          </Button>
          <Button onClick={() => composer.takeBack(mode, draft.key)}>{t.editor.takeBack}</Button>
        </li>
      ))}
    </ul>
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
