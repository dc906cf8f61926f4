import type { AnyVariables, CombinedError, DocumentInput } from "@urql/core";
import { useCallback } from "react";
import { useClient } from "urql";
import { t } from "../text";
import { toast } from "../ui/toast";

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** What every mutation answers, below the name of the mutation. */
interface Payload {
  readonly errors: readonly Refusal[];
}

/** What came of a mutation: its payload, or why nothing has happened. */
export type Outcome<P> = { readonly done: P; readonly refused: null } | { readonly done: null; readonly refused: Refusal };

/** A sentence for people. The server's own words are English; where the page speaks another language it has its own. */
export function refusalText(refusal: Refusal): string {
  return t.refusals[refusal.code] ?? refusal.message;
}

function refusalOf(error: CombinedError): Refusal {
  if (error.networkError) return { code: "NETWORK", message: t.errors.network };
  const first = error.graphQLErrors[0];
  return { code: String(first?.extensions.code ?? "INTERNAL_ERROR"), message: first?.message ?? t.errors.unknown };
}

/** Why a request has failed, for people. */
export const errorText = (error: CombinedError): string => refusalText(refusalOf(error));

/**
 * Sends mutations. A refusal is shown as a message, unless it is `quiet`; the caller rolls back what it has shown in advance.
 */
export function useMutate() {
  const client = useClient();
  return useCallback(
    async <D extends Record<string, unknown>, V extends AnyVariables>(
      document: DocumentInput<D, V>,
      variables: NoInfer<V>,
      options: { quiet?: boolean } = {},
    ): Promise<Outcome<D[keyof D]>> => {
      const result = await client.mutation(document, variables).toPromise();
      const payload = result.data ? (Object.values(result.data).find((v) => v && typeof v === "object") as Payload | undefined) : undefined;
      const refused = result.error ? refusalOf(result.error) : (payload?.errors[0] ?? null);
      if (!refused) return { done: payload as D[keyof D], refused: null };
      if (!options.quiet) toast.trouble(refusalText(refused));
      return { done: null, refused };
    },
    [client],
  );
}
