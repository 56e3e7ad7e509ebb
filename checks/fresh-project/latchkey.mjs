import { startLatchkey } from '@latchkey/testing';

// Runs until its input ends. Prints what verify.mjs needs.
const latchkey = await startLatchkey();
const user = await latchkey.createUser();
const token = await latchkey.createToken(user, { audience: 'shop' });
const refused = await latchkey.createRefusedTokens(user, 'shop');
console.log(JSON.stringify({ url: latchkey.url, user, token, refused }));
process.stdin.resume().once('end', latchkey.stop);
