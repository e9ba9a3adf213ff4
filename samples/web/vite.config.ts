import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

export default defineConfig({
  // A proxy may serve the pages under any path prefix, so every address is relative to the page.
  base: "./",
  build: {
    outDir: "../../src/Chat.Host/wwwroot",
    emptyOutDir: true,
    // The content security policy allows 'self' only, and no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: false,
    // Every page beside this file.
    rolldownOptions: { input: readdirSync(import.meta.dirname).filter((file) => file.endsWith(".html")) },
  },
  server: {
    proxy: { "/chat": { target: "http://localhost:5000", ws: true }, "/api": "http://localhost:5000" },
  },
});
