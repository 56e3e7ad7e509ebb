import { describe, expect, it } from 'vitest';
import { renderMessage } from './render-message.ts';

const sender = { appName: 'Acme & Söhne', publicUrl: 'https://accounts.acme.example' };
const message = {
  subject: 'Verify <b>this</b>',
  paragraphs: ['First & "foremost".'],
  action: { label: 'Verify', url: 'https://accounts.acme.example/verify-email#token=abc' },
  code: '012345',
  facts: [['Device', '<script>alert(1)</script>']] as const,
  notes: ['A note.'],
};

describe('a message', () => {
  it('has every fact in both forms, the code in two groups', () => {
    const { text, html } = renderMessage(message, sender);
    for (const form of [text, html]) {
      for (const part of ['012 345', message.action.url, 'A note.', 'Device']) expect(form).toContain(part);
    }
  });

  it('loads nothing, runs nothing, and escapes every text', () => {
    const { html } = renderMessage(message, sender);
    expect(html).not.toMatch(/<script|<img|<link\b|@import|url\(|src=/i);
    expect(html).toContain('&#60;script&#62;');
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url);
    for (const url of links) expect(url).toMatch(/^https:&#47;&#47;accounts|^https:\/\/accounts\.acme\.example/);
  });
});
