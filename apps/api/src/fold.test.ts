import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './fold.ts';

describe('folding', () => {
  it('makes one of every way to write a name', () => {
    expect(['ADA', 'ada', 'Ａｄａ', 'ⒶⓓⒶ'].map(fold)).toEqual(['ada', 'ada', 'ada', 'ada']);
  });

  it('makes one of a name and what pasting puts around it', () => {
    expect(['ada\u200b', '\u202aada\u202c', '\ufeffada'].map(fold)).toEqual(['ada', 'ada', 'ada']);
  });

  it('makes one of every way to write a domain', () => {
    const written = ['Ada@bücher.example', 'ada@BÜCHER.example', 'ada@XN--bcher-kva.example', 'ada＠bücher.example'];
    expect(new Set(written.map(fold))).toEqual(new Set(['ada@xn--bcher-kva.example']));
  });

  it('changes nothing more when it is done again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});
