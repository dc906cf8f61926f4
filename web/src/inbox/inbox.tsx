import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { Redirect, useLocation, useSearch } from "wouter";
import { useKeys } from "../lib/keys";
import { t } from "../text";
import { Button, EmptyState, Skeleton } from "../ui/parts";
import { dayFields } from "./days";
import { FilterChips, FilterMenu } from "./filter-button";
import { addressOf, allOf, conditionsOf, subjectConditions, isNarrowed, keepsRow, listFilters, narrowedView, searchStateOf, conditionOfView, type SearchState } from "./filters";
import { ConversationList } from "./list";
import { Nav, scopeName, useViews, viewName, type View } from "./nav";
import { SearchField } from "./search-field";
import { Shell } from "./shell";
import { useList, type Source } from "./use-list";

const fetchPane = () => import("../conversation/pane").then((m) => ({ default: m.ConversationPane }));
const ConversationPane = lazy(fetchPane);
const Results = lazy(() => import("../search/results").then((m) => ({ default: m.Results })));
const ViewDialog = lazy(() => import("./view-dialog").then((m) => ({ default: m.ViewDialog })));

/** The first screen: what is open, in the first inbox that has something open. */
export function Home() {
  const views = useViews();
  if (!views) return <Skeleton />;
  const open = views.filter((v) => v.kind === "OPEN");
  const first = open.find((v) => v.count > 0) ?? open[0];
  return first ? <Redirect to={`/views/${first.id}`} replace /> : <Shell nav={<Nav />}>{<EmptyState icon="inbox" title={t.list.empty} />}</Shell>;
}

interface InboxProps {
  readonly view?: string;
  readonly conversation?: string;
  readonly searching?: boolean;
}

/** The inbox: where to look, what is there, the conversation that was picked, and its context. */
export function Inbox({ view: wanted, conversation, searching: everywhere = false }: InboxProps) {
  const views = useViews();
  const [, go] = useLocation();
  const address = useSearch();
  const look = useMemo(() => searchStateOf(new URLSearchParams(address)), [address]);
  const searching = everywhere || look.words.trim() !== "";
  const [editing, setEditing] = useState<"save" | "rename" | "update" | "remove" | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const column = useRef<HTMLElement>(null);
  const view = views?.find((v) => v.id === wanted) ?? (everywhere ? undefined : views?.find((v) => v.kind === "OPEN"));

  const list = useList(useSource(view, searching ? null : look), conversation);
  const place = everywhere ? "/search" : view && wanted ? `/views/${view.id}` : null;
  const hrefOf = useCallback((id: string) => (place ? addressOf(`${place}/${id}`, look) : `/conversations/${id}`), [place, look]);
  const change = (next: SearchState) => {
    const base = place ?? "/search";
    go(addressOf(conversation ? `${base}/${conversation}` : base, next), { replace: searching });
  };
  const search = (words: string) => change(searching && words ? { ...look, words } : { words, kind: "conversations", filter: null, days: null, here: false });
  const leave = () => go(addressOf(place ?? "/", look));
  const step = (by: number) => {
    const index = list.rows.findIndex((r) => r.id === conversation);
    const next = list.rows[index < 0 ? 0 : index + by];
    if (next) go(hrefOf(next.id));
  };
  const find = () => {
    if (!field.current?.checkVisibility()) return go("/search");
    field.current.focus();
    field.current.select();
  };
  useKeys({ ...(searching ? {} : { j: () => step(1), k: () => step(-1) }), "/": find, Escape: () => (conversation ? leave() : searching && search("")) });
  useEffect(() => {
    if (everywhere && !conversation) field.current?.focus();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- who goes to the search wants to type; who leaves a conversation does not
  }, [everywhere]);

  // The list comes first; the first conversation that is picked then waits for its records only.
  useEffect(() => void fetchPane().catch(() => {}), []);

  const title = searching ? t.search.title : view ? viewName(view) : "";
  const where = searching ? allOf(conditionsOf(look, view).conversations, ...subjectConditions(look.words)) : view && (narrowedView(look, view) ?? conditionOfView(view));
  return (
    <Shell
      nav={<Nav current={everywhere ? undefined : view?.id} />}
      title={title}
      picked={!!conversation}
      onBack={leave}
      list={
        <section ref={column} aria-label={title || t.list.label} className="flex h-full flex-col bg-paper">
          <SearchField ref={field} words={look.words} onSearch={search} onDown={() => column.current?.querySelector<HTMLElement>("[data-testid=list] a")?.focus()} />
          {!searching && view && (
            <ListHead view={view} chips={<FilterChips look={look} onLook={change} />}>
              <FilterMenu look={look} onLook={change} filters={listFilters} times={timesOf(view)} view={view} views={views} onSave={() => setEditing("save")} onEdit={setEditing} />
            </ListHead>
          )}
          <div className="min-h-0 flex-1">
            {searching ? (
              <Suspense fallback={<Skeleton rows={9} />}>
                <Results look={look} onLook={change} view={everywhere ? undefined : view} base={place ?? "/search"} selected={conversation} onSave={() => setEditing("save")} />
              </Suspense>
            ) : (
              <ConversationList list={list} selected={conversation} hrefOf={hrefOf} empty={<NothingHere filtered={isNarrowed(look)} onClear={() => change({ ...look, filter: null, days: null })} />} />
            )}
          </div>
          <Suspense>
            {editing && (
              <ViewDialog
                what={editing}
                view={view}
                where={where}
                searched={searching}
                onSaved={(id) => go(`/views/${id}`)}
                onGone={() => go("/")}
                onClose={() => setEditing(null)}
              />
            )}
          </Suspense>
        </section>
      }
    >
      {conversation ? (
        <Suspense fallback={<Skeleton />}>
          <ConversationPane key={conversation} id={conversation} />
        </Suspense>
      ) : (
        <EmptyState icon="inbox" title={t.conversation.pick}>
          {t.conversation.pickLead}
        </EmptyState>
      )}
    </Shell>
  );
}

/** The view, or what a filter leaves of it. */
function useSource(view: View | undefined, look: SearchState | null): Source {
  const narrowed = look && isNarrowed(look) ? look : null;
  return useMemo<Source>(() => {
    if (!view || !narrowed) return { view: view?.id, ordered: !!view?.orderBy };
    return { view: view.id, where: narrowedView(narrowed, view), ordered: !!view.orderBy, keep: keepsRow(narrowed), timed: narrowed.days !== null };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the view as it is when its id changes
  }, [view?.id, narrowed]);
}

/** The times by which a view can be narrowed: what is open has not been closed. */
const timesOf = (view: View) => (view.inbox && view.kind !== "CLOSED" ? dayFields.filter((f) => f !== "closedAt") : dayFields);

function ListHead({ view, chips, children }: { view: View; chips: ReactNode; children: ReactNode }) {
  return (
    <>
      <header className="flex items-center gap-2 border-b border-line px-4 py-2">
        <div className="min-w-0 flex-1">
          <h2 dir="auto" className="truncate text-start text-[15px] font-semibold">{viewName(view)}</h2>
          <p dir="auto" className="truncate text-start text-xs text-muted">{scopeName(view)}</p>
        </div>
        {children}
      </header>
      {chips}
    </>
  );
}

function NothingHere({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (!filtered) return <EmptyState icon="inbox" title={t.list.empty}>{t.list.emptyLead}</EmptyState>;
  return (
    <EmptyState icon="inbox" title={t.list.noMatch}>
      <Button className="mt-3" onClick={onClear}>{t.list.clear}</Button>
    </EmptyState>
  );
}
