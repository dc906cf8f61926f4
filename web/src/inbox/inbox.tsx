import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { Redirect, useLocation, useSearchParams } from "wouter";
import { useKeys } from "../lib/keys";
import { t } from "../text";
import { lazyMenu } from "../ui/lazy-menu";
import { Button, Empty, IconButton, Input, Waiting } from "../ui/parts";
import { filters, found, shownBy, type Filter } from "./filters";
import type { FilterMenuProps } from "./filter-menu";
import { ConversationList } from "./list";
import { Nav, placeOf, useViews, viewName } from "./nav";
import { Shell } from "./shell";
import { showOver } from "./palette-state";
import { useList, type Source } from "./use-list";

// The list does not wait for the code of what is picked from it.
const loadPane = () => import("../conversation/pane").then((m) => ({ default: m.ConversationPane }));
const ConversationPane = lazy(loadPane);
const FilterMenu = lazyMenu<FilterMenuProps>(() => import("./filter-menu").then((m) => m.FilterMenu));

const ViewDialog = lazy(() => import("./view-dialog").then((m) => ({ default: m.ViewDialog })));

/** The first screen: what is open, in the first inbox that has something open. */
export function Home() {
  const views = useViews();
  if (!views) return <Waiting />;
  const open = views.filter((v) => v.kind === "OPEN");
  const first = open.find((v) => v.count > 0) ?? open[0];
  return first ? <Redirect to={`/views/${first.id}`} replace /> : <Shell nav={<Nav />}>{<Empty icon="inbox" title={t.list.empty} />}</Shell>;
}

interface InboxProps {
  readonly view?: string;
  readonly conversation?: string;
  readonly searching?: boolean;
}

/** The inbox: where to look, what is there, the conversation that was picked, and its context. */
export function Inbox({ view: wanted, conversation, searching = false }: InboxProps) {
  const views = useViews();
  const [at, go] = useLocation();
  const [filter, setFilter] = useState<Filter | null>(null);
  const [naming, setNaming] = useState<"save" | "rename" | null>(null);
  const [params, setParams] = useSearchParams();
  const words = params.get("q") ?? "";
  const view = views?.find((v) => v.id === wanted) ?? (searching ? undefined : views?.find((v) => v.kind === "OPEN"));
  useEffect(() => setFilter(null), [wanted]);
  useEffect(() => void loadPane(), []);

  const source = useMemo<Source>(() => {
    if (searching) return { where: found(words) };
    if (!view || !filter) return { view: view?.id, ordered: !!view?.orderBy };
    const { where, keep } = filters[filter];
    return { view: view.id, where: { and: [shownBy(view), where] }, ordered: !!view.orderBy, keep: (r) => r.id === conversation || keep(r) };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the view as it is when its id changes
  }, [searching, words, view?.id, filter, conversation]);
  const list = useList(source);

  const base = searching ? "/search" : view && wanted ? `/views/${view.id}` : "";
  const hrefOf = useCallback((id: string) => (base ? `${base}/${id}${words && searching ? "?q=" + encodeURIComponent(words) : ""}` : `/conversations/${id}`), [base, searching, words]);
  const step = (by: number) => {
    const index = list.rows.findIndex((r) => r.id === conversation);
    const next = list.rows[index < 0 ? 0 : index + by];
    if (next) go(hrefOf(next.id));
  };
  useKeys({ j: () => step(1), k: () => step(-1), "/": () => go("/search"), "?": () => showOver("keys"), Escape: () => conversation && go(base || "/") });

  const title = searching ? t.nav.search : view ? viewName(view) : "";
  return (
    <Shell
      nav={<Nav current={searching ? undefined : view?.id} />}
      title={title}
      picked={!!conversation}
      onBack={() => go((base || "/") + (words ? "?q=" + encodeURIComponent(words) : ""))}
      list={
        <section aria-label={title || t.list.label} className="flex h-full flex-col bg-paper">
          {searching ? (
            <SearchBox key={at.split("/")[1]} words={words} onSearch={(q) => setParams(q ? { q } : {}, { replace: true })} />
          ) : (
            <header className="flex items-center gap-2 border-b border-line px-4 py-2.5">
              <div className="min-w-0 flex-1">
                <h2 className="truncate text-[15px] font-semibold">{title}</h2>
                <p dir="auto" className="truncate text-xs text-muted">{view && placeOf(view)}</p>
              </div>
              <FilterMenu
                filter={filter}
                onFilter={setFilter}
                view={view}
                views={views ?? []}
                onSave={() => setNaming("save")}
                onRename={() => setNaming("rename")}
                onGone={() => go("/")}
                trigger={
                  <Button look={filter ? "plain" : "quiet"} icon="down">
                    {filter ? t.list.filters[filter] : t.list.filter}
                  </Button>
                }
              />
            </header>
          )}
          {naming && view && (
            <Suspense>
              <ViewDialog
                rename={naming === "rename" ? view : undefined}
                where={filter ? { and: [shownBy(view), filters[filter].where] } : shownBy(view)}
                onSaved={(id) => go(`/views/${id}`)}
                onClose={() => setNaming(null)}
              />
            </Suspense>
          )}
          <div className="min-h-0 flex-1">
            <ConversationList list={list} selected={conversation} hrefOf={hrefOf} empty={<NothingHere searching={searching} words={words} filtered={!!filter} onClear={() => setFilter(null)} />} />
          </div>
        </section>
      }
    >
      {conversation ? (
        <Suspense fallback={<Waiting rows={8} />}>
          <ConversationPane key={conversation} id={conversation} />
        </Suspense>
      ) : (
        <Empty icon="inbox" title={t.conversation.pick}>
          {t.conversation.pickLead}
        </Empty>
      )}
    </Shell>
  );
}

function NothingHere({ searching, words, filtered, onClear }: { searching: boolean; words: string; filtered: boolean; onClear: () => void }) {
  if (searching && !words) return <Empty icon="search" title={t.nav.search}>{t.list.searchLead}</Empty>;
  if (searching) return <Empty icon="search" title={t.list.noMatch}>{t.list.noMatchLead}</Empty>;
  if (!filtered) return <Empty icon="inbox" title={t.list.empty}>{t.list.emptyLead}</Empty>;
  return (
    <Empty icon="inbox" title={t.list.noMatch}>
      <Button className="mt-3" onClick={onClear}>{t.list.clear}</Button>
    </Empty>
  );
}

function SearchBox({ words, onSearch }: { words: string; onSearch: (words: string) => void }) {
  const [typed, setTyped] = useState(words);
  useEffect(() => {
    if (typed === words) return;
    const timer = setTimeout(() => onSearch(typed), 200);
    return () => clearTimeout(timer);
  }, [typed, words, onSearch]);
  return (
    <header className="flex items-center gap-1 border-b border-line px-3 py-2.5">
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- who opens the search wants to type */}
      <Input autoFocus type="search" aria-label={t.list.searchLabel} placeholder={t.list.searchHint} value={typed} onChange={(e) => setTyped(e.target.value)} />
      {typed && <IconButton icon="x" label={t.list.clear} onClick={() => setTyped("")} />}
    </header>
  );
}
