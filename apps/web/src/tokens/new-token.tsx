import { useEffect, useRef, useState } from 'react';
import type { Issued } from './issue-form.tsx';

/** Shows a new token once. Only this page's memory holds it. */
export const NewToken = ({ issued, onDone }: { issued: Issued; onDone: () => void }) => {
  const field = useRef<HTMLTextAreaElement>(null);
  const [status, setStatus] = useState<string>();
  useEffect(() => field.current?.focus(), []);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(issued.token);
      setStatus('Copied.');
    } catch {
      // On plain http, or when the browser refuses the permission.
      field.current?.select();
      setStatus('Press Ctrl+C to copy, or ⌘C on a Mac.');
    }
  };

  return (
    <section aria-labelledby="new-token" className="rounded-box border-2 border-success bg-base-100 p-5 sm:p-8">
      <h2 id="new-token" className="mb-1 text-lg font-semibold">
        New API token “<bdi>{issued.name}</bdi>”
      </h2>
      <p className="mb-3">Copy this token now; you won’t see it again. Keep it as safe as a password.</p>
      <textarea
        ref={field}
        readOnly
        rows={5}
        aria-label="API token"
        // The browser must not store the token or send it to a spelling service.
        autoComplete="off"
        spellCheck={false}
        className="textarea mb-3 w-full break-all font-mono text-xs"
        value={issued.token}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className="flex flex-wrap items-center gap-3">
        <button type="button" className="btn btn-primary" onClick={copy}>
          Copy
        </button>
        <button type="button" className="btn btn-ghost" onClick={onDone}>
          Done
        </button>
        <p role="status" className="text-sm">
          {status}
        </p>
      </div>
    </section>
  );
};
