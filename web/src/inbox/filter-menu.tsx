import type { ReactNode } from "react";
import { useClient } from "urql";
import { useMutate } from "../api/mutate";
import { InboxViewReorder } from "../api/mutations";
import { Views } from "../api/queries";
import { useFrame } from "../frame";
import { t } from "../text";
import { Menu, MenuChoice, MenuItem, MenuLine } from "../ui/menu";
import type { Filter } from "./filters";
import type { View } from "./nav";

export interface FilterMenuProps {
  readonly filter: Filter | null;
  readonly filters: readonly Filter[];
  readonly onFilter: (filter: Filter | null) => void;
  /** Saves what is shown as a view; absent: that can't be a view. */
  readonly onSave?: () => void;
  /** The view that is narrowed. */
  readonly view?: View;
  readonly views?: readonly View[];
  readonly onEdit?: (what: "rename" | "update" | "remove") => void;
}

/** What narrows a list, and what is done with the view that it is. */
export function FilterMenu({ trigger, filter, filters, onFilter, onSave, view, views = [], onEdit }: FilterMenuProps & { trigger: ReactNode }) {
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
      <MenuChoice value={filter} options={filters.map((value) => ({ value, label: t.list.filters[value] }))} onChoose={onFilter} />
      {filter && (
        <>
          <MenuLine />
          <MenuItem icon="x" onSelect={() => onFilter(null)}>
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
          {filter && (
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
