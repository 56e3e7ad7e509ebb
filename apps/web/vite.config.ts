import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compression } from 'vite-plugin-compression2';

/** The settings of the API, read as it reads them: environment variables take precedence over .env. */
const readSettings = () => {
  const file = new URL('../../.env', import.meta.url);
  const { PORT, PUBLIC_URL } = { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
  const { hostname, port } = new URL(PUBLIC_URL || 'http://localhost:5173');
  return {
    api: `http://127.0.0.1:${PORT || 3000}`,
    // Behind a proxy, PUBLIC_URL is the proxy's address.
    port: hostname === 'localhost' ? Number(port || 80) : 5173,
  };
};
const { api, port } = readSettings();

/** Ends with a sentence before Vite prints a stack. */
const explainTakenPort: Plugin = {
  name: 'explain-taken-port',
  configureServer({ httpServer }) {
    httpServer?.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return;
      console.error(
        `Port ${port} is in use by another program; stop that program, or set PUBLIC_URL to another address, such as http://localhost:${port + 1}.`,
      );
      process.exit(1);
    });
  },
};

/** The API writes the providers into the built page; here it is asked for them. */
const showProviders: Plugin = {
  name: 'show-providers',
  apply: 'serve',
  async transformIndexHtml() {
    const answer = await fetch(`${api}/api/identities/providers`).catch(() => undefined);
    if (!answer?.ok) return [];
    const { providers } = (await answer.json()) as { providers: { name: string; label: string }[] };
    if (providers.length === 0) return [];
    const content = JSON.stringify(providers.map(({ name, label }) => [name, label]));
    return [{ tag: 'meta', attrs: { name: 'latchkey-providers', content } }];
  },
};

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    // At build time, so that the API only selects the file for the browser.
    compression({ algorithms: ['gzip', 'brotliCompress'], include: /\.(js|css|html|svg)$/, threshold: 1024 }),
    explainTakenPort,
    showProviders,
  ],
  server: {
    host: 'localhost',
    port,
    // Tokens and cookies are issued for PUBLIC_URL, so another port would not work.
    strictPort: true,
    proxy: { '/api': api, '/health': api, '/.well-known': api },
  },
  build: {
    sourcemap: false,
    modulePreload: { polyfill: false },
    // A small file inside the code would be a data: URL, which the content security policy refuses.
    assetsInlineLimit: 0,
    // All that the first page needs in one file: each further file costs a round trip, because HTTP/1.1 loads six at a time.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } } },
  },
});
