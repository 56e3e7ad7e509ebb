/** How many letters to insert, remove, replace or swap with their neighbor (optimal string alignment). */
const distance = (a: string, b: string): number => {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let j = 1; j <= b.length; j++) rows[0]?.push(j);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i]?.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, isSwap ? at(i - 2, j - 2) + 1 : replaced));
    }
  }
  return at(a.length, b.length);
};

/** In a short name, two letters make another word: PATH is not PORT. */
const isNear = (name: string, setting: string): boolean => distance(name, setting) <= (setting.length > 6 ? 2 : 1);

/** A sentence for each environment variable whose name is almost that of a setting. */
export const misspelledSettings = (
  settingNames: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): string[] =>
  Object.keys(environment)
    .filter((name) => !settingNames.includes(name))
    .flatMap((name) => {
      const meant = settingNames.find((setting) => isNear(name, setting));
      return meant === undefined ? [] : [`${name} is not a setting. Did you mean ${meant}?`];
    });
