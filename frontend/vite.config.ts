import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The storefront calls /api on its own origin, as CloudFront serves it; in development Vite passes it to the gateway.
const target = process.env.API_PROXY_TARGET ?? 'http://localhost:3001';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: { proxy: { '/api': { target, changeOrigin: false, xfwd: true } } },
  preview: { proxy: { '/api': { target, changeOrigin: false, xfwd: true } } },
  build: { sourcemap: true, target: 'es2022' },
});
