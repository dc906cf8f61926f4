import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { build } from "esbuild";
import { buildSchema, parse, validate } from "graphql";
import { graphql } from "./desk.mjs";

const root = new URL("../", import.meta.url);
const read = (name) => readFile(new URL(name, root), "utf8");
const blocks = async (language) =>
  [...(await read("README.md")).matchAll(new RegExp("```" + language + "\n(.*?)```", "gs"))].map(([, block]) => block);

test("the whole client is under 2 KB, and a part of it is less", async () => {
  const size = async (contents) => {
    const entry = { contents, resolveDir: root.pathname };
    const { outputFiles } = await build({ stdin: entry, bundle: true, minify: true, format: "esm", external: ["graphql-ws"], write: false });
    return outputFiles[0].contents.length;
  };
  const all = await size('export * from "deskwire-client"');
  assert.ok(all > 500 && all < 2048, `${all} bytes`);
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

test("it needs nothing but graphql-ws, and every version is exact", async () => {
  const { dependencies, peerDependencies, devDependencies } = JSON.parse(await read("package.json"));
  assert.equal(dependencies, undefined);
  assert.deepEqual(Object.keys(peerDependencies), ["graphql-ws"]);
  for (const [name, version] of Object.entries(devDependencies)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
});
