import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

export default defineConfig({
  // A proxy may serve the pages under any prefix: every address is relative to the page.
  base: "./",
  build: {
    outDir: "../../src/Chat.Host/wwwroot",
    emptyOutDir: true,
    // A content security policy that allows only 'self' knows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: false,
    // Every page beside this file.
    rolldownOptions: { input: readdirSync(import.meta.dirname).filter((file) => file.endsWith(".html")) },
  },
  server: {
    proxy: { "/chat": { target: "http://localhost:5000", ws: true }, "/api": "http://localhost:5000" },
  },
});
