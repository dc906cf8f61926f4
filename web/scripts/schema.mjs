// Puts the files of the server's schema together, for the types of the documents.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const files = ["schema.graphqls", ...readdirSync(new URL("graph/", root)).filter((f) => f.endsWith(".graphqls")).sort().map((f) => "graph/" + f)];
const out = new URL("../build/", import.meta.url);
mkdirSync(out, { recursive: true });
writeFileSync(new URL("schema.graphql", out), files.map((f) => readFileSync(new URL(f, root), "utf8")).join("\n"));
