import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './fold.ts';

describe('folding', () => {
  it('gives all spellings of a name one form', () => {
    expect(['ADA', 'ada', 'Ａｄａ', 'ⒶⓓⒶ'].map(fold)).toEqual(['ada', 'ada', 'ada', 'ada']);
  });

  it('removes what pasting puts around a name', () => {
    expect(['ada\u200b', '\u202aada\u202c', '\ufeffada'].map(fold)).toEqual(['ada', 'ada', 'ada']);
  });

  it('gives all spellings of a domain one form', () => {
    const written = ['Ada@bücher.example', 'ada@BÜCHER.example', 'ada@XN--bcher-kva.example', 'ada＠bücher.example'];
    expect(new Set(written.map(fold))).toEqual(new Set(['ada@xn--bcher-kva.example']));
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});
