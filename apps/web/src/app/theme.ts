export type Theme = 'system' | 'day' | 'night';

/** public/theme.js reads it, too. */
const key = 'latchkey.theme';

/** Some browsers refuse storage. */
export const storedTheme = (): Theme => {
  try {
    const stored = localStorage.getItem(key);
    return stored === 'day' || stored === 'night' ? stored : 'system';
  } catch {
    return 'system';
  }
};

/** Sets the theme of this browser. */
export const storeTheme = (theme: Theme): void => {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // The theme then lasts until the page is closed.
  }
};
