import { dictionary } from '@zxcvbn-ts/language-common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeWordLists } from '../make-word-lists.ts';
import { packWords, unpackWords } from './pack-words.ts';
import lists from './word-lists.json' with { type: 'json' };

describe('the word lists', () => {
  it('are what make-word-lists.ts writes', () => {
    expect(lists).toEqual(makeWordLists());
  });

  it('have every common password of at least eight characters', () => {
    const words = new Set(unpackWords(lists.passwords));
    const long = dictionary['passwords-common'].filter((word) => word.length >= 8);
    expect(long.filter((word) => !words.has(word))).toEqual([]);
  });

  it('keep the first thousand words in order, and the place of the others up to a factor of two', () => {
    const words = fc.uniqueArray(fc.stringMatching(/^[a-z0-9!]{1,6}$/), { minLength: 1500, maxLength: 1600 });
    fc.assert(
      fc.property(words, (words) => {
        const unpacked = unpackWords(packWords(words));
        expect(unpacked.slice(0, 1000)).toEqual(words.slice(0, 1000));
        expect(unpacked.toSorted()).toEqual(words.toSorted());
      }),
      { numRuns: 5 },
    );
    const places = new Map(unpackWords(packWords(dictionary['passwords-common'])).map((word, place) => [word, place]));
    for (const [place, word] of dictionary['passwords-common'].entries()) {
      const ratio = ((places.get(word) ?? 0) + 1) / (place + 1);
      expect(Math.max(ratio, 1 / ratio)).toBeLessThanOrEqual(2);
    }
  });
});
