import { startMailbox } from './start-mailbox.ts';
import { startPage } from './start-page.ts';

/** A port of the environment, or its default. */
const portOf = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

const smtpPort = portOf('MAILBOX_SMTP_PORT', 1025);
const pagePort = portOf('MAILBOX_PORT', 8025);
try {
  const mailbox = await startMailbox({ port: smtpPort });
  await startPage(mailbox, pagePort);
  console.log(`Mail that Latchkey sends in development: http://localhost:${pagePort}`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  const { port } = error as { port?: number };
  console.error(
    `Port ${port} is in use, perhaps by the mailbox of another Latchkey: mail goes there. To use others, set MAILBOX_PORT, MAILBOX_SMTP_PORT and SMTP_URL.`,
  );
  process.exit(0);
}
