import { createContext } from "react";
import type { EarlierLines } from "../lib/earlier-lines";

/** What the thread around a message says; null: there is none. */
export const EarlierContext = createContext<EarlierLines | null>(null);
