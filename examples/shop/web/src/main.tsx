import { createLatchkey } from '@latchkey/browser';
import { LatchkeyProvider } from '@latchkey/browser/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Shop } from './shop.tsx';
import { createShopApi } from './shop-api.ts';

const {
  VITE_ISSUER = 'http://localhost:5173',
  VITE_CLIENT_ID = '',
  VITE_API = 'http://127.0.0.1:4000',
} = import.meta.env;

const latchkey = createLatchkey({
  issuer: VITE_ISSUER,
  clientId: VITE_CLIENT_ID,
  postLogoutRedirectUri: `${window.location.origin}/`,
});
const api = createShopApi(latchkey, VITE_API);

const root = document.getElementById('root');
if (!root) throw new Error('no #root');
createRoot(root).render(
  <StrictMode>
    <LatchkeyProvider latchkey={latchkey} fallback={<p>Signing in…</p>}>
      <Shop api={api} />
    </LatchkeyProvider>
  </StrictMode>,
);
