import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: { "deskwire-client": here("client/src/index.ts"), "graphql-ws": here("node_modules/graphql-ws/dist/index.js") },
  },
  build: {
    target: "es2023",
    modulePreload: { polyfill: false }, // it would be an inline script
    assetsInlineLimit: 0, // the policy of the page lets nothing inline in
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { "/graphql": { target: "http://127.0.0.1:8080", ws: true }, "/files": "http://127.0.0.1:8080" } },
  test: { include: ["src/**/*.test.ts"], environment: "happy-dom" },
});
