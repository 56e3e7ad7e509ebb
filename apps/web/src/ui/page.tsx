import { type ReactNode, useEffect, useRef } from 'react';

type Props = { readonly title: string; readonly children: ReactNode };

/** A page: its title in the tab and as the heading. */
export const Page = ({ title, children }: Props) => {
  const heading = useRef<HTMLHeadingElement>(null);
  // Screen readers say where one has come to; a form that has taken the focus for its first field keeps it.
  useEffect(() => {
    const isTaken = heading.current?.closest('main')?.contains(document.activeElement);
    if (!isTaken) heading.current?.focus();
  }, []);
  return (
    <>
      <title>{`${title} · Latchkey`}</title>
      <h1 ref={heading} tabIndex={-1} className="mb-5 text-2xl font-semibold tracking-tight">
        {title}
      </h1>
      {children}
    </>
  );
};

/** A page that is one card in the middle, as for signing in. */
export const CardPage = (props: Props) => (
  <div className="mx-auto w-full max-w-md">
    <Card>
      <Page {...props} />
    </Card>
  </div>
);

export const Card = ({ children }: { children: ReactNode }) => (
  <section className="rounded-box border border-base-300 bg-base-100 p-5 shadow-sm sm:p-8">{children}</section>
);

/** After what had the focus is gone: reading goes on from the top of the page, and not from nowhere. */
export const focusHeading = (): void => document.querySelector('h1')?.focus();
