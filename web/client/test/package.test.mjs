import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { build } from "esbuild";
import { buildSchema, parse, validate } from "graphql";
import { graphql } from "./desk.mjs";

const root = new URL("../", import.meta.url);
const read = (name) => readFile(new URL(name, root), "utf8");
const blocks = async (language) =>
  [...(await read("README.md")).matchAll(new RegExp("```" + language + "\n(.*?)```", "gs"))].map(([, block]) => block);

test("the whole client is under 4 KB, and a part of it is less", async () => {
  const size = async (contents) => {
    const entry = { contents, resolveDir: root.pathname };
    const { outputFiles } = await build({ stdin: entry, bundle: true, minify: true, format: "esm", external: ["graphql-ws"], write: false });
    return outputFiles[0].contents.length;
  };
  const all = await size('export * from "deskwire-client"');
  assert.ok(all > 500 && all < 4096, `${all} bytes`);
  const part = await size('export { startAfter } from "deskwire-client"');
  assert.ok(part > 50 && part < 200, `${part} bytes`);
});

test("the README shows the recipes that are tested", async () => {
  const recipes = await Promise.all((await readdir(new URL("recipes/", root))).map((name) => read("recipes/" + name)));
  assert.deepEqual((await blocks("ts")).sort(), recipes.sort());
});

test("the documents in the README fit the schema", async () => {
  const schema = buildSchema(await (await fetch(new URL("/schema.graphqls", graphql))).text());
  const documents = await blocks("graphql");
  assert.equal(documents.length, 1);
  assert.deepEqual(documents.flatMap((text) => validate(schema, parse(text))), []);
});

test("it needs nothing but graphql-ws with its graphql, and every version is exact", async () => {
  const { dependencies, peerDependencies, devDependencies } = JSON.parse(await read("package.json"));
  assert.equal(dependencies, undefined);
  assert.deepEqual(Object.keys(peerDependencies), ["graphql", "graphql-ws"]);
  for (const major of [16, 17]) assert.match(peerDependencies.graphql, new RegExp(`\\^${major}\\.0\\.0`));
  for (const [name, version] of Object.entries(devDependencies)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
});

test("what npm packs is the client, its types and its README, and it works when it is installed", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "client-"));
  t.after(() => rm(dir, { recursive: true }));
  const run = (file, args, cwd) => promisify(execFile)(file, args, { cwd });
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", dir], root.pathname);
  const packed = Object.values(JSON.parse(stdout))[0];
  const modules = ["client", "documents", "index", "network", "refresh", "resume", "typed"];
  const files = ["README.md", "package.json", ...modules.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`])];
  assert.deepEqual(packed.files.map((file) => file.path).sort(), files.sort());

  const installed = join(dir, "node_modules", "deskwire-client");
  await mkdir(installed, { recursive: true });
  await run("tar", ["-xzf", join(dir, packed.filename), "--strip-components=1", "-C", installed]);
  for (const name of ["graphql", "graphql-ws"]) await symlink(new URL(`node_modules/${name}`, root).pathname, join(dir, "node_modules", name));
  await writeFile(join(dir, "package.json"), '{"type": "module"}');
  await writeFile(join(dir, "run.js"), `import { createLiveClient, textOf } from "deskwire-client"; import { Sidebar } from "deskwire-client/documents"; console.log(typeof createLiveClient, textOf(Sidebar).slice(0, 14));`);
  assert.equal((await run(process.execPath, ["run.js"], dir)).stdout, "function query Sidebar(\n");

  await writeFile(join(dir, "use.ts"), `
    import { createLiveClient, follow } from "deskwire-client";
    import { SidebarLive } from "deskwire-client/documents";
    const live = createLiveClient({ url: "ws://127.0.0.1/graphql", token: () => "dw_" });
    const sink = { error() {}, complete() {} };
    follow(live, SidebarLive, { conversationId: "cnv_1" }, { ...sink, next: ({ data }) => { const status: "OPEN" | "CLOSED" | undefined = data?.conversationLive.conversation?.status; void status; } });
    // @ts-expect-error -- it needs an id
    follow(live, SidebarLive, {}, { ...sink, next() {} });
    // @ts-expect-error -- there is no such field
    follow(live, SidebarLive, { conversationId: "cnv_1" }, { ...sink, next: ({ data }) => data?.conversationLive.nonsense });
  `);
  const tsc = new URL("node_modules/typescript/bin/tsc", root).pathname;
  await run(process.execPath, [tsc, "--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--module", "nodenext", "use.ts"], dir);
});
