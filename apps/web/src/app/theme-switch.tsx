import { useState } from 'react';
import { storedTheme, storeTheme, type Theme } from './theme.ts';

const themes: readonly { readonly theme: Theme; readonly name: string }[] = [
  { theme: 'system', name: 'System' },
  { theme: 'day', name: 'Light' },
  { theme: 'night', name: 'Dark' },
];

export const ThemeSwitch = () => {
  const [current, setCurrent] = useState(storedTheme);
  const choose = (theme: Theme): void => {
    storeTheme(theme);
    setCurrent(theme);
  };
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">Theme</legend>
      <div className="join flex">
        {themes.map(({ theme, name }) => (
          <button
            key={theme}
            type="button"
            className="btn btn-sm join-item grow aria-pressed:btn-primary"
            aria-pressed={theme === current}
            onClick={() => choose(theme)}
          >
            {name}
          </button>
        ))}
      </div>
    </fieldset>
  );
};
