import type { initGraphQLTada } from "gql.tada";
import type { introspection } from "../../build/graphql-env.d.ts";

type Typed = ReturnType<typeof initGraphQLTada<{ introspection: introspection; disableMasking: true; scalars: { DateTime: string } }>>;

/** Documents, typed by the server's schema. They are text when they run: a parser would be a third of the element. */
export const graphql = ((text: string, fragments: readonly string[] = []) => [text, ...fragments].join(" ")) as unknown as Typed;

export type { FragmentOf, ResultOf, TadaDocumentNode, VariablesOf } from "gql.tada";
