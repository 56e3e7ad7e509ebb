/** Published secrets: those of tutorials, which people copy, and those of this repository's tests. */
const published = new Set([
  // https://fastapi.tiangolo.com/tutorial/security/oauth2-jwt/
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  // https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY
  '192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf',
  // Tutorials on Spring Boot and JWT, in thousands of repositories
  '404e635266556a586e3272357538782f413f4428472b4b6250645367566b5970',
  // This repository's tests; checks/settings.test.ts finds missing ones.
  'a1f0c3e5b7d9826447aa11bb22cc33dd',
  'b1f0c3e5b7d9826447aa11bb22cc33dd',
  'f00dfacecafe1234567890abcdef9876',
  '00112233445566778899aabbccddeeff',
  'c7b1f5d2a8e94c60b3d7e1f8a2c4b6d9',
  '5e1f7a09c3d84b62a7f0e9d1c2b3a495',
]);

const words = /change.?me|secret|example|password|default|0123456789|abcdefgh|qwerty|correct.?horse|letmein/i;

/** Whether a secret is published, or contains an obvious word or too few distinct characters. */
export const isWellKnown = (secret: string): boolean =>
  published.has(secret.toLowerCase()) || words.test(secret) || new Set(secret).size < 10;
