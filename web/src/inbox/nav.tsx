import { useEffect, useMemo, useRef, useState } from "react";
import { useClient, useQuery } from "urql";
import { Link, useLocation } from "wouter";
import type { ResultOf } from "../api/graphql";
import { ViewCount, Views, ViewsChanged } from "../api/queries";
import { cursorOf, useLiveSubscription } from "../api/use-live";
import { useFrame } from "../frame";
import { useChangeFlash } from "../lib/change-flash";
import { useInSight } from "../lib/in-sight";
import { language, t } from "../text";
import { Icon, type IconName } from "../ui/icon";
import { lazyMenu } from "../ui/lazy-menu";
import { Avatar } from "../ui/parts";
import { openPalette } from "./palette-state";

const AccountMenu = lazyMenu(() => import("./account-menu").then((m) => m.AccountMenu));

export type View = ResultOf<typeof Views>["inboxViews"][number];
const icons: Record<string, IconName> = { OPEN: "inbox", UNASSIGNED: "user", MINE: "check", CLOSED: "checks" };
const order = ["MINE", "UNASSIGNED", "OPEN", "CLOSED"];

/** Where a view belongs: its inbox, its team, the account, or who made it. */
export const scopeName = (view: View): string => view.inbox?.name ?? view.team?.name ?? t.views.scopes[view.scope] ?? "";

/** All views, each inbox's together and then those that are saved; undefined while they are not known. */
export function useViews(): readonly View[] | undefined {
  return useQuery({ query: Views })[0].data?.inboxViews;
}

export const viewName = (view: { kind?: string | null; name: string }): string => (view.kind && t.views.kinds[view.kind]) || view.name;

export function Nav({ current, onGo }: { current?: string; onGo?: () => void }) {
  const [asked] = useQuery({ query: Views });
  const [after, setAfter] = useState<string | null>(); // null: what the cache has answered says no place; then from how things stand
  useEffect(() => {
    if (asked.data) setAfter((known) => (known === undefined ? cursorOf(asked) : known));
  }, [asked]);
  const client = useClient();
  useLiveSubscription(ViewsChanged, after === undefined ? null : { after }, (told) => {
    if (told.events.length > 0 || told.reason !== "CHANGE") void client.query(Views, {}, { requestPolicy: "network-only" }).toPromise();
  });
  const inboxes = useMemo(() => {
    const found = new Map<string, { id: string; name: string; views: View[] }>();
    for (const view of asked.data?.inboxViews ?? []) {
      if (!view.inbox) continue;
      const inbox = found.get(view.inbox.id) ?? { ...view.inbox, views: [] };
      inbox.views.push(view);
      found.set(view.inbox.id, inbox);
    }
    for (const inbox of found.values()) inbox.views.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
    return [...found.values()];
  }, [asked.data]);
  const saved = asked.data?.inboxViews.filter((v) => !v.inbox) ?? [];
  return (
    <nav aria-label={t.nav.label} className="flex h-full flex-col bg-ground">
      <div className="flex items-center gap-2 px-4 pt-4 pb-3">
        <img src="/icon.svg" alt="" className="size-7" />
        <span className="flex-1 text-[15px] font-semibold tracking-tight">{t.appName}</span>
      </div>
      <div className="px-2">
        <NavLink to="/search" icon="search" label={t.nav.search} keys="/" onGo={onGo} />
        <button type="button" onClick={openPalette} className={`${entry} w-full`}>
          <Icon name="command" className="size-4 text-faint" />
          <span className="flex-1 text-start">{t.nav.commands}</span>
          <kbd className="text-xs text-faint">Ctrl K</kbd>
        </button>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {inboxes.map((inbox) => (
          <section key={inbox.id} className="mt-4">
            <h2 dir="auto" className="truncate px-2.5 pb-1 text-xs font-semibold tracking-wide text-faint">
              {inbox.name}
            </h2>
            <ul>
              {inbox.views.map((view) => (
                <ViewLink key={view.id} view={view} current={view.id === current} after={after} onGo={onGo} />
              ))}
            </ul>
          </section>
        ))}
        {saved.length > 0 && (
          <section className="mt-4">
            <h2 className="truncate px-2.5 pb-1 text-xs font-semibold tracking-wide text-faint">{t.nav.saved}</h2>
            <ul>
              {saved.map((view) => (
                <ViewLink key={view.id} view={view} current={view.id === current} after={after} onGo={onGo} />
              ))}
            </ul>
          </section>
        )}
      </div>
      <div className="border-t border-line p-2">
        <NavLink to="/trash" icon="trash" label={t.nav.trash} onGo={onGo} />
        <NavLink to="/settings" icon="gear" label={t.nav.settings} onGo={onGo} />
        <Me />
      </div>
    </nav>
  );
}

const entry = "flex items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-sm text-muted hover:bg-sunken hover:text-ink";
const chosen = "bg-accent-soft text-accent-text font-medium hover:bg-accent-soft hover:text-accent-text";

function NavLink({ to, icon, label, keys, onGo }: { to: string; icon: IconName; label: string; keys?: string; onGo?: () => void }) {
  const [at] = useLocation();
  const here = at === to || at.startsWith(to + "/");
  return (
    <Link to={to} onClick={onGo} aria-current={here ? "page" : undefined} className={`${entry} ${here ? chosen : ""}`}>
      <Icon name={icon} className="size-4 opacity-80" />
      <span className="flex-1">{label}</span>
      {keys && <kbd className="text-xs text-faint">{keys}</kbd>}
    </Link>
  );
}

/** A view with how many there are in it, kept right while it is in sight: there may be more views than one connection may follow. */
function ViewLink({ view, current, after, onGo }: { view: View; current: boolean; after: string | null | undefined; onGo?: () => void }) {
  const client = useClient();
  const item = useRef<HTMLLIElement>(null);
  const seen = useInSight(item);
  useLiveSubscription(ViewCount, after === undefined || !seen ? null : { view: view.id, after }, (told) => {
    if (told.reason === "REVOKED" && !view.inbox) void client.query(Views, {}, { requestPolicy: "network-only" }).toPromise();
  });
  const count = view.countIsCapped ? t.nav.capped(view.count) : view.count.toLocaleString(language());
  const flash = useChangeFlash(count);
  return (
    <li ref={item}>
      <Link to={`/views/${view.id}`} onClick={onGo} aria-current={current ? "page" : undefined} className={`${entry} ${current ? chosen : ""}`}>
        <Icon name={icons[view.kind] ?? "menu"} className="size-4 opacity-80" />
        <span dir="auto" className="min-w-0 flex-1 truncate text-start">{viewName(view)}</span>
        {view.count > 0 && (
          <span key={flash.key} aria-label={t.nav.count(count)} role="img" className={`rounded-md px-1 text-xs tabular-nums ${flash.className}`} data-count>
            {count}
          </span>
        )}
      </Link>
    </li>
  );
}

function Me() {
  const { viewer } = useFrame();
  return (
    <AccountMenu
      trigger={
        <button type="button" className={`${entry} mt-1 w-full`}>
          <span className="sr-only">{t.nav.account}</span>
          <Avatar name={viewer.agent.name} small />
          <span className="min-w-0 flex-1 text-start">
            <span dir="auto" className="block truncate text-ink">
              {viewer.agent.name}
            </span>
            <span dir="auto" className="block truncate text-xs text-faint">
              {viewer.account.name}
            </span>
          </span>
          <Icon name="dots" />
        </button>
      }
    />
  );
}
