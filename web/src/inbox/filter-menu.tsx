import type { ReactNode } from "react";
import { useClient } from "urql";
import { useMutate } from "../api/mutate";
import { InboxViewReorder } from "../api/mutations";
import { Views } from "../api/queries";
import { useFrame } from "../frame";
import { t } from "../text";
import { Menu, MenuChoice, MenuItem, MenuLine, SubMenu } from "../ui/menu";
import { spanGroups, type DayField, type DayFilter, type SpanName } from "./days";
import { isNarrowed, type Filter, type SearchState } from "./filters";
import type { View } from "./nav";

export interface FilterMenuProps {
  readonly look: SearchState;
  readonly onLook: (look: SearchState) => void;
  readonly filters: readonly Filter[];
  /** The times that it can be narrowed by. */
  readonly times: readonly DayField[];
  /** Saves what is shown as a view; absent: that can't be a view. */
  readonly onSave?: () => void;
  /** The view that is narrowed. */
  readonly view?: View;
  readonly views?: readonly View[];
  readonly onEdit?: (what: "rename" | "update" | "remove") => void;
}

/** What narrows a list, and what is done with the view that it is. */
export function FilterMenu({ trigger, look, onLook, filters, times, onSave, view, views = [], onEdit }: FilterMenuProps & { trigger: ReactNode }) {
  const act = useMutate();
  const client = useClient();
  const { viewer } = useFrame();
  const maySave = onSave && viewer.agent.role !== "READ_ONLY" && (viewer.scopes.length === 0 || viewer.scopes.includes("WRITE"));
  const beside = views.filter((v) => view && v.scope === view.scope && v.team?.id === view.team?.id).map((v) => v.id);
  const at = view ? beside.indexOf(view.id) : -1;
  const move = async (by: number) => {
    const viewIds = beside.filter((_, i) => i !== at);
    viewIds.splice(at + by, 0, beside[at]!);
    if ((await act(InboxViewReorder, { input: { viewIds } })).done) await client.query(Views, {}, { requestPolicy: "network-only" }).toPromise();
  };
  return (
    <Menu trigger={trigger}>
      <MenuChoice value={look.filter} options={filters.map((value) => ({ value, label: t.list.filters[value] }))} onChoose={(filter) => onLook({ ...look, filter })} />
      {times.length > 0 && <MenuLine />}
      {times.map((field) => (
        <SubMenu key={field} icon="clock" label={t.list.times[field]}>
          <Spans field={field} days={look.days} onDays={(days) => onLook({ ...look, days })} />
        </SubMenu>
      ))}
      {isNarrowed(look) && (
        <>
          <MenuLine />
          <MenuItem icon="x" onSelect={() => onLook({ ...look, filter: null, days: null })}>
            {t.list.clear}
          </MenuItem>
        </>
      )}
      {maySave && (
        <>
          <MenuLine />
          <MenuItem icon="plus" onSelect={onSave}>
            {t.views.save}…
          </MenuItem>
        </>
      )}
      {view?.viewerCanUpdate && onEdit && (
        <>
          {isNarrowed(look) && (
            <MenuItem icon="check" onSelect={() => onEdit("update")}>
              {t.views.update}…
            </MenuItem>
          )}
          <MenuItem icon="note" onSelect={() => onEdit("rename")}>
            {t.views.rename}…
          </MenuItem>
          {at > 0 && (
            <MenuItem icon="up" onSelect={() => void move(-1)}>
              {t.views.up}
            </MenuItem>
          )}
          {at < beside.length - 1 && (
            <MenuItem icon="down" onSelect={() => void move(1)}>
              {t.views.down}
            </MenuItem>
          )}
          <MenuItem icon="trash" danger onSelect={() => onEdit("remove")}>
            {t.views.remove}…
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

/** The days of the calendar, and how long ago. */
function Spans({ field, days, onDays }: { field: DayField; days: DayFilter | null; onDays: (days: DayFilter) => void }) {
  const chosen = days?.field === field ? days.span : null;
  const choice = (names: readonly SpanName[]) => (
    <MenuChoice value={chosen} options={names.map((value) => ({ value, label: t.list.spans[value] }))} onChoose={(span) => onDays({ field, span })} />
  );
  return (
    <>
      {choice(spanGroups[0]!)}
      <MenuLine />
      {choice(spanGroups[1]!)}
    </>
  );
}
