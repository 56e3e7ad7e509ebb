import { expect, it } from 'vitest';
import { promises } from './promises.ts';

const kept = `## Sessions

- **Refresh races never sign anybody out.** Really.
  - [fifty concurrent refreshes of one token all get the same successor](../apps/api/src/sessions/refresh.test.ts)
`;

it('accepts a page where every promise lists an existing test', () => {
  expect(promises(kept)).toEqual([]);
});

it.each([
  [kept.replace('fifty', 'sixty'), /there is no test "sixty concurrent refreshes/],
  [kept.replace('refresh.test.ts', 'gone.test.ts'), /there is no test .* in apps\/api\/src\/sessions\/gone\.test\.ts/],
  [`${kept}- **Another promise.** It has no test.\n`, /no test is listed for "Another promise\."/],
])('reports what is missing', (text, fault) => {
  expect(promises(text)).toEqual([expect.stringMatching(fault)]);
});
