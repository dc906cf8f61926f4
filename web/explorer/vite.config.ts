import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The fonts of GraphiQL's style sheet are inside it, a third of a megabyte; those of the system do. */
const noFonts: Plugin = {
  name: "no-fonts",
  enforce: "pre",
  transform: (code, id) => (id.endsWith("style.css") ? code.replace(/@font-face\s*\{[^}]*\}/g, "") : undefined),
};

export default defineConfig({
  root: here("."),
  base: "/graphiql/",
  plugins: [noFonts, react()],
  resolve: {
    alias: { "react-remove-scroll": here("src/no-scroll-lock.tsx"), "deskwire-client": here("../client/src/index.ts"), "graphql-ws": here("../node_modules/graphql-ws/dist/client.js") },
  },
  build: {
    target: "es2023",
    modulePreload: { polyfill: false }, // it would be an inline script
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_100,
    rolldownOptions: { checks: { moduleLevelDirective: false } as never },
  },
});
