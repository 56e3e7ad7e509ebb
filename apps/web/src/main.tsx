import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import * as z from 'zod/mini';
import { createApi } from './api.ts';
import { Router } from './router.tsx';
import { ApiContext } from './sessions/session.ts';
import './style.css';
import { ErrorBoundary } from './ui/error-boundary.tsx';

// zod would otherwise try out `new Function`, which the content security policy refuses and reports.
z.config({ jitless: true });

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <ApiContext value={createApi()}>
          <BrowserRouter>
            <Router />
          </BrowserRouter>
        </ApiContext>
      </QueryClientProvider>
    </ErrorBoundary>
  </StrictMode>,
);
