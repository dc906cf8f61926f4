import { t } from "../text";
import { Icon } from "../ui/icon";
import { lazyMenu } from "../ui/lazy-menu";
import { Button } from "../ui/parts";
import type { FilterMenuProps } from "./filter-menu";
import { isNarrowed, type SearchState } from "./filters";

const Lazy = lazyMenu<FilterMenuProps>(() => import("./filter-menu").then((m) => m.FilterMenu));

/** The button that opens what a list can be narrowed by. */
export function FilterMenu(props: FilterMenuProps) {
  return (
    <Lazy
      {...props}
      trigger={
        <Button look={isNarrowed(props.look) ? "plain" : "quiet"} icon="down">
          {t.list.filter}
        </Button>
      }
    />
  );
}

/** What a list is narrowed by, each with a button that takes it off. */
export function FilterChips({ look, onLook }: { look: SearchState; onLook: (look: SearchState) => void }) {
  const { filter, days } = look;
  if (!isNarrowed(look)) return null;
  return (
    <ul aria-label={t.list.narrowedBy} className="flex flex-wrap gap-1.5 border-b border-line px-4 py-2">
      {filter && <Chip text={t.list.filters[filter]} onDrop={() => onLook({ ...look, filter: null })} />}
      {days && <Chip text={t.list.inDays(t.list.times[days.field], t.list.spans[days.span])} onDrop={() => onLook({ ...look, days: null })} />}
    </ul>
  );
}

function Chip({ text, onDrop }: { text: string; onDrop: () => void }) {
  const label = t.list.drop(text);
  return (
    <li data-filter className="inline-flex min-w-0 max-w-full items-center rounded-full bg-accent-soft text-xs font-medium text-accent-text">
      <span className="truncate py-1 ps-2.5">{text}</span>
      <button type="button" aria-label={label} title={label} onClick={onDrop} className="me-0.5 rounded-full p-1.5 hover:bg-ink/8">
        <Icon name="x" className="size-3" />
      </button>
    </li>
  );
}
