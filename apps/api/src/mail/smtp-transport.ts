import type { Transporter } from 'nodemailer';

export type RenderedMessage = { readonly subject: string; readonly text: string; readonly html: string };
type Outgoing = RenderedMessage & { readonly id: string; readonly recipient: string };

export type MailTransport = {
  /**
   * @returns the reply of the server
   * @throws PermanentMailError if another attempt cannot help; any other error if it can
   */
  send(message: Outgoing): Promise<string>;
  close(): void;
};

/** The server refused the message or its recipient with a 5xx reply (RFC 5321 §4.2.1). */
export class PermanentMailError extends Error {}

type Settings = {
  /** Such as `smtps://user:password@mail.example.com`. */
  readonly url: string;
  readonly from: { readonly name: string; readonly address: string };
};

// A connection that hangs must end long before the lease of its message.
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000, dnsTimeout: 10_000 };

/** Sends through an SMTP server, over up to two connections that are kept. nodemailer is loaded with the first message. */
export const createSmtpTransport = ({ url, from }: Settings): MailTransport => {
  let transporter: Promise<Transporter> | undefined;
  const load = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url,
      pool: true,
      maxConnections: 2,
      ...timeouts,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };

  return {
    async send({ id, recipient, subject, text, html }) {
      transporter ??= load();
      try {
        const { response } = await (await transporter).sendMail({
          from,
          // Never a string, which is parsed as a list of recipients.
          to: { name: '', address: recipient },
          subject,
          text,
          html,
          messageId: `<${id}@${from.address.split('@')[1]}>`,
          // RFC 3834: no vacation replies.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
        return response ?? '';
      } catch (error) {
        const { responseCode, code } = error as { responseCode?: number; code?: string };
        const isRefusal = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH';
        throw isRefusal ? new PermanentMailError((error as Error).message) : error;
      }
    },
    close: () => void transporter?.then((opened) => opened.close()),
  };
};
