import type { ReactNode } from "react";
import { useClient } from "urql";
import { useAct } from "../api/act";
import { InboxViewDelete, InboxViewReorder } from "../api/mutations";
import { Views } from "../api/queries";
import { t } from "../text";
import { Menu, MenuChoice, MenuItem, MenuLine } from "../ui/menu";
import { filters, type Filter } from "./filters";
import type { View } from "./nav";

export interface FilterMenuProps {
  readonly filter: Filter | null;
  readonly onFilter: (filter: Filter | null) => void;
  readonly view: View | undefined;
  readonly views: readonly View[];
  readonly onSave: () => void;
  readonly onRename: () => void;
  readonly onGone: () => void;
}

/** What narrows a list, and what is done with the view that it is. */
export function FilterMenu({ trigger, filter, onFilter, view, views, onSave, onRename, onGone }: FilterMenuProps & { trigger: ReactNode }) {
  const act = useAct();
  const client = useClient();
  const again = () => client.query(Views, {}, { requestPolicy: "network-only" }).toPromise();
  const beside = views.filter((v) => view && v.scope === view.scope && v.team?.id === view.team?.id).map((v) => v.id);
  const at = view ? beside.indexOf(view.id) : -1;
  const move = async (by: number) => {
    const viewIds = beside.filter((_, i) => i !== at);
    viewIds.splice(at + by, 0, beside[at]!);
    if ((await act(InboxViewReorder, { input: { viewIds } })).done) await again();
  };
  const remove = async (id: string) => {
    if (!(await act(InboxViewDelete, { input: { viewId: id } })).done) return;
    onGone();
    await again();
  };
  return (
    <Menu trigger={trigger}>
      <MenuChoice value={filter} options={(Object.keys(filters) as Filter[]).map((value) => ({ value, label: t.list.filters[value] }))} onChoose={onFilter} />
      {filter && (
        <>
          <MenuLine />
          <MenuItem icon="x" onSelect={() => onFilter(null)}>
            {t.list.clear}
          </MenuItem>
        </>
      )}
      <MenuLine />
      <MenuItem icon="plus" onSelect={onSave}>
        {t.views.save}
      </MenuItem>
      {view?.viewerCanUpdate && (
        <>
          <MenuItem icon="note" onSelect={onRename}>
            {t.views.rename}
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
          <MenuItem icon="trash" danger onSelect={() => void remove(view.id)}>
            {t.views.remove}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
