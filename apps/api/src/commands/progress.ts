/** A line on the terminal that says how far a long command is. Nothing where the output is not a terminal. */
export const createProgress = (output: NodeJS.WriteStream = process.stderr) => {
  const startedAt = performance.now();
  let shownAt = 0;
  return {
    /** @param done from 0 to 1, if that is known */
    show(count: number, done?: number): void {
      const now = performance.now();
      if (!output.isTTY || now - shownAt < 200) return;
      shownAt = now;
      const seconds = (now - startedAt) / 1000;
      const rate = `${Math.round(count / seconds).toLocaleString('en')} a second`;
      const left = done ? `, ${Math.ceil((seconds / done) * (1 - done))} s left` : '';
      const share = done === undefined ? '' : ` (${Math.floor(done * 100)} %)`;
      output.write(`\r\x1b[K${count.toLocaleString('en')}${share}, ${rate}${left}`);
    },
    /** Clears the line, for other output. */
    clear(): void {
      if (output.isTTY) output.write('\r\x1b[K');
    },
  };
};
