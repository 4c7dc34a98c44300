import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the hub may serve the panel at any port, or below a proxy's path.
  base: "./",
  build: {
    target: "es2022",
    // No asset is inlined as a data: address, so that the page needs no exception from its CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { "/api": { target: process.env["HUBD_URL"] ?? "http://127.0.0.1:8420", ws: true } },
  },
});
