import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './fold.ts';

describe('folding', () => {
  it('makes one of every way to write a name', () => {
    expect(['ADA', 'ada', 'Ａｄａ', 'ⒶⓓⒶ'].map(fold)).toEqual(['ada', 'ada', 'ada', 'ada']);
  });

  it('changes nothing more when it is done again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});
