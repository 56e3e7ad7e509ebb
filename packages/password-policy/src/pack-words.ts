/** Words that follow each other in the alphabet begin alike, so each is stored as the length of that beginning and its rest. */
const packSorted = (words: readonly string[]): string => {
  let previous = '';
  return words
    .map((word) => {
      let shared = 0;
      while (shared < 25 && shared < word.length && word[shared] === previous[shared]) shared++;
      previous = word;
      return String.fromCharCode(65 + shared) + word.slice(shared);
    })
    .join('');
};

/** The first thousand words keep their order; of those after them, only how common they are, up to a factor of two. */
const exactRanks = 1000;

/**
 * Packs words without capitals, most common first, so that they compress well.
 * @returns lists of twice the length of the one before
 */
export const packWords = (words: readonly string[]): string[] => {
  const lists = [packSorted(words.slice(0, exactRanks))];
  for (let start = exactRanks; start < words.length; start *= 2) {
    lists.push(packSorted(words.slice(start, 2 * start).toSorted()));
  }
  return lists;
};

/** The words of `packWords`, about as common as their place says. */
export const unpackWords = (lists: readonly string[]): string[] =>
  lists.flatMap((list) => {
    let previous = '';
    return [...list.matchAll(/([A-Z])([^A-Z]*)/g)].map(([, shared = 'A', rest = '']) => {
      previous = previous.slice(0, shared.charCodeAt(0) - 65) + rest;
      return previous;
    });
  });
