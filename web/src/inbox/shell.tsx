import { lazy, Suspense, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { useLocation } from "wouter";
import { useKeys } from "../lib/keys";
import { isolated } from "../lib/bidi";
import { setTitle } from "../lib/title";
import { t } from "../text";
import { IconButton } from "../ui/parts";
import { currentOverlay, onPalette, openPalette, showOverlay } from "./palette-state";

const Dialog = lazy(() => import("../ui/dialog").then((m) => ({ default: m.Dialog })));
const Palette = lazy(() => import("./palette").then((m) => ({ default: m.Palette })));

interface ShellProps {
  readonly nav: ReactNode;
  readonly title?: string;
  readonly list?: ReactNode;
  /** True: on a narrow window the middle is shown, else the list. */
  readonly picked?: boolean;
  readonly onBack?: () => void;
  readonly children: ReactNode;
}

/** The columns of a wide window; on a narrow one, one of them at a time. */
export function Shell({ nav, title, list, picked = false, onBack, children }: ShellProps) {
  const [open, setOpen] = useState(false);
  const [at, go] = useLocation();
  const over = useSyncExternalStore(onPalette, currentOverlay);
  useEffect(() => setOpen(false), [at]);
  useEffect(() => {
    setTitle(title ? `${isolated(title)} · ${t.appName}` : t.appName);
  }, [title]);
  const showsList = list !== undefined;
  useKeys({ "mod+k": openPalette, "?": () => showOverlay("keys"), ...(showsList ? {} : { "/": () => go("/search") }) });
  return (
    <div className="flex h-full flex-col lg:flex-row">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:rounded-lg focus:bg-paper focus:p-2">
        {t.skip}
      </a>
      <header className="flex items-center gap-1 border-b border-line bg-paper px-2 py-1.5 lg:hidden">
        {picked && onBack && <IconButton icon="back" label={t.back} onClick={onBack} className="md:hidden" />}
        <IconButton icon="menu" label={t.nav.open} onClick={() => setOpen(true)} className={picked && onBack ? "max-md:hidden" : ""} />
        <bdi className="min-w-0 flex-1 truncate font-semibold">{picked ? title : t.appName}</bdi>
        <IconButton icon="command" label={t.nav.commands} onClick={openPalette} />
      </header>
      <div className="w-52 shrink-0 border-e border-line max-lg:hidden xl:w-56">{nav}</div>
      <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 outline-none">
        {showsList && <h1 className="sr-only">{title || t.appName}</h1>}
        {showsList && <div className={`shrink-0 border-line max-md:flex-1 md:w-76 md:border-e 2xl:w-92 ${picked ? "max-md:hidden" : ""}`}>{list}</div>}
        <div className={`min-h-0 min-w-0 flex-1 bg-paper ${showsList && !picked ? "max-md:hidden" : ""}`}>{children}</div>
      </main>
      <Suspense>
        {open && (
          <Dialog title={t.nav.label} side onClose={() => setOpen(false)}>
            {nav}
          </Dialog>
        )}
        {over === "palette" && <Palette />}
        {over === "keys" && (
        <Dialog title={t.keys.title} onClose={() => showOverlay(null)}>
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 p-5 text-sm">
            {t.keys.list.map(([key, what]) => (
              <div key={key} className="contents">
                <dt>
                  <kbd className="rounded-md border border-line-strong bg-sunken px-1.5 py-0.5 text-xs">{key}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
        )}
      </Suspense>
    </div>
  );
}
