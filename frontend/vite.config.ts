import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The storefront calls /api on its own origin, as CloudFront serves it; in development Vite passes it to the gateway.
const target = process.env.API_PROXY_TARGET ?? 'http://localhost:3001';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: {
    proxy: { '/api': { target, changeOrigin: false, xfwd: true } },
    // Other pages on this machine have no business with the sources; the storefront itself is one origin.
    cors: false,
    // By default the whole repository is served, with the keys and the data of a local run.
    fs: {
      strict: true,
      allow: ['.', '../node_modules', '../packages'],
      deny: ['.env', '.env.*', '*.{crt,pem,key}', '**/.git/**', '**/.local/**'],
    },
  },
  preview: { proxy: { '/api': { target, changeOrigin: false, xfwd: true } } },
  build: { sourcemap: true, target: 'es2022' },
});
