import type { ReactNode } from "react";
import { t } from "../text";
import { Menu, MenuChoice, MenuItem, MenuLine } from "../ui/menu";
import { filters, type Filter } from "./filters";

export interface FilterMenuProps {
  readonly filter: Filter | null;
  readonly onFilter: (filter: Filter | null) => void;
}

export function FilterMenu({ trigger, filter, onFilter }: FilterMenuProps & { trigger: ReactNode }) {
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
    </Menu>
  );
}
