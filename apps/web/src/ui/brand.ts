const linkTo = (rel: string): string | undefined => document.querySelector<HTMLLinkElement>(`link[rel="${rel}"]`)?.href;

const metaOf = (name: string): string | undefined =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;

/** The providers that people can sign in with: name and label. */
const providersOf = (content: string | undefined): readonly (readonly [name: string, label: string])[] =>
  content === undefined ? [] : JSON.parse(content);

/** What the operator has set, which the API writes into index.html. */
export const brand = {
  name: metaOf('application-name') ?? 'Latchkey',
  logo: linkTo('icon') ?? '/favicon.svg',
  termsUrl: linkTo('terms-of-service'),
  privacyUrl: linkTo('privacy-policy'),
  supportUrl: linkTo('help'),
  /** Whether the server sends e-mail. */
  hasMail: metaOf('latchkey-mail') !== 'off',
  providers: providersOf(metaOf('latchkey-providers')),
  isRegistrationOpen: metaOf('latchkey-registration') !== 'closed',
} as const;
