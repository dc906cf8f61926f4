import { useRef } from "react";
import { useMutate } from "../api/mutate";
import { AttachmentCreate } from "../api/mutations";
import type { Composer, Slot } from "../lib/composer";
import type { Attached, Mode } from "../lib/drafts";
import { t } from "../text";
import { FileName } from "../ui/file-name";
import { Icon } from "../ui/icon";
import { IconButton } from "../ui/parts";
import { toast } from "../ui/toast";

const largest = 10 * 1024 * 1024;

/** Announces a file and sends it to the address that the server gives; null: it could not be had. */
function useUpload() {
  const act = useMutate();
  return async (file: File): Promise<Attached | null> => {
    const contentType = file.type || "application/octet-stream";
    const { done } = await act(AttachmentCreate, { input: { fileName: file.name, contentType, size: file.size } });
    if (!done?.attachment || !done.uploadUrl) return null;
    const address = new URL(done.uploadUrl, location.origin);
    try {
      // The server may be known by another name than the one this page came from.
      const answer = await fetch(address.pathname + address.search, { method: "PUT", body: file, headers: { "Content-Type": contentType } });
      if (!answer.ok) throw new Error(answer.statusText);
    } catch {
      toast.trouble(t.editor.uploadFailed(file.name));
      return null;
    }
    const { id, fileName, size } = done.attachment;
    return { id, fileName, size };
  };
}

export function AttachButton({ composer, mode }: { composer: Composer; mode: Mode }) {
  const field = useRef<HTMLInputElement>(null);
  const upload = useUpload();
  const attach = (file: File) => (file.size > largest ? toast.trouble(t.editor.tooLarge) : void composer.attach(mode, upload(file)));
  return (
    <>
      <input ref={field} type="file" multiple hidden aria-label={t.editor.attach} onChange={(e) => ([...(e.target.files ?? [])].forEach(attach), (e.target.value = ""))} />
      <IconButton icon="clip" label={t.editor.attach} onClick={() => field.current?.click()} />
    </>
  );
}

export function FileList({ slot, onRemove }: { slot: Slot; onRemove: (id: string) => void }) {
  const { files } = slot.draft;
  if (!files.length && !slot.uploading) return null;
  return (
    <ul className="flex flex-wrap gap-2 px-3 pb-2">
      {files.map((f) => (
        <li key={f.id} className="inline-flex items-center gap-1.5 rounded-lg border border-line-strong bg-paper ps-2 text-xs">
          <Icon name="clip" className="size-3.5" />
          <span className="inline-flex max-w-48"><FileName name={f.fileName} /></span>
          <button type="button" aria-label={t.editor.removeFile(f.fileName)} onClick={() => onRemove(f.id)} className="rounded p-1.5 hover:bg-hover">
            <Icon name="x" className="size-3" />
          </button>
        </li>
      ))}
      {slot.uploading > 0 && <li className="text-xs text-muted">{t.loading}</li>}
    </ul>
  );
}
