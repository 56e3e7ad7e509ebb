import { type ReactNode, useEffect, useRef } from 'react';
import { brand } from './brand.ts';

type Props = { readonly title: string; readonly children: ReactNode };

/** A page with its title in the browser tab and as the heading. */
export const Page = ({ title, children }: Props) => {
  const heading = useRef<HTMLHeadingElement>(null);
  // Screen readers announce the new page. A form that has focused its first field keeps the focus.
  useEffect(() => {
    const hasFocus = heading.current?.closest('main')?.contains(document.activeElement);
    if (!hasFocus) heading.current?.focus();
  }, []);
  return (
    <>
      <title>{`${title} · ${brand.name}`}</title>
      <h1 ref={heading} tabIndex={-1} className="mb-5 text-2xl font-semibold tracking-tight">
        {title}
      </h1>
      {children}
    </>
  );
};

/** A page with a single card in the middle, such as the sign-in page. */
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

/** For after the focused element is removed: screen readers continue from the top of the page. */
export const focusHeading = (): void => document.querySelector('h1')?.focus();
