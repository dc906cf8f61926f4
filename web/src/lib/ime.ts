/** What there is of a key that was pressed, as the browser tells it or as React passes it on. */
interface Pressed {
  readonly key: string;
  readonly keyCode?: number;
  readonly isComposing?: boolean;
  readonly nativeEvent?: { readonly isComposing?: boolean; readonly keyCode?: number };
}

/**
 * The key as a command; null where it belongs to an input method that composes a word with it: its Enter takes the word, its Escape
 * gives it up, its arrows choose. Safari tells of the Enter that ends it with the code 229 alone. All who act on a key ask here.
 */
export function commandOf({ key, keyCode, isComposing, nativeEvent }: Pressed): string | null {
  const composing = isComposing || nativeEvent?.isComposing || keyCode === 229 || nativeEvent?.keyCode === 229;
  return composing || key === "Process" ? null : key;
}
