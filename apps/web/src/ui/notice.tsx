import type { ReactNode } from 'react';

const looks = {
  error: { className: 'alert-error', role: 'alert' },
  warning: { className: 'alert-warning border-warning text-base-content', role: 'status' },
  info: { className: 'alert-info', role: 'status' },
  success: { className: 'alert-success', role: 'status' },
} as const;

/** A message above a form or in place of a page. Screen readers announce it when it appears. */
export const Notice = ({ kind, children }: { kind: keyof typeof looks; children: ReactNode }) => (
  <div className={`alert alert-soft ${looks[kind].className}`} role={looks[kind].role}>
    {children}
  </div>
);
