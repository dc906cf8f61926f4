import { stringifyDocument, type TypedDocumentNode } from "@urql/core";
import type { Client } from "graphql-ws";

/**
 * Asks over the connection, past the cache of records, for what has no business there: it is too large, or looked at once. Without a
 * connection the answer comes when there is one again; null: it was refused.
 */
export function queryUncached<D, V extends Record<string, unknown>>(client: Client, document: TypedDocumentNode<D, V>, variables: V): Promise<D | null> {
  return new Promise((resolve) => {
    client.subscribe<D>(
      { query: stringifyDocument(document), variables },
      { next: ({ data }) => resolve(data ?? null), error: () => resolve(null), complete: () => resolve(null) },
    );
  });
}
