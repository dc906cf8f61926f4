import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The address that stays: it fetches the element, whose own name changes with its content. Pages of another origin load it as a module. */
const entry: Plugin = {
  name: "entry",
  generateBundle(_, bundle) {
    const [name] = Object.keys(bundle);
    this.emitFile({ type: "asset", fileName: "deskwire-sidebar.js", source: `import("./${name}");\n` });
  },
};

/** What is blank in the styles. */
const dense: Plugin = {
  name: "dense",
  transform: (code, id) => (id.endsWith("style.ts") ? code.replace(/\s+/g, " ") : id.endsWith("documents.ts") ? code.replace(/`[^`]*`/g, (text) => text.replace(/\s+/g, " ")) : undefined),
};

export default defineConfig({
  root: here("."),
  plugins: [dense, entry],
  resolve: {
    alias: { "deskwire-client": here("../client/src/index.ts"), "graphql-ws": here("../node_modules/graphql-ws/dist/client.js") },
  },
  build: {
    target: "es2023",
    modulePreload: { polyfill: false },
    rolldownOptions: { input: here("src/sidebar.ts"), output: { entryFileNames: "assets/deskwire-sidebar-[hash].js" } },
  },
});
