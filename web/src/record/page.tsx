import type { ReactNode } from "react";
import { Nav } from "../inbox/nav";
import { Shell } from "../inbox/shell";

/** A screen of one column beside the inboxes. */
export function Page({ title, lead, actions, children }: { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <Shell nav={<Nav />} title={title}>
      <div className="h-full overflow-y-auto bg-ground">
        <div className="mx-auto max-w-5xl px-4 py-6 sm:px-8">
          <header className="mb-5 flex flex-wrap items-start gap-3">
            <div className="min-w-0 flex-1 basis-60">
              <h1 dir="auto" className="text-start text-xl font-semibold break-words">{title}</h1>
              {lead && <div className="mt-1 text-sm text-muted">{lead}</div>}
            </div>
            {actions}
          </header>
          {children}
        </div>
      </div>
    </Shell>
  );
}

export function Panel({ title, actions, children, className = "" }: { title: string; actions?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section className={`mb-5 rounded-2xl border border-line bg-paper ${className}`}>
      <header className="flex items-center gap-2 border-b border-line px-5 py-3">
        <h2 dir="auto" className="min-w-0 flex-1 text-start font-semibold break-words">{title}</h2>
        {actions}
      </header>
      <div className="p-5">{children}</div>
    </section>
  );
}
