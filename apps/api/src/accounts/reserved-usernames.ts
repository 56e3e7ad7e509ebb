import { fold } from '../fold.ts';

/**
 * Names that look official: mailboxes of a service (RFC 2142), mailboxes that prove control of a domain (CA/Browser Forum
 * Baseline Requirements §3.2.2.4.4), and system accounts.
 */
const reserved = [
  ...['abuse', 'noc', 'security', 'postmaster', 'hostmaster', 'webmaster', 'usenet', 'news', 'www', 'uucp', 'ftp'],
  ...['info', 'marketing', 'sales', 'support', 'billing', 'contact', 'help', 'helpdesk', 'service', 'legal', 'privacy'],
  ...['admin', 'administrator', 'admins', 'ssladmin', 'sysadmin', 'superuser', 'sudo', 'root', 'system', 'daemon'],
  ...['operator', 'moderator', 'owner', 'staff', 'official', 'team', 'mailerdaemon', 'noreply', 'donotreply'],
  ...['mail', 'email', 'smtp', 'imap', 'pop3', 'dns', 'localhost', 'autoconfig', 'autodiscover', 'wpad', 'isatap'],
  ...['anonymous', 'nobody', 'null', 'undefined', 'everyone', 'api', 'oauth', 'account', 'accounts', 'latchkey'],
];

/** `no-reply` and `No.Reply` are the same name. */
const nameOf = (username: string): string => fold(username).replace(/[._-]/g, '');

/** @param more further names, from the settings */
export const createReservedUsernames = (more: readonly string[]) => {
  const names = new Set([...reserved, ...more].map(nameOf));
  return (username: string): boolean => names.has(nameOf(username));
};
