import { defineConfig } from "vite";

export default defineConfig({
  build: {
    outDir: "../../src/Chat.Server/wwwroot",
    emptyOutDir: true,
    // A content security policy that allows only 'self' knows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  server: {
    proxy: { "/chat": { target: "http://localhost:5000", ws: true } },
  },
});
