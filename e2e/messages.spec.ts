import AxeBuilder from '@axe-core/playwright';
import { composeMessage } from '../apps/api/src/mail/compose-message.ts';
import type { KindWithDetail, MessageDetails } from '../apps/api/src/mail/message-kinds.ts';
import { noticeKinds } from '../apps/api/src/mail/notices.ts';
import { expect, test } from './fixtures.ts';

const compose = composeMessage({
  findLinkSecrets: async () => ({ token: 'A'.repeat(64), code: '012345' }),
  sender: { appName: 'Acme & Söhne', publicUrl: 'https://accounts.acme.example' },
});

/** The longest user name and user agent that an account can have. */
const username = 'a'.repeat(32);
const occurrence = {
  at: '2026-11-26T09:30:00.000Z',
  device: 'Firefox 140, Android 16',
  address: '2001:db8:85a3::8a2e:370:7334',
};
const link = { ...occurrence, username, verificationId: 'any' };

type Request = Extract<keyof MessageDetails, `${string}_requested`>;

const details: { readonly [Kind in Exclude<keyof MessageDetails, Request | 'notice'>]: MessageDetails[Kind] } = {
  verify_email: { verificationId: 'any' },
  email_in_use: {},
  reset_password: { verificationId: 'any', username },
  email_change: link,
  password_change: link,
  account_closing: link,
  test: {},
};

const messages: ReadonlyArray<readonly [name: string, message: KindWithDetail]> = [
  ...Object.entries(details).map(([kind, detail]) => [kind, { kind, detail } as KindWithDetail] as const),
  ...noticeKinds.map(
    (event) =>
      [
        `notice of ${event}`,
        { kind: 'notice', detail: { ...occurrence, event, username, about: 'x'.repeat(100) } },
      ] as const,
  ),
];

for (const [name, message] of messages) {
  test(`the message ${name} passes axe in both themes, and fits 320 pixels`, async ({ page }) => {
    const rendered = await compose(message);
    await page.setContent(rendered?.html ?? '');
    await expect(page).toHaveTitle(rendered?.subject ?? '');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // A message is a part of the page of the mail program, which has the landmarks and headings.
      const axe = new AxeBuilder({ page })
        .setLegacyMode()
        .disableRules(['region', 'landmark-one-main', 'page-has-heading-one']);
      expect((await axe.analyze()).violations, colorScheme).toEqual([]);
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 800 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `horizontal overflow at ${width} px`).toBeLessThanOrEqual(0);
        if (process.env.E2E_SCREENSHOTS)
          await page.screenshot({ path: `test-results/messages/${name}-${width}-${colorScheme}.png`, fullPage: true });
      }
    }
  });
}
