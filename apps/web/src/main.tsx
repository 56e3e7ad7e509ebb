import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import * as z from 'zod/mini';
import { createApi } from './api/api.ts';
import { ApiContext, showUser } from './api/session.ts';
import { Router } from './app/router.tsx';
import './style.css';
import { ErrorBoundary } from './app/error-boundary.tsx';

// zod would otherwise try out `new Function`, which the content security policy refuses and reports.
z.config({ jitless: true });

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

// Also without a network a request is tried, so that its failure is said in words.
const always = { networkMode: 'always' } as const;
const queries = new QueryClient({
  defaultOptions: { queries: { ...always, retry: false, refetchOnReconnect: true }, mutations: always },
});
const api = createApi((user) => showUser(queries, user));

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
