import { type Guard, getClaims } from '@latchkey/guard';
import { Problem, problemResponse } from '@latchkey/guard/problem';
import cors from 'cors';
import express, { type Express } from 'express';
import { parseBody } from './parse-body.ts';
import { cart, wishes } from './shapes.ts';
import type { Store } from './store.ts';

const cartEmpty = { status: 409, code: 'cart_empty', title: 'The cart is empty' };

/** A cart and a wish list for each user of Latchkey. */
export const createShop = ({
  guard: { requireAuth },
  store,
  webOrigin,
}: {
  readonly guard: Guard;
  readonly store: Store;
  /** The origin of the React app, which the browser allows to call this API. */
  readonly webOrigin?: string;
}): Express => {
  const app = express().disable('x-powered-by').disable('etag');
  if (webOrigin) app.use(cors({ origin: webOrigin, exposedHeaders: ['WWW-Authenticate'] }));
  const json = express.json();
  const ownerOf = (request: express.Request): string => getClaims(request).sub;
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });

  app.get('/hello', requireAuth({ optional: true }), (request, response) => {
    response.json({ hello: request.auth?.username ?? 'stranger' });
  });

  app
    .route('/cart')
    .all(requireAuth())
    .get((request, response) => void response.json(store.cartOf(ownerOf(request))))
    .put(json, (request, response) => {
      const wanted = parseBody(cart, request.body);
      store.saveCart(ownerOf(request), wanted);
      response.json(wanted);
    });

  app
    .route('/wishes')
    .all(requireAuth())
    .get((request, response) => void response.json(store.wishesOf(ownerOf(request))))
    .put(json, (request, response) => {
      const wanted = parseBody(wishes, request.body);
      store.saveWishes(ownerOf(request), wanted);
      response.json(wanted);
    });

  // An order requires a sign-in within five minutes, so that an unattended browser cannot place one.
  app.post('/orders', requireAuth({ fresh: 300 }), (request, response) => {
    const order = store.order(ownerOf(request));
    if (!order) throw new Problem(cartEmpty, 'Put something into the cart first.');
    response.status(201).json(order);
  });

  app.get('/admin/carts', requireAuth({ role: 'admin' }), (_request, response) => {
    response.json({ carts: store.carts() });
  });

  app.use(() => {
    throw new Problem('not_found', 'There is nothing at this address.');
  });
  app.use(problemResponse);
  return app;
};
