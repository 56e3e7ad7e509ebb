import { type Event, reportUnrecognized } from '@latchkey/contract/activity';
import { useNavigate } from 'react-router-dom';
import { ConfirmButton } from '../api/confirm-button.tsx';
import { useApi } from '../api/session.ts';
import { IsolatedText } from '../ui/isolated-text.tsx';

const notice = 'All other devices were signed out. Choose a new password now, one that you use nowhere else.';

/** Reports an event as unrecognized: ends the other sessions and API tokens, then asks for a new password. */
export const ReportButton = ({ event, text }: { event: Event; text: string }) => {
  const api = useApi();
  const navigate = useNavigate();
  // Two browsers use this very session: the other one may hold its next token, so this device is signed out, too.
  const isShared = event.shared;
  return (
    <ConfirmButton
      look="btn-ghost max-sm:-ms-3"
      label={
        <>
          This wasn’t me…<span className="sr-only"> {text}</span>
        </>
      }
      question="Don’t recognize this?"
      confirmLabel={isShared ? 'Sign out all devices' : 'Sign out other devices'}
      cancelLabel="Cancel"
      onConfirm={async () => {
        await api.call(reportUnrecognized, { body: { number: event.number } });
        if (isShared) await api.signOut();
      }}
      // A full page load: `RequireSession` is already on its way to the sign-in page, which would lead back here.
      onClosed={async () =>
        isShared ? window.location.assign('/password') : navigate('/password', { state: { notice } })
      }
    >
      <p className="mb-2 break-words font-medium">
        <IsolatedText text={text} name={event.detail} />.
      </p>
      <p>
        {isShared
          ? 'This signs out all devices, including this one, and revokes all API tokens. Then sign in again and change your password.'
          : 'This signs out all other devices and revokes all API tokens. Then change your password.'}
        {event.kind === 'email_changed' && ' Also check the e-mail address in your profile.'}
      </p>
    </ConfirmButton>
  );
};
