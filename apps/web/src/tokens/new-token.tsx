import { useEffect, useRef, useState } from 'react';
import type { Issued } from './issue-form.tsx';

/** A token that was just made, this once. It is in the memory of this page only. */
export const NewToken = ({ issued, onDone }: { issued: Issued; onDone: () => void }) => {
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<string>();
  useEffect(() => field.current?.focus(), []);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(issued.token);
      setCopied('Copied.');
    } catch {
      // Not on plain http, and not where the browser is told to refuse.
      field.current?.select();
      setCopied('It is selected: copy it with Ctrl+C, or ⌘C on a Mac.');
    }
  };

  return (
    <section aria-labelledby="new-token" className="rounded-box border-2 border-success bg-base-100 p-5 sm:p-8">
      <h2 id="new-token" className="mb-1 text-lg font-semibold">
        Your new token “{issued.name}”
      </h2>
      <p className="mb-3">
        Copy it now, and keep it like a password: it is shown only this once. Whoever has it can act for you.
      </p>
      <textarea
        ref={field}
        readOnly
        rows={5}
        aria-label="The token"
        // The browser may neither keep it for later nor send it to a spelling service.
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
          {copied}
        </p>
      </div>
    </section>
  );
};
