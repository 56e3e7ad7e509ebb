import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Endpoint } from '@latchkey/contract/endpoint';
import { openapi } from '@latchkey/contract/openapi';
import type { IRouter } from 'express';
import { escapeHtml } from '../escape-html.ts';

// Resolved at run time, so that the bundle finds the package, too.
const swaggerFolder = (): string => dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const pageOf = (appName: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(appName)} API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
    <script src="/api/docs/swagger-ui-bundle.js" defer></script>
    <script src="/api/docs/start.js" defer></script>
  </head>
  <body>
    <main id="docs"></main>
  </body>
</html>
`;

// A separate file: the content security policy forbids inline scripts.
const start = `const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, defaultModelsExpandDepth: -1 });
`;

/** The API documentation. All its files are served from here, so it works offline. */
export const docsRoutes = (
  router: IRouter,
  operations: Readonly<Record<string, Endpoint>>,
  { publicUrl, appName }: { readonly publicUrl: string; readonly appName: string },
): void => {
  const page = pageOf(appName);
  let document: ReturnType<typeof openapi> | undefined;
  router.get('/api/openapi.json', (_request, response) => {
    document ??= openapi(operations, publicUrl);
    response.json(document);
  });
  router.get('/api/docs', (_request, response) => {
    response.type('html').send(page);
  });
  router.get('/api/docs/start.js', (_request, response) => {
    response.type('js').send(start);
  });
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    router.get(`/api/docs/${file}`, (_request, response) => {
      // As `root`: Express refuses a path that contains a dot folder, such as `.pnpm`.
      response.sendFile(file, { root: swaggerFolder(), cacheControl: false });
    });
  }
};
