import { t } from "../text";
import { lazyMenu } from "../ui/lazy-menu";
import { Button } from "../ui/parts";
import type { FilterMenuProps } from "./filter-menu";

const Lazy = lazyMenu<FilterMenuProps>(() => import("./filter-menu").then((m) => m.FilterMenu));

/** The button that says what a list is narrowed to, and opens the choice. */
export function FilterMenu(props: FilterMenuProps) {
  return (
    <Lazy
      {...props}
      trigger={
        <Button look={props.filter ? "plain" : "quiet"} icon="down">
          {props.filter ? t.list.filters[props.filter] : t.list.filter}
        </Button>
      }
    />
  );
}
