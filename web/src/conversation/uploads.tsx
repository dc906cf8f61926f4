import { useRef, useState } from "react";
import { useMutate } from "../api/mutate";
import { AttachmentCreate } from "../api/mutations";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { IconButton } from "../ui/parts";
import { toast } from "../ui/toast";

interface Uploaded {
  readonly id: string;
  readonly fileName: string;
  readonly size: number;
}

const largest = 10 * 1024 * 1024;

/** Files on their way into a message: announced, then sent to the address that the server gives. */
export function useUploads() {
  const act = useMutate();
  const [files, setFiles] = useState<readonly Uploaded[]>([]);
  const [running, setRunning] = useState(0);

  const upload = async (file: File) => {
    if (file.size > largest) return toast.trouble(t.editor.tooLarge);
    setRunning((n) => n + 1);
    try {
      const { done } = await act(AttachmentCreate, { input: { fileName: file.name, contentType: file.type || "application/octet-stream", size: file.size } });
      if (!done?.attachment || !done.uploadUrl) return;
      const { attachment } = done;
      const address = new URL(done.uploadUrl, location.origin);
      // The server may be known by another name than the one this page came from.
      const answer = await fetch(address.pathname + address.search, { method: "PUT", body: file, headers: { "Content-Type": file.type || "application/octet-stream" } });
      if (!answer.ok) throw new Error(answer.statusText);
      setFiles((now) => [...now, attachment]);
    } catch {
      toast.trouble(t.editor.uploadFailed(file.name));
    } finally {
      setRunning((n) => n - 1);
    }
  };
  return {
    files,
    busy: running > 0,
    add: (list: FileList | null) => [...(list ?? [])].forEach((file) => void upload(file)),
    remove: (id: string) => setFiles((now) => now.filter((f) => f.id !== id)),
    clear: () => setFiles([]),
  };
}

export type Uploads = ReturnType<typeof useUploads>;

export function AttachButton({ uploads }: { uploads: Uploads }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input ref={field} type="file" multiple hidden aria-label={t.editor.attach} onChange={(e) => (uploads.add(e.target.files), (e.target.value = ""))} />
      <IconButton icon="clip" label={t.editor.attach} onClick={() => field.current?.click()} />
    </>
  );
}

export function FileList({ uploads }: { uploads: Uploads }) {
  if (!uploads.files.length && !uploads.busy) return null;
  return (
    <ul className="flex flex-wrap gap-2 px-3 pb-2">
      {uploads.files.map((f) => (
        <li key={f.id} className="inline-flex items-center gap-1.5 rounded-lg border border-line-strong bg-paper ps-2 text-xs">
          <Icon name="clip" className="size-3.5" />
          <bdi className="max-w-48 truncate">{f.fileName}</bdi>
          <button type="button" aria-label={t.editor.removeFile(f.fileName)} onClick={() => uploads.remove(f.id)} className="rounded p-1.5 hover:bg-hover">
            <Icon name="x" className="size-3" />
          </button>
        </li>
      ))}
      {uploads.busy && <li className="text-xs text-muted">{t.loading}</li>}
    </ul>
  );
}
