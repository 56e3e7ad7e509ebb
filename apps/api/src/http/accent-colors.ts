type Rgb = readonly [red: number, green: number, blue: number];

const parse = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
const format = (color: Rgb): string =>
  `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;

/** WCAG 2.2, "relative luminance". */
const luminance = (color: Rgb): number => {
  const [red = 0, green = 0, blue = 0] = color
    .map((channel) => channel / 255)
    .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** WCAG 2.2, "contrast ratio": from 1 to 21. */
export const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(parse(one)), luminance(parse(other))].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

/** The least that WCAG asks of text (1.4.3). */
const minContrast = 4.5;

const mix = (from: Rgb, to: Rgb, share: number): Rgb =>
  from.map((channel, index) => channel + ((to[index] ?? 0) - channel) * share) as unknown as Rgb;

/** The color nearest to this one, on its way to `target`, that can be read on the background. */
const readable = (color: string, target: string, background: string): string => {
  for (let percent = 0; percent < 100; percent++) {
    const candidate = format(mix(parse(color), parse(target), percent / 100));
    if (contrast(candidate, background) >= minContrast) return candidate;
  }
  return target;
};

/** The page's backgrounds, of apps/web/src/style.css: the one with the least contrast to text, and text on the accent color. */
const themes = {
  light: { target: '#000000', background: '#dde3e3', content: '#ffffff' },
  dark: { target: '#ffffff', background: '#28373a', content: '#0b1415' },
} as const;

type Colors = { readonly accent: string; readonly content: string };

/**
 * The accent color for both themes, darkened or lightened until it can be read on every background of the page, and until text
 * can be read on it.
 * @param accent such as `#b45309`
 */
export const accentColors = (accent: string): { readonly light: Colors; readonly dark: Colors } => {
  const colorsOf = ({ target, background, content }: (typeof themes)[keyof typeof themes]): Colors => ({
    accent: readable(accent, target, background),
    content,
  });
  return { light: colorsOf(themes.light), dark: colorsOf(themes.dark) };
};

/** A style sheet that replaces the accent color of the page's own. */
export const accentStyles = (accent: string): string => {
  const { light, dark } = accentColors(accent);
  const variables = ({ accent, content }: Colors): string =>
    ['primary', 'info'].map((name) => `--color-${name}:${accent};--color-${name}-content:${content}`).join(';');
  return [
    `:root:root{${variables(light)}}`,
    `@media (prefers-color-scheme:dark){:root:root:not([data-theme]){${variables(dark)}}}`,
    `:root:root[data-theme=night]{${variables(dark)}}`,
    '',
  ].join('\n');
};
