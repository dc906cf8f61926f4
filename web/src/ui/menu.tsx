import { DropdownMenu as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

const item = "flex items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-sm outline-none data-disabled:text-faint data-highlighted:bg-hover";

/** A menu below a button, open at first: see lazyMenu. Not modal: then the library locks nothing and writes no style element. */
export function Menu({ trigger, children, align = "end" }: { trigger: ReactNode; children: ReactNode; align?: "start" | "end" }) {
  return (
    <Primitive.Root modal={false} defaultOpen>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal container={document.getElementById("main")}>
        <Primitive.Content align={align} sideOffset={6} collisionPadding={8} className="animate-in z-50 max-h-[min(24rem,var(--radix-dropdown-menu-content-available-height))] min-w-48 overflow-y-auto rounded-xl border border-line bg-paper p-1 shadow-pop">
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export function MenuItem({ icon, children, onSelect, keys, danger = false }: { icon?: IconName; children: ReactNode; onSelect: () => void; keys?: string; danger?: boolean }) {
  return (
    <Primitive.Item onSelect={onSelect} className={`${item} ${danger ? "text-bad" : ""}`}>
      {icon && <Icon name={icon} className={`size-4 ${danger ? "" : "text-muted"}`} />}
      <span className="flex-1">{children}</span>
      {keys && <kbd className="text-xs text-faint">{keys}</kbd>}
    </Primitive.Item>
  );
}

export function MenuChoice<V extends string>({ label, value, options, onChoose }: { label?: string; value: V | null; options: readonly { value: V; label: ReactNode }[]; onChoose: (value: V) => void }) {
  return (
    <Primitive.RadioGroup value={value ?? ""} onValueChange={(v) => onChoose(v as V)}>
      {label && <Primitive.Label className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-muted">{label}</Primitive.Label>}
      {options.map((o) => (
        <Primitive.RadioItem key={o.value} value={o.value} className={item}>
          <span className="flex min-w-0 flex-1 items-center gap-2">{o.label}</span>
          <Primitive.ItemIndicator>
            <Icon name="check" className="size-4 text-accent-text" />
          </Primitive.ItemIndicator>
        </Primitive.RadioItem>
      ))}
    </Primitive.RadioGroup>
  );
}

export const MenuLine = () => <Primitive.Separator className="my-1 h-px bg-line" />;

/** A menu inside the menu. */
export function SubMenu({ icon, label, children }: { icon?: IconName; label: string; children: ReactNode }) {
  return (
    <Primitive.Sub>
      <Primitive.SubTrigger className={`${item} data-[state=open]:bg-hover`}>
        {icon && <Icon name={icon} className="size-4 text-muted" />}
        <span className="flex-1">{label}</span>
        <Icon name="chevron" className="size-3.5 text-faint rtl:rotate-180" />
      </Primitive.SubTrigger>
      <Primitive.Portal container={document.getElementById("main")}>
        <Primitive.SubContent sideOffset={4} collisionPadding={8} className="z-50 max-h-[min(24rem,var(--radix-dropdown-menu-content-available-height))] max-w-(--radix-dropdown-menu-content-available-width) min-w-32 overflow-y-auto rounded-xl border border-line bg-paper p-1 shadow-pop">
          {children}
        </Primitive.SubContent>
      </Primitive.Portal>
    </Primitive.Sub>
  );
}
