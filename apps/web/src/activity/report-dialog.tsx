import { type Event, reportUnrecognized } from '@latchkey/contract/activity';
import { useNavigate } from 'react-router-dom';
import { useApi } from '../api/session.ts';
import { ConfirmButton } from '../ui/confirm-button.tsx';

const notice = 'Everybody else is signed out. Choose a new password now, one that you use nowhere else.';

/** "This wasn't me": whoever it was is out, and their owner goes on to a new password. */
export const NotMe = ({ event, words }: { event: Event; words: string }) => {
  const api = useApi();
  const navigate = useNavigate();
  // It came from this very session, but not from here: somebody else may hold its next token, so this device goes, too.
  const isShared = event.shared;
  return (
    <ConfirmButton
      look="btn-ghost max-sm:-ms-3"
      label={
        <>
          This wasn’t me…<span className="sr-only"> {words}</span>
        </>
      }
      question="Was this not you?"
      yes={isShared ? 'Sign everybody out' : 'Sign everybody else out'}
      no="It was me"
      act={async () => {
        await api.call(reportUnrecognized, { body: { number: event.number } });
        if (isShared) await api.logOut();
      }}
      // Signed out, one gets there by signing in. Loaded anew: by itself this page is on its way to sign in and come back here.
      afterwards={async () =>
        isShared ? window.location.assign('/password') : navigate('/password', { state: { notice } })
      }
    >
      <p className="mb-2 break-words font-medium">{words}.</p>
      <p>
        {isShared
          ? 'Every device is signed out, this one too, and all tokens for services end. Then sign in again and choose a new password.'
          : 'Every other device is signed out, and all tokens for services end. Then choose a new password.'}
        {event.kind === 'email_changed' && ' After that, look at the e-mail address in your profile.'}
      </p>
    </ConfirmButton>
  );
};
