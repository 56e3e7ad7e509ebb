import { createGuard } from '@latchkey/guard';
import { createShop } from './shop.ts';
import { openStore } from './store.ts';

const {
  ISSUER = 'http://localhost:5173',
  AUDIENCE = 'shop',
  PORT = '4000',
  DATABASE = 'data/shop.db',
  WEB_ORIGIN = 'http://localhost:4001',
} = process.env;

const guard = createGuard({
  issuer: ISSUER,
  audience: AUDIENCE,
  onFault: ({ message }) => console.error(`no answer from the issuer: ${message}`),
});
const store = openStore(DATABASE);
const server = createShop({ guard, store, webOrigin: WEB_ORIGIN }).listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(
    `The shop listens at http://127.0.0.1:${PORT} and accepts tokens of ${ISSUER} with the audience ${AUDIENCE}`,
  );
});

const stop = (): void => {
  guard.close();
  server.close(() => store.close());
};
process.once('SIGTERM', stop).once('SIGINT', stop);
