import { decideDevice } from '@latchkey/contract/oauth';
import { useState } from 'react';
import { useLocation } from 'react-router-dom';
import { errorMessage } from '../api/errors.ts';
import { useApi, useUser } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { brand } from '../ui/brand.ts';
import { Field } from '../ui/field.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { ScopeList } from './scope-list.tsx';

type Request = { readonly userCode: string; readonly app: string; readonly scopes: readonly string[] };

const CodeForm = ({ onFound }: { onFound: (request: Request) => void }) => {
  const api = useApi();
  const { hash } = useLocation();
  const form = useServerForm(decideDevice.body, {
    initial: { userCode: new URLSearchParams(hash.slice(1)).get('code') },
    focus: 'userCode',
    fieldOf: { device_code_unknown: 'userCode' },
    send: async (body) => onFound({ userCode: body.userCode, ...(await api.call(decideDevice, { body })) }),
  });
  return (
    <CardPage title="Connect a device">
      <form {...form.props} className="flex flex-col gap-4">
        <FormFailure {...form.status} />
        <p>Enter the code that your device shows.</p>
        <Field
          label="Code"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          placeholder="XXXX-XXXX"
          maxLength={20}
          {...form.field('userCode')}
        />
        <SubmitButton status={form.status}>Continue</SubmitButton>
      </form>
    </CardPage>
  );
};

type DecisionProps = { readonly request: Request; readonly onDecided: (isAllowed: boolean) => void };

const Decision = ({ request, onDecided }: DecisionProps) => {
  const api = useApi();
  const user = useUser();
  const { run, isPending, error } = useAction();
  const { userCode, app, scopes } = request;
  const decide = (isAllowed: boolean) =>
    run(async () => {
      await api.call(decideDevice, { body: { userCode, isAllowed } });
      onDecided(isAllowed);
    });
  return (
    <CardPage title="Allow this device?">
      <div className="flex flex-col gap-4">
        {error !== undefined && <Notice kind="error">{errorMessage(error)}</Notice>}
        <p>
          A device with <bdi className="font-semibold">{app}</bdi> wants to use your <bdi>{brand.name}</bdi> account{' '}
          <bdi className="font-semibold">@{user?.username}</bdi>
          {scopes.length > 0 ? ', to:' : '.'}
        </p>
        {scopes.length > 0 && <ScopeList scopes={scopes} />}
        <Notice kind="warning">
          Continue only if you started this on a device that you have with you. Somebody who sent you this code would
          get into your account.
        </Notice>
        <div className="flex flex-wrap gap-3">
          <button type="button" className="btn btn-primary" aria-disabled={isPending} onClick={() => decide(true)}>
            Allow
          </button>
          <button type="button" className="btn btn-outline" aria-disabled={isPending} onClick={() => decide(false)}>
            Don’t allow
          </button>
        </div>
      </div>
    </CardPage>
  );
};

/** Where a person enters the code of a device that has no browser (RFC 8628 §3.3). */
const DevicePage = () => {
  const [request, setRequest] = useState<Request>();
  const [isAllowed, setIsAllowed] = useState<boolean>();
  if (isAllowed !== undefined)
    return (
      <CardPage title={isAllowed ? 'Your device is connected' : 'Your device was refused'}>
        <p>{isAllowed ? 'You can return to it.' : 'It gets no access to your account.'}</p>
      </CardPage>
    );
  if (request) return <Decision request={request} onDecided={setIsAllowed} />;
  return <CodeForm onFound={setRequest} />;
};

export default DevicePage;
