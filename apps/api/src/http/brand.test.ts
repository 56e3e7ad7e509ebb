import { describe, expect, it } from 'vitest';
import { type Brand, brandFiles } from './brand.ts';
import { builtFile } from './built-files.ts';

const html =
  '<html><head><title>Latchkey</title><link rel="icon" href="/favicon.svg"></head><body>Latchkey</body></html>';
const build = new Map([
  ['/index.html', builtFile('.html', Buffer.from(html))],
  ['/favicon.svg', builtFile('.svg', Buffer.from('<svg/>'))],
  ['/manifest.webmanifest', builtFile('.webmanifest', Buffer.from('{"name":"Latchkey","start_url":"/"}'))],
]);
const latchkey: Brand = { appName: 'Latchkey', isRegistrationOpen: true, hasMail: true, providers: [] };
const textOf = (brand: Brand, path: string) => brandFiles(build, brand).get(path)?.content.toString() ?? '';

describe('the files of the web app', () => {
  it('are those of the build without settings', () => {
    const files = brandFiles(build, latchkey);
    expect([...files.keys()]).toEqual([...build.keys()]);
    expect(textOf(latchkey, '/index.html')).toBe(html);
    expect(JSON.parse(textOf(latchkey, '/manifest.webmanifest'))).toMatchObject({ name: 'Latchkey', start_url: '/' });
  });

  it('carry the name, as text', () => {
    const appName = 'Tom & "Söhne" <b>$&</b>';
    const index = textOf({ ...latchkey, appName }, '/index.html');
    expect(index).toContain('<title>Tom &#38; &#34;Söhne&#34; &#60;b&#62;$&#38;&#60;/b&#62;</title>');
    expect(index).not.toContain('Latchkey');
    expect(JSON.parse(textOf({ ...latchkey, appName }, '/manifest.webmanifest')).name).toBe(appName);
  });

  it('carry the links and whether registration is closed', () => {
    const index = textOf(
      {
        ...latchkey,
        termsUrl: 'https://acme.example/terms?a=1&b=2',
        supportUrl: 'mailto:help@acme.example',
        isRegistrationOpen: false,
        hasMail: false,
      },
      '/index.html',
    );
    expect(index).toContain('<link rel="terms-of-service" href="https://acme.example/terms?a=1&#38;b=2">');
    expect(index).toContain('<link rel="help" href="mailto:help@acme.example">');
    expect(index).not.toContain('privacy-policy');
    expect(index).toContain('<meta name="latchkey-registration" content="closed">');
    expect(index).toContain('<meta name="latchkey-mail" content="off">');
  });

  it('carry logo and color under names that change with their content', () => {
    const brand: Brand = { ...latchkey, accentColor: '#b45309', logo: { type: '.png', content: Buffer.from('logo') } };
    const files = brandFiles(build, brand);
    const [logo = ''] = [...files.keys()].filter((path) => path.startsWith('/assets/logo-'));
    const [styles = ''] = [...files.keys()].filter((path) => path.startsWith('/assets/accent-'));
    expect(files.get(logo)?.content.toString()).toBe('logo');
    expect(textOf(brand, '/index.html')).toContain(`<link rel="icon" href="${logo}">`);
    expect(textOf(brand, '/index.html')).toContain(`<link rel="stylesheet" href="${styles}">`);
    expect(JSON.parse(textOf(brand, '/manifest.webmanifest')).icons).toEqual([
      { src: logo, sizes: 'any', type: 'image/png' },
    ]);
  });
});
