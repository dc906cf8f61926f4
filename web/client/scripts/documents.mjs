// Writes src/documents.ts from documents/*.graphql, with types by graphql-codegen: node scripts/documents.mjs SCHEMA.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generate } from "@graphql-codegen/cli";
import { Kind, parse, print, stripIgnoredCharacters, visit } from "graphql";

const root = new URL("../", import.meta.url);
const path = (name) => fileURLToPath(new URL(name, root));

/** What src/documents.ts has to be for a schema. */
export async function documents(schema) {
  const config = { useTypeImports: true, scalars: { DateTime: "string", ID: { input: "string", output: "string" } } };
  const written = await generate(
    { schema, documents: path("documents/*.graphql"), silent: true, generates: { [path("types.ts")]: { plugins: ["typescript-operations"], config } } },
    false,
  );
  const all = parse(readdirSync(path("documents")).sort().map((name) => readFileSync(path("documents/" + name), "utf8")).join("\n"), { noLocation: true }).definitions;
  const operations = all.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
  const lines = operations.map((operation) => {
    const name = operation.name.value;
    const kind = operation.operation[0].toUpperCase() + operation.operation.slice(1);
    return `/** The ${operation.operation} \`${name}\`. */\nexport const ${name}: TypedDocument<${name}${kind}, ${name}${kind}Variables> = ${literal(operation, spreadIn(operation, all))};\n`;
  });
  for (const f of all.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION)) lines.unshift(`const ${constOf(f)} = ${JSON.stringify(f)};\n`);
  const head = "// Written by scripts/documents.mjs from documents/*.graphql.\nimport type { TypedDocument } from \"./typed.js\";\n\n";
  return head + written[0].content.trimEnd() + "\n\n" + lines.join("\n");
}

/** The fragments that a definition uses, and those that they use. */
function spreadIn(definition, all, found = new Set()) {
  visit(definition, {
    FragmentSpread({ name }) {
      const fragment = all.find((d) => d.kind === Kind.FRAGMENT_DEFINITION && d.name.value === name.value);
      if (found.has(fragment)) return;
      found.add(fragment);
      spreadIn(fragment, all, found);
    },
  });
  return [...found];
}

const constOf = (fragment) => `fragment${fragment.name.value}`;

/** A document as graphql-tag makes one: the tree, and the text beside it. */
function literal(operation, fragments) {
  const body = stripIgnoredCharacters([operation, ...fragments].map(print).join("\n"));
  const loc = { start: 0, end: body.length, source: { body, name: "GraphQL request", locationOffset: { line: 1, column: 1 } } };
  const definitions = [JSON.stringify(operation), ...fragments.map(constOf)].join(", ");
  return `{ kind: "Document", definitions: [${definitions}], loc: ${JSON.stringify(loc)} } as never`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path("src/documents.ts"), await documents(process.argv[2]));
