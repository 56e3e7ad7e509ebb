import { useEffect } from 'react';
import type { FieldTexts } from './form-fields.ts';
import { useApi, useUser } from './session.ts';

type Draft = {
  readonly read: () => FieldTexts | undefined;
  readonly write: (texts: FieldTexts) => void;
  readonly discard: () => void;
};

/**
 * Unsaved edits of a form, in this page's memory: they are still there after the session ended and the same user signed in
 * again. Not for passwords.
 * @param form a name for the form; without it, nothing is kept
 */
export const useDraft = (form: string | undefined): Draft => {
  const { drafts } = useApi();
  const userId = useUser()?.id;
  const key = `${form} ${userId}`;
  return {
    read: () => (form ? drafts.get(key) : undefined),
    write: (texts) => {
      if (form && userId) drafts.set(key, texts);
    },
    discard: () => drafts.delete(key),
  };
};

const question = 'Leave without saving your changes?';

/** Asks before the user leaves unsaved edits: by a link, by reloading, or by closing the tab. */
export const useUnsavedEdits = (isUnsaved: boolean, discard: () => void): void => {
  useEffect(() => {
    if (!isUnsaved) return;
    const onUnload = (event: Event) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const opensHere = event.target instanceof Element && event.target.closest('a[href]:not([target])');
      if (!opensHere || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (window.confirm(question)) {
        stop();
        discard();
      } else {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    const stop = () => {
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick, { capture: true });
    };
    window.addEventListener('beforeunload', onUnload);
    // Before the router, which handles the click at the root element.
    document.addEventListener('click', onClick, { capture: true });
    return stop;
  }, [isUnsaved, discard]);
};
