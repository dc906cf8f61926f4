import { initGraphQLTada } from "gql.tada";
import type { introspection } from "../../build/graphql-env.d.ts";

/** Documents, typed by the server's schema. */
export const graphql = initGraphQLTada<{ introspection: introspection; disableMasking: true; scalars: { DateTime: string; JSON: unknown } }>();

export type { FragmentOf, ResultOf, VariablesOf } from "gql.tada";
