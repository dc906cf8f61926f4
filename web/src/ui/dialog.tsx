import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { commandOf } from "../lib/ime";
import { t } from "../text";
import { Icon } from "./icon";

interface DialogProps {
  readonly title: string;
  readonly lead?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** At the side of the window, for what is looked at beside the page. */
  readonly side?: boolean;
}

/**
 * A dialog that is there until it is closed. The shade is ours and not the library's, whose own writes a style element into
 * the page, and the policy of the page lets none in.
 */
export function Dialog({ title, lead, onClose, children, side = false }: DialogProps) {
  const place = side
    ? "inset-y-0 end-0 w-full max-w-md border-s"
    : "top-[12vh] start-1/2 max-h-[78vh] w-[calc(100%-2rem)] max-w-md -translate-x-1/2 rounded-2xl border rtl:translate-x-1/2";
  return (
    <Primitive.Root open onOpenChange={(open) => !open && onClose()}>
      <Primitive.Portal>
        <div aria-hidden="true" className="fixed inset-0 z-40 bg-black/35" />
        <Primitive.Content aria-describedby={undefined} onEscapeKeyDown={(e) => commandOf(e) === null && e.preventDefault()} className={`animate-in fixed z-40 flex flex-col border-line bg-paper shadow-pop outline-none ${place}`}>
          <header className="flex items-start gap-3 border-b border-line px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Primitive.Title className="text-base font-semibold">{title}</Primitive.Title>
              {lead && <p dir="auto" className="mt-0.5 text-start text-sm text-muted">{lead}</p>}
            </div>
            <Primitive.Close aria-label={t.close} className="-me-1.5 inline-flex size-8 items-center justify-center rounded-lg text-muted hover:bg-hover hover:text-ink">
              <Icon name="x" />
            </Primitive.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
