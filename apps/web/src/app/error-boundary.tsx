import { Component, type ReactNode } from 'react';

/** Catches unexpected errors, such as a chunk that could not be loaded. React offers this as a class only. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div className="grid min-h-dvh place-items-center bg-base-200 p-4 text-base-content">
        <div role="alert" className="max-w-md text-center">
          <h1 className="mb-2 text-2xl font-semibold">This page couldn’t be loaded</h1>
          <p className="mb-4">Check your connection, then reload the page.</p>
          <button type="button" className="btn btn-primary" onClick={() => window.location.reload()}>
            Reload page
          </button>
        </div>
      </div>
    );
  }
}
