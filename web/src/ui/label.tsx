export interface LabelLike {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

/** A label. Its colour is a dot beside the name, which is readable whatever the colour is. */
export function Label({ label, className = "" }: { label: LabelLike; className?: string }) {
  return (
    <span data-label={label.name} className={`inline-flex min-w-0 items-center gap-1 rounded-md border border-line bg-paper px-1.5 text-xs text-muted ${className}`}>
      <span aria-hidden="true" className="size-2 shrink-0 rounded-full" style={{ background: label.color }} />
      <bdi className="truncate">{label.name}</bdi>
    </span>
  );
}
