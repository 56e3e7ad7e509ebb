import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import * as z from 'zod/mini';
import { createApi } from './api/api.ts';
import { ApiContext } from './api/session.ts';
import { ErrorBoundary } from './app/error-boundary.tsx';
import { Router } from './app/router.tsx';
import './style.css';

// Otherwise zod tries `new Function`, which the content security policy refuses and reports.
z.config({ jitless: true });

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

const api = createApi();
api.checkSession();
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && api.recheckSession());
window.addEventListener('online', api.checkSession);

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <ApiContext value={api}>
        <BrowserRouter>
          <Router />
        </BrowserRouter>
      </ApiContext>
    </ErrorBoundary>
  </StrictMode>,
);
