import type { DocumentNode, FormattedExecutionResult } from "graphql";
import type { Client, Sink, SubscribePayload } from "graphql-ws";

/** A document that knows its answer and its variables: a `TypedDocumentNode`, as Apollo Client and urql read it. */
export interface TypedDocument<Result, Variables> extends DocumentNode {
  /** For the compiler alone. */
  __apiType?: (variables: Variables) => Result;
}

/** The text of a document of `deskwire-client/documents`, or of any that was parsed from text. */
export function textOf(document: DocumentNode): string {
  const text = document.loc?.source.body;
  if (text === undefined) throw new Error("this document has no text with it: print it with the package graphql");
  return text;
}

/** What is sent for a document, over HTTP and over a websocket. */
export function payloadOf<Result, Variables>(document: TypedDocument<Result, Variables>, variables: Variables): SubscribePayload {
  return { query: textOf(document), variables: variables as Record<string, unknown> };
}

/** Follows a subscription with its types; the function that it gives ends that. Queries and mutations are answered once. */
export function follow<Result, Variables>(
  client: Client,
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  sink: Sink<FormattedExecutionResult<Result>>,
): () => void {
  return client.subscribe<Result, unknown>(payloadOf(document, variables), sink as Sink<FormattedExecutionResult<Result, unknown>>);
}
