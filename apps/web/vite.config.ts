import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

const api = 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    // Ahead of time, so that the API only has to pick the file that the browser takes.
    compression({ algorithms: ['gzip', 'brotliCompress'], include: /\.(js|css|html|svg)$/, threshold: 1024 }),
  ],
  server: {
    host: 'localhost',
    port: 5173,
    // The address is part of the settings (PUBLIC_URL): better to say that it is taken than to use another.
    strictPort: true,
    proxy: { '/api': api, '/health': api, '/.well-known': api },
  },
  build: {
    sourcemap: false,
    modulePreload: { polyfill: false },
    // A small file inside the code would be a data: address, which the content security policy refuses.
    assetsInlineLimit: 0,
  },
});
