import { cloneElement, lazy, Suspense, useState, type ComponentType, type ReactElement } from "react";

interface Opened {
  /** The button that opens the menu. */
  readonly trigger: ReactElement<{ onClick?: () => void; "aria-haspopup"?: "menu" }>;
}

/**
 * A menu whose code is fetched when it is opened for the first time: most of what is on the screen at first is never opened.
 * `load` gives a component that shows the trigger and the menu, and begins open.
 */
export function lazyMenu<P extends object>(load: () => Promise<ComponentType<P & Opened>>): ComponentType<P & Opened> {
  const Loaded = lazy(async () => ({ default: await load() })) as unknown as ComponentType<P & Opened>;
  return function LazyMenu(props: P & Opened) {
    const [wanted, setWanted] = useState(false);
    const button = cloneElement(props.trigger, { onClick: () => setWanted(true), "aria-haspopup": "menu" });
    if (!wanted) return button;
    return (
      <Suspense fallback={button}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}
