interface Said {
  readonly id: string;
  readonly text: string;
  readonly createdAt: string;
}

// A mail that is answered repeats its beginning, whatever its length.
const mostLines = 2_000;
const mostOfAll = 100_000;

/** A line as mail programs leave it when they repeat it. */
const repeated = (line: string): string => (line.length > 1_000 ? "" : line.replace(/^[\s>]+/, "").replace(/\s+/g, " ").trim());

/** The lines of the messages of a thread, to tell which ones a later message repeats. */
export class EarlierLines {
  readonly #first = new Map<string, string>(); // when each line was said first
  readonly #read = new Set<string>();

  add(messages: Iterable<Said>): void {
    for (const { id, text, createdAt } of messages) {
      if (this.#read.has(id)) continue;
      this.#read.add(id);
      for (const line of text.split("\n", mostLines)) {
        const said = repeated(line);
        if (!said || this.#first.size >= mostOfAll) continue;
        const before = this.#first.get(said);
        if (before === undefined || createdAt < before) this.#first.set(said, createdAt);
      }
    }
  }

  /** Was a line said before this moment? */
  has(line: string, moment: string): boolean {
    const first = this.#first.get(repeated(line));
    return first !== undefined && first < moment;
  }
}
