/** A placeholder while `what` loads. */
export const Loading = ({ what }: { what: string }) => (
  <div className="flex justify-center p-12" role="status">
    <span className="loading loading-spinner loading-lg text-primary" aria-hidden="true" />
    <span className="sr-only">Loading {what}…</span>
  </div>
);
