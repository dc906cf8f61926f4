import type { AnyVariables, DocumentInput } from "@urql/core";
import { useCallback, useState } from "react";
import { useQuery } from "urql";
import { useMutate, type Outcome } from "../api/mutate";
import type { VariablesOf } from "../api/graphql";
import { Happenings } from "../api/queries";
import { cursorOf, useLiveSubscription } from "../api/use-live";
import { t } from "../text";
import { toast } from "../ui/toast";

type Kinds = NonNullable<NonNullable<VariablesOf<typeof Happenings>["where"]>["kind"]>;

/** What a tab of the settings shows, asked anew when something of these kinds has happened; and how it is changed. */
export function useAdmin<D, V extends AnyVariables>(query: DocumentInput<D, V>, kinds: Kinds, asks?: V) {
  const act = useMutate();
  const [asked, again] = useQuery<D>({ query, variables: asks ?? {}, requestPolicy: "cache-and-network" });
  const after = asked.data ? cursorOf(asked) : null;
  const [from, setFrom] = useState<string | null>(null);
  if (from === null && after !== null) setFrom(after);
  useLiveSubscription(Happenings, from === null ? null : { where: { kind: kinds }, after: from }, (payload) => {
    if (payload.reason === "RESYNC" || payload.events.length) again({ requestPolicy: "network-only" });
  });
  const change = useCallback(
    async <M extends Record<string, unknown>, I extends AnyVariables>(document: DocumentInput<M, I>, variables: NoInfer<I>): Promise<Outcome<M[keyof M]>> => {
      const outcome = await act(document, variables);
      if (outcome.done) toast.say(t.admin.saved);
      return outcome;
    },
    [act],
  );
  // What was there stays until the next answer: a form that is open in it stays open.
  const [last, setLast] = useState(asked.data);
  if (asked.data && asked.data !== last) setLast(asked.data);
  return { data: asked.data ?? last, change };
}

export type Change = ReturnType<typeof useAdmin>["change"];
