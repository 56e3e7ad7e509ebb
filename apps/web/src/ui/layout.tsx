import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';

export const Layout = ({ children }: { children: ReactNode }) => (
  <div className="flex min-h-dvh flex-col bg-base-200 text-base-content">
    <header className="border-b border-base-300 bg-base-100">
      <div className="mx-auto flex max-w-3xl items-center px-4 py-3">
        <Link to="/" className="flex items-center gap-2 font-semibold tracking-tight">
          <img src="/favicon.svg" alt="" className="size-8" />
          Latchkey
        </Link>
      </div>
    </header>
    <main className="mx-auto w-full max-w-3xl grow px-4 py-8 sm:py-12">{children}</main>
  </div>
);
