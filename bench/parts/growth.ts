import { inTurn, type Part } from '../part.ts';
import { fileIn, fill, latchkeyReader, type Reader, readProfiles } from '../world.ts';

const metric = 'reads per second';
const [few, many] = ['1,000 users', '1,000,000 users'];

export const growth: Part = {
  title: 'Growth',
  about: 'The same reads from a database of a thousand users and sessions, and from one of a million.',
  targets: [{ what: 'reads with a million users, vs. a thousand', of: [metric, many], to: [metric, few], min: 0.9 }],
  async measure(say) {
    const reader = async (people: number): Promise<Reader> => {
      say(`filling ${people}`);
      return latchkeyReader(await fill(`file:${fileIn(`${people}.db`)}`, people));
    };
    const readers = { [few]: await reader(1_000), [many]: await reader(1_000_000) };
    const read = (reader: Reader) => async () => ({ [metric]: (await readProfiles(reader, 0.5)).perSecond });
    const kinds = Object.fromEntries(Object.entries(readers).map(([name, reader]) => [name, read(reader)]));
    // No more rounds: each of the thousand sessions is limited to 600 requests per minute.
    const metrics = await inTurn(4, { [metric]: '/s' }, kinds, say);
    await Promise.all(Object.values(readers).map((reader) => reader.stop()));
    return metrics;
  },
};
