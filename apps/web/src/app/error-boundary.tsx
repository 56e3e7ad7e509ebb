import { Component, type ReactNode, useEffect } from 'react';

const reload = (): void => window.location.reload();

/** Reloads as soon as the browser has a connection. */
const PageFailed = () => {
  useEffect(() => {
    window.addEventListener('online', reload);
    return () => window.removeEventListener('online', reload);
  }, []);
  return (
    <div role="alert" className="mx-auto max-w-md py-12 text-center">
      <h1 className="mb-2 text-2xl font-semibold">This page couldn’t be loaded</h1>
      <p className="mb-4">Check your connection, then reload the page.</p>
      <button type="button" className="btn btn-primary" onClick={reload}>
        Reload page
      </button>
    </div>
  );
};

/** Catches unexpected errors, such as a chunk that could not be loaded. React offers this as a class only. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? <PageFailed /> : this.props.children;
  }
}
