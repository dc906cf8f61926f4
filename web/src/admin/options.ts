interface Option {
  readonly value: string;
  readonly label: string;
}

/** Options as people write them: one a line, `VALUE = what people see`, or one text for both. */
export function optionsOf(lines: string): Option[] {
  return lines
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const at = line.indexOf("=");
      const value = at > 0 ? line.slice(0, at).trim() : line;
      return { value, label: (at > 0 && line.slice(at + 1).trim()) || value };
    });
}

export const linesOf = (options: readonly Option[]): string => options.map((o) => (o.label === o.value ? o.value : `${o.value} = ${o.label}`)).join("\n");
