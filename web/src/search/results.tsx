import { useRef, type KeyboardEvent } from "react";
import { useQuery } from "urql";
import { useLocation } from "wouter";
import { dayFields, hasDays } from "../inbox/days";
import { FilterChips, FilterMenu } from "../inbox/filter-button";
import { addressOf, asKind, conditionsOf, isNarrowed, searchableWords, kinds, searchFilters, type Kind, type SearchState } from "../inbox/filters";
import { scopeName, viewName, type View } from "../inbox/nav";
import { Rows } from "../inbox/rows";
import { commandOf } from "../lib/ime";
import { useKeys } from "../lib/keys";
import { t } from "../text";
import { Button, EmptyState } from "../ui/parts";
import { HitLink } from "./hits";
import { FindCounts } from "./queries";
import { useSearch, type Hit } from "./use-search";

const heights = { conversations: 104, tickets: 66, contacts: 66 };

interface ResultsProps {
  readonly look: SearchState;
  readonly onLook: (look: SearchState) => void;
  /** The view that the search was begun in. */
  readonly view: View | undefined;
  /** Where conversations are opened, beside these results. */
  readonly base: string;
  readonly selected?: string;
  readonly onSave: () => void;
}

/** What a search finds: conversations, tickets and contacts, each in a tab. */
export function Results({ look, onLook, view, base, selected, onSave }: ResultsProps) {
  const { kind } = look;
  const words = searchableWords(look.words);
  const conditions = conditionsOf(look, view);
  const found = useSearch(kind, words, kind === "contacts" ? undefined : conditions[kind]);
  const [counted] = useQuery({ query: FindCounts, variables: { query: words, ...conditions }, pause: !words, requestPolicy: "cache-and-network" });
  const counts = words ? counted.data?.search : undefined;
  const [, go] = useLocation();
  const panel = useRef<HTMLDivElement>(null);

  const hrefOf = (hit: Hit) => (hit.kind === "conversations" ? addressOf(`${base}/${hit.id}`, look) : `/${hit.kind}/${hit.id}`);
  const step = (by: number) => {
    const rows = [...(panel.current?.querySelectorAll<HTMLElement>("a[data-hit]") ?? [])];
    if (kind !== "conversations") return rows[rows.indexOf(document.activeElement as HTMLElement) + by]?.focus();
    const index = found.rows.findIndex((hit) => hit.id === selected);
    const next = found.rows[index < 0 ? 0 : index + by];
    if (next) go(hrefOf(next));
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  if (!words) {
    return (
      <EmptyState icon="search" title={t.search.title}>
        <p>{t.search.lead}</p>
        <p className="mt-2">{t.search.syntax}</p>
      </EmptyState>
    );
  }
  const offered = searchFilters[kind];
  const here = view && kind === "conversations";
  return (
    <div className="flex h-full flex-col">
      <Tabs kind={kind} counts={counts} onKind={(next) => onLook(asKind(look, next))} />
      {offered.length > 0 && (
        <div className="flex items-center gap-1 border-b border-line px-2 py-1">
          <FilterMenu look={look} onLook={onLook} filters={offered} times={hasDays(kind) ? dayFields : []} onSave={kind === "conversations" ? onSave : undefined} />
          {here && (
            <label className="flex h-8 min-w-0 cursor-pointer items-center gap-2 rounded-lg px-2 text-sm text-muted hover:bg-hover hover:text-ink">
              <input type="checkbox" checked={look.here} onChange={(e) => onLook({ ...look, here: e.target.checked })} className="shrink-0 accent-(--accent)" />
              <span className="truncate">{t.search.here(`${scopeName(view)} › ${viewName(view)}`)}</span>
            </label>
          )}
        </div>
      )}
      <FilterChips look={look} onLook={onLook} />
      <div ref={panel} role="tabpanel" id="found" aria-labelledby={"tab-" + kind} aria-busy={found.loading} className={`min-h-0 flex-1 transition-opacity ${found.old && found.rows.length ? "opacity-60" : ""}`}>
        <Rows
          key={addressOf("", look)}
          list={found}
          label={t.search.kinds[kind]}
          height={heights[kind]}
          selected={selected}
          place={addressOf("", look)}
          trouble={
            <EmptyState icon="alert" title={t.search.failed}>
              <p>{found.refusal}</p>
              <Button className="mt-3" onClick={found.again}>
                {t.retry}
              </Button>
            </EmptyState>
          }
          empty={<Nothing look={look} onLook={onLook} counts={counts} />}
        >
          {(hit) => <HitLink found={hit} href={hrefOf(hit)} selected={hit.id === selected} />}
        </Rows>
      </div>
    </div>
  );
}

type Counts = Readonly<Record<Kind, { readonly totalCount: number; readonly totalCountIsCapped: boolean }>>;

const countOf = ({ totalCount, totalCountIsCapped }: Counts[Kind]) => (totalCountIsCapped ? t.nav.capped(totalCount) : t.search.count(totalCount));

/** The arrow keys go from tab to tab, and Tab goes on to what is in it. */
function Tabs({ kind, counts, onKind }: { kind: Kind; counts: Counts | undefined; onKind: (kind: Kind) => void }) {
  const pressed = (event: KeyboardEvent) => {
    const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const key = commandOf(event);
    const by = key === forward ? 1 : key === "ArrowLeft" || key === "ArrowRight" ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    const next = kinds[(kinds.indexOf(kind) + by + kinds.length) % kinds.length]!;
    onKind(next);
    document.getElementById("tab-" + next)?.focus();
  };
  return (
    <>
      <p role="status" className="sr-only">
        {counts && t.search.announce(t.search.kinds[kind], countOf(counts[kind]))}
      </p>
      <div role="tablist" aria-label={t.search.title} className="flex gap-1 overflow-x-auto border-b border-line px-2">
        {kinds.map((k) => (
          <button
            key={k}
            type="button"
            role="tab"
            id={"tab-" + k}
            aria-selected={k === kind}
            aria-controls="found"
            tabIndex={k === kind ? 0 : -1}
            onClick={() => onKind(k)}
            onKeyDown={pressed}
            className="-mb-px flex shrink-0 items-center gap-1 border-b-2 border-transparent px-2 py-2 text-[13px] text-muted outline-offset-[-3px] hover:text-ink aria-selected:border-accent aria-selected:font-medium aria-selected:text-ink"
          >
            {t.search.kinds[k]}
            {counts && <span className="text-xs font-normal text-faint tabular-nums">{countOf(counts[k])}</span>}
          </button>
        ))}
      </div>
    </>
  );
}

/** Nothing was found: what else can be done. */
function Nothing({ look, onLook, counts }: { look: SearchState; onLook: (look: SearchState) => void; counts: Counts | undefined }) {
  const narrowed = isNarrowed(look) || look.here;
  const others = kinds.filter((k) => k !== look.kind && counts && counts[k].totalCount > 0);
  return (
    <EmptyState icon="search" title={t.search.none[look.kind]}>
      <p>{narrowed ? t.search.noneNarrowed : t.search.noneLead}</p>
      <div className="mt-3 flex flex-wrap justify-center gap-2">
        {narrowed && <Button onClick={() => onLook({ ...look, filter: null, days: null, here: false })}>{t.search.everywhere}</Button>}
        {others.map((k) => (
          <Button key={k} onClick={() => onLook(asKind(look, k))}>
            {t.search.see(t.search.kinds[k], countOf(counts![k]))}
          </Button>
        ))}
      </div>
    </EmptyState>
  );
}
