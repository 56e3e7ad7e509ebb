import { describe, expect, it } from 'vitest';
import { accentColors, accentStyles, contrast } from './accent-colors.ts';

describe('the accent color', () => {
  it.each(['#155e63', '#000000', '#ffffff', '#ffff00', '#0000ff', '#ff0000', '#777777', '#b45309'])(
    'can be read in both themes, and text can be read on it: %s',
    (accent) => {
      const { light, dark } = accentColors(accent);
      expect(contrast(light.accent, '#ffffff')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(dark.accent, '#1b2629')).toBeGreaterThanOrEqual(4.5);
      for (const { accent, content } of [light, dark]) expect(contrast(accent, content)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('stays as it is in the theme where it can be read', () => {
    expect(accentColors('#155e63').light.accent).toBe('#155e63');
    expect(accentColors('#ffd166').dark.accent).toBe('#ffd166');
  });

  it('becomes variables of the style sheet', () => {
    expect(accentStyles('#155e63')).toContain('--color-primary:#155e63;--color-primary-content:#ffffff');
  });
});
