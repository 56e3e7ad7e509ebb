import { basename, extname } from 'node:path';
import { escapeHtml } from '../escape-html.ts';
import { accentColors, accentStyles } from './accent-colors.ts';
import { type BuiltFile, builtFile } from './built-files.ts';

/** How the operator presents this service. */
export type Brand = {
  readonly appName: string;
  /** Such as `#b45309`. */
  readonly accentColor?: string | undefined;
  readonly logo?: { readonly type: '.svg' | '.png'; readonly content: Buffer } | undefined;
  readonly termsUrl?: string | undefined;
  readonly privacyUrl?: string | undefined;
  readonly supportUrl?: string | undefined;
  readonly isRegistrationOpen: boolean;
  readonly hasMail: boolean;
  readonly providers: readonly { readonly name: string; readonly label: string }[];
};

/** The name and logo of the build. */
const built = { name: 'Latchkey', logo: '/favicon.svg' } as const;

/** Adds a file under a name with a hash of its content, so that browsers can keep it. */
const addHashed = (files: Map<string, BuiltFile>, name: string, content: Buffer): string => {
  const file = builtFile(extname(name), content);
  const path = `/assets/${basename(name, extname(name))}-${file.hash}${extname(name)}`;
  files.set(path, file);
  return path;
};

/** In the page, so that its buttons are there at once and nothing moves. */
const providersTag = ({ providers }: Brand): string => {
  const pairs = providers.map(({ name, label }) => [name, label]);
  return `<meta name="latchkey-providers" content="${escapeHtml(JSON.stringify(pairs))}">`;
};

const brandIndex = (html: string, brand: Brand, logo: string, styles: string | undefined): string => {
  const links = {
    'terms-of-service': brand.termsUrl,
    'privacy-policy': brand.privacyUrl,
    help: brand.supportUrl,
    stylesheet: styles,
  };
  const tags = [
    ...Object.entries(links).flatMap(([rel, href]) => (href ? [`<link rel="${rel}" href="${escapeHtml(href)}">`] : [])),
    ...(brand.isRegistrationOpen ? [] : ['<meta name="latchkey-registration" content="closed">']),
    ...(brand.hasMail ? [] : ['<meta name="latchkey-mail" content="off">']),
    ...(brand.providers.length > 0 ? [providersTag(brand)] : []),
  ];
  return html
    .replaceAll(built.name, () => escapeHtml(brand.appName))
    .replaceAll(built.logo, logo)
    .replace('</head>', () => `${tags.map((tag) => `  ${tag}\n  `).join('')}</head>`);
};

/** https://www.w3.org/TR/appmanifest/ */
const brandManifest = (manifest: string, { appName, accentColor }: Brand, logo: string): string =>
  JSON.stringify({
    ...JSON.parse(manifest),
    name: appName,
    short_name: appName,
    ...(accentColor && { theme_color: accentColors(accentColor).light.accent }),
    icons: [{ src: logo, sizes: 'any', type: logo.endsWith('.png') ? 'image/png' : 'image/svg+xml' }],
  });

/** The files of a build, with the operator's name, color, logo and links in index.html and the manifest. */
export const brandFiles = (build: ReadonlyMap<string, BuiltFile>, brand: Brand): ReadonlyMap<string, BuiltFile> => {
  const files = new Map(build);
  const logo = brand.logo ? addHashed(files, `logo${brand.logo.type}`, brand.logo.content) : built.logo;
  const styles = brand.accentColor && addHashed(files, 'accent.css', Buffer.from(accentStyles(brand.accentColor)));
  const change = (path: string, edit: (text: string) => string): void => {
    const file = build.get(path);
    const text = file?.content.toString() ?? '';
    const edited = file ? edit(text) : text;
    if (file && edited !== text) files.set(path, builtFile(file.type, Buffer.from(edited)));
  };
  change('/index.html', (html) => brandIndex(html, brand, logo, styles));
  change('/manifest.webmanifest', (manifest) => brandManifest(manifest, brand, logo));
  return files;
};
