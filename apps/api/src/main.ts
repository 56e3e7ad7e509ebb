import module from 'node:module';
import { join } from 'node:path';

// Older versions crash inside the database driver without a message.
const [major] = process.versions.node.split('.');
if (Number(major) < 22) {
  process.stderr.write(`Node ${process.versions.node} is too old; Latchkey needs 22 or newer.\n`);
  process.exit(1);
}
// V8 would compile 2 MB of code anew at each start. Where this user cannot write, nothing is kept.
module.enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'));
await import('./serve.ts');
