import { fileNameParts } from "../lib/bidi";

/** A file's name. However long it is and whichever way it is written, its ending stands whole at its end. */
export function FileName({ name }: { name: string }) {
  const { stem, ending } = fileNameParts(name);
  return (
    <span dir="ltr" title={stem + ending} className="inline-flex min-w-0 whitespace-pre">
      <bdi className="truncate">{stem}</bdi>
      {ending && <span className="shrink-0">{ending}</span>}
    </span>
  );
}
