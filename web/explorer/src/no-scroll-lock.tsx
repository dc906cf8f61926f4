import type { ElementType, ReactNode } from "react";

interface Props {
  readonly as?: ElementType;
  readonly children?: ReactNode;
  readonly [other: string]: unknown;
}

/**
 * Stands in for the package react-remove-scroll, with which dialogs keep the page behind them from being scrolled: it writes a style into the
 * page, which the policy forbids, and this page can't be scrolled.
 */
export function RemoveScroll({ as: As = "div", allowPinchZoom: _pinch, shards: _shards, ...rest }: Props) {
  return <As {...rest} />;
}
