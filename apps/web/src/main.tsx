import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import * as z from 'zod/mini';
import { createApi } from './api/api.ts';
import { ApiContext, setSessionUser } from './api/session.ts';
import { Router } from './app/router.tsx';
import './style.css';
import { ErrorBoundary } from './app/error-boundary.tsx';

// Otherwise zod tries `new Function`, which the content security policy refuses and reports.
z.config({ jitless: true });

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

// Send requests even when offline, so that the user sees the error.
const always = { networkMode: 'always' } as const;
const queries = new QueryClient({
  defaultOptions: { queries: { ...always, retry: false, refetchOnReconnect: true }, mutations: always },
});
const api = createApi((user) => setSessionUser(queries, user));

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <QueryClientProvider client={queries}>
        <ApiContext value={api}>
          <BrowserRouter>
            <Router />
          </BrowserRouter>
        </ApiContext>
      </QueryClientProvider>
    </ErrorBoundary>
  </StrictMode>,
);
