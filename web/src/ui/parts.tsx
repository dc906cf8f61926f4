import type { ComponentProps, ReactNode } from "react";
import { t } from "../text";
import { fullTime, shortTime, useNow } from "../lib/time";
import { Icon, type IconName } from "./icon";

const looks = {
  primary: "bg-accent text-accent-ink hover:brightness-110 border-transparent font-medium",
  plain: "bg-paper border-line-strong hover:bg-hover",
  quiet: "border-transparent hover:bg-hover text-muted hover:text-ink",
  danger: "bg-bad text-paper border-transparent hover:brightness-110 font-medium",
};

interface ButtonProps extends ComponentProps<"button"> {
  look?: keyof typeof looks;
  icon?: IconName;
}

export function Button({ look = "plain", icon, className = "", children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`inline-flex h-8 items-center justify-center gap-1.5 rounded-lg border px-3 text-sm whitespace-nowrap transition-colors disabled:cursor-default disabled:opacity-60 ${looks[look]} ${className}`}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that shows an icon only; its label is for who can't see it, and for who rests on it. */
export function IconButton({ label, icon, className = "", ...rest }: ComponentProps<"button"> & { label: string; icon: IconName }) {
  return (
    <button type="button" aria-label={label} title={label} className={`inline-flex size-8 shrink-0 items-center justify-center rounded-lg text-muted transition-colors hover:bg-hover hover:text-ink disabled:opacity-50 ${className}`} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

const field = "w-full rounded-lg border border-line-strong bg-paper px-2.5 py-1.5 text-sm text-ink placeholder:text-faint focus-visible:outline-offset-0";
export const Input = ({ className = "", dir = "auto", ...rest }: ComponentProps<"input">) => <input dir={dir} className={`${field} ${className}`} {...rest} />;
export const Textarea = ({ className = "", dir = "auto", ...rest }: ComponentProps<"textarea">) => <textarea dir={dir} className={`${field} ${className}`} {...rest} />;

/** The browser's own list of choices: it is right on every device and for every reader of screens. */
export function Select({ className = "", quiet = false, ...rest }: ComponentProps<"select"> & { quiet?: boolean }) {
  return (
    <span className={`group/select relative inline-flex min-w-0 ${className}`}>
      <select className={`${field} appearance-none truncate pe-7 ${quiet ? "border-transparent! bg-transparent! hover:border-line-strong! hover:bg-paper! disabled:hover:border-transparent!" : ""}`} {...rest} />
      <Icon name="down" className={`pointer-events-none absolute end-2 top-1/2 size-3.5 -translate-y-1/2 text-faint ${quiet ? "opacity-0 group-hover/select:opacity-100 group-focus-within/select:opacity-100" : ""}`} />
    </span>
  );
}

export function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/label-has-associated-control -- the control is inside, as children
    <label className="block">
      <span className="mb-1 block text-xs font-medium text-muted">{label}</span>
      {children}
    </label>
  );
}

const tones = [
  "bg-[#dbeafe] text-[#1e3a8a] dark:bg-[#1e2f52] dark:text-[#bcd2ff]",
  "bg-[#fde4d4] text-[#7c2d12] dark:bg-[#472417] dark:text-[#ffccb0]",
  "bg-[#e3ecd3] text-[#365314] dark:bg-[#28361a] dark:text-[#cfe6a9]",
  "bg-[#f3dff0] text-[#701a63] dark:bg-[#401d3a] dark:text-[#f3c3ea]",
  "bg-[#d7eeee] text-[#134e4a] dark:bg-[#15383a] dark:text-[#a9e4e0]",
  "bg-[#e8e3fb] text-[#4c1d95] dark:bg-[#2e2456] dark:text-[#d2c6ff]",
];

/** The first letters of a name, whole characters also where one is made of several code points. */
function initials(name: string): string {
  const words = name.replace(/@.*/, "").split(/[\s._-]+/).filter(Boolean);
  const first = (word: string | undefined) => (word ? [...new Intl.Segmenter().segment(word)][0]?.segment.toUpperCase() ?? "" : "");
  return first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "") || "?";
}

export function Avatar({ name, small = false }: { name: string; small?: boolean }) {
  let sum = 0;
  for (const c of name) sum = (sum * 31 + c.codePointAt(0)!) % 9973;
  return (
    <span aria-hidden="true" className={`inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none ${small ? "size-5 text-[9px]" : "size-8 text-[11px]"} ${tones[sum % tones.length]}`}>
      {initials(name)}
    </span>
  );
}

const badges = { open: "bg-accent-soft text-accent-text", closed: "bg-sunken text-muted", warm: "bg-warm-soft text-warm", bad: "bg-bad-soft text-bad", good: "bg-good-soft text-good" };
export function Badge({ tone, children }: { tone: keyof typeof badges; children: ReactNode }) {
  return <span dir="auto" className={`inline-flex max-w-full items-center truncate rounded-md px-1.5 py-px text-xs font-medium ${badges[tone]}`}>{children}</span>;
}

/** How long ago, kept right; the whole moment for who rests on it. */
export function RelativeTime({ at, className = "" }: { at: string; className?: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={fullTime(at)} className={`whitespace-nowrap tabular-nums ${className}`}>
      {shortTime(at, now)}
    </time>
  );
}

export function EmptyState({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-1 p-8 text-center">
      <span className="mb-2 rounded-2xl bg-sunken p-3 text-faint">
        <Icon name={icon} className="size-6" />
      </span>
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-xs text-sm text-muted">{children}</div>}
    </div>
  );
}

/** Grey bars where something will be. */
export function Skeleton({ rows = 5 }: { rows?: number }) {
  return (
    <div role="status" className="flex flex-col gap-3 p-4">
      <span className="sr-only">{t.loading}</span>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} aria-hidden="true" className="h-4 animate-pulse rounded bg-sunken even:w-3/4" />
      ))}
    </div>
  );
}

export const nameOf = (contact: { name: string; email?: string | null; phone?: string | null }): string => contact.name || contact.email || contact.phone || t.unknownContact;
export const titleOf = (conversation: { subject: string; preview?: string }): string => conversation.subject || conversation.preview || t.noSubject;
