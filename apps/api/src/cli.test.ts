import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('./cli.ts', import.meta.url));
const quickImports = fileURLToPath(new URL('../testing/quick-imports.ts', import.meta.url));

/** Runs the operator's command line as a process, in an empty folder and with only these settings. */
const run = (words: readonly string[], settings: Record<string, string> = {}, envFile?: string) => {
  const cwd = mkdtempSync(join(tmpdir(), 'latchkey-'));
  if (envFile) writeFileSync(join(cwd, '.env'), envFile);
  const env = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, BCRYPT_COST: '10', ...settings };
  return new Promise<{ code: unknown; stdout: string; stderr: string; files: string[] }>((resolve) => {
    execFile(process.execPath, ['--import', quickImports, cli, ...words], { cwd, env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr, files: readdirSync(cwd) }),
    );
  });
};

describe('the command line exits', () => {
  it('with 0 after a command, which creates the tables of a new database', async () => {
    const { code, stdout } = await run(['users', 'create', 'ada', '--admin']);
    expect(stdout).toMatch(/^Created admin ada\. Password \(shown once\): \S{23}\n$/);
    expect(code).toBe(0);
  });

  it('with 0 after --help, which reads no settings and creates no files', async () => {
    const { code, stdout, files } = await run(['users', 'create', '--help'], { PORT: 'x' });
    expect(stdout).toContain('npx pnpm users create ada --admin');
    expect(code).toBe(0);
    expect(files).toEqual([]);
  });

  it('with 0 after a command that reads .env, where environment variables take precedence', async () => {
    const { code, stdout } = await run(
      ['users', 'list'],
      { LOG_LEVEL: 'info' },
      'LOG_LEVEL=x\nDATABASE_URL=file:./own.db\n',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'No users found.\n' });
  });

  it('with 1 and one sentence when the operator can fix the failure', async () => {
    const unknown = await run(['users', 'disable', 'ada']);
    expect(unknown).toMatchObject({ code: 1, stdout: '', stderr: 'There is no user ada; see pnpm users list.\n' });
    const { code, stderr } = await run(['users', 'list'], { PORT: 'x' });
    expect(code).toBe(1);
    expect(stderr).toBe('Invalid configuration:\n  PORT is "x"; it must be a whole number from 0 to 65535.\n');
  });

  it('with 1 after a test message that the mail server did not accept', async () => {
    const { code, stderr } = await run(['mail', 'test', 'ada@example.com'], { SMTP_URL: 'smtp://127.0.0.1:1' });
    expect(stderr).toContain('The message was not sent: connect ECONNREFUSED 127.0.0.1:1');
    expect(code).toBe(1);
  });

  it('with 2 when the usage is wrong', async () => {
    const { code, stdout, stderr } = await run(['users', '__proto__']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("unknown command '__proto__'");
  });
});
