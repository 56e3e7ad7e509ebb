import { exportMe } from '@latchkey/contract/accounts';
import { useApi } from '../api/session.ts';
import { PasswordDialogSection } from './password-dialog-section.tsx';

const saveFile = (file: Blob, name: string): void => {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: name });
  link.click();
  // Later: some browsers read the URL only after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

export const ExportData = ({ username }: { username: string }) => {
  const api = useApi();
  return (
    <PasswordDialogSection
      heading="Your data"
      about="Download everything that is stored about you, as a page to read and a file for programs."
      buttonLabel="Download your data…"
      buttonLook="btn-outline"
      title="Download your data?"
      schema={exportMe.body}
      fieldLabel="Current password"
      submitLabel="Download"
      send={async (confirmation, close) => {
        saveFile(await api.call(exportMe, { body: confirmation }), `${username}-data.zip`);
        close();
      }}
    />
  );
};
