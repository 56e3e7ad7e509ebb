import { pages } from '@latchkey/contract/pages';
import express, { type Express } from 'express';

/** An app may send its request in a form, too (OpenID Connect Core §3.1.2.1). The pages read it from their address. */
export const pageRoutes = (app: Express): void => {
  const readForm = express.text({ type: 'application/x-www-form-urlencoded', limit: 8192 });
  for (const path of [pages.authorize, pages.endSession]) {
    app.post(path, readForm, ({ body }, response) => {
      response.redirect(303, typeof body === 'string' ? `${path}?${body}` : path);
    });
  }
};
