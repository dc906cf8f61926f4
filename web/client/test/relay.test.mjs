import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import compiler from "relay-compiler";
import { createOperationDescriptor, fetchQuery, requestSubscription } from "relay-runtime";
import { relayEnvironment } from "../build/recipes/relay.js";
import { documents, followPage, noComplaints } from "./caches.mjs";
import { authorized, graphql } from "./desk.mjs";

/** Has Relay's compiler read the documents, as a project's build does; elsewhere, since it adds what it writes to git. */
async function compile(t) {
  const dir = pathToFileURL((await mkdtemp(join(tmpdir(), "relay-"))) + "/");
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(new URL("package.json", dir), '{"type": "module"}');
  const schema = await (await fetch(new URL("/schema.graphqls", graphql))).text();
  await writeFile(new URL("schema.graphql", dir), schema);
  const config = { src: ".", schema: "schema.graphql", language: "javascript", eagerEsModules: true };
  await writeFile(new URL("relay.config.json", dir), JSON.stringify(config));
  const compiled = {};
  for (const [name, text] of Object.entries(documents)) {
    const [, operation] = text.match(/^\w+ (\w+)/);
    const module = operation.replace(/(Query|Subscription)$/, "");
    await writeFile(new URL(module + ".js", dir), `graphql\`${text}\`;\n`);
    compiled[name] = `__generated__/${operation}.graphql.js`;
  }
  await promisify(execFile)(compiler, ["relay.config.json"], { cwd: dir });
  for (const name in compiled) compiled[name] = (await import(new URL(compiled[name], dir))).default;
  return compiled;
}

test("Relay", async (t) => {
  const silent = noComplaints(t);
  const compiled = await compile(t);
  await followPage(t, async (live, variables) => {
    const environment = relayEnvironment(graphql, authorized, live);
    await fetchQuery(environment, compiled.page, variables).toPromise();
    const operation = createOperationDescriptor(compiled.page, variables);
    let snapshot = environment.lookup(operation.fragment);
    const watching = environment.subscribe(snapshot, (now) => (snapshot = now));
    const kept = environment.retain(operation);
    t.after(() => (watching.dispose(), kept.dispose()));
    return {
      shown: () => snapshot.data,
      follow(name, variables, sink) {
        const following = requestSubscription(environment, { subscription: compiled[name], variables, onNext: sink.next, onError: sink.error });
        t.after(() => following.dispose());
      },
    };
  });
  silent();
});
