// The tools that make types of a schema take the server's. Relay's compiler does in relay.test.mjs, graphql-codegen in documents.test.mjs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { promisify } from "node:util";
import { schemaFile } from "./desk.mjs";

test("gql.tada", async (t) => {
  const schema = await schemaFile(t);
  const dir = dirname(schema);
  const plugins = [{ name: "gql.tada/ts-plugin", schema: "./schema.graphql", tadaOutputLocation: "./graphql-env.d.ts" }];
  await writeFile(join(dir, "tsconfig.json"), JSON.stringify({ compilerOptions: { strict: true, plugins } }));
  const cli = fileURLToPath(new URL("../node_modules/gql.tada/bin/cli.js", import.meta.url));
  await promisify(execFile)(process.execPath, [cli, "generate-output"], { cwd: dir });
  const types = await readFile(join(dir, "graphql-env.d.ts"), "utf8");
  assert.match(types, /'Conversation':/);
  assert.match(types, /'conversationLive':/);
});
