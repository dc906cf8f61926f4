import type { Client } from "graphql-ws";
import { createContext, useContext } from "react";

/** The connection itself, for what has to come over it: a sign of life ends with the connection that it came over. */
export const LiveContext = createContext<Client | null>(null);

export function useLiveClient(): Client {
  const live = useContext(LiveContext);
  if (!live) throw new Error("outside of LiveContext");
  return live;
}
