/** A placeholder while `what` loads. It appears after a moment, so that a quick answer does not make the page flicker. */
export const Loading = ({ what }: { what: string }) => (
  <div className="flex appear-late justify-center p-12" role="status">
    <span className="loading loading-spinner loading-lg text-primary" aria-hidden="true" />
    <span className="sr-only">Loading {what}…</span>
  </div>
);
