// Set-up on systems that lack something: one message, one hint with the exact command, exit 2, and
// nothing installed.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, expect, test} from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));
const bin = mkdtempSync(join(tmpdir(), 'jitstat-bin-'));
afterAll(() => rmSync(bin, {recursive: true, force: true}));

/** A PATH with only the basic tools. */
beforeAll(() => {
  for (const tool of ['sh', 'id', 'sed', 'cat', 'mktemp', 'dirname', 'rm']) {
    const found = spawnSync('sh', ['-c', `command -v ${tool}`])
      .stdout.toString()
      .trim();
    symlinkSync(found, join(bin, tool));
  }
  symlinkSync(process.execPath, join(bin, 'node'));
});

const run = (script: string, env: Record<string, string>) => {
  const {status, stdout, stderr} = spawnSync('sh', [join(folder, script)], {
    env: {PATH: bin, ...env},
  });
  return {status, out: stdout.toString(), err: stderr.toString()};
};

test.each(['start.sh', 'test.sh'])(
  '%s names what is missing and the command that installs it',
  (script) => {
    const {status, out, err} = run(script, {JITSTAT_NO_INSTALL: '1'});
    expect({status, out}).toEqual({status: 2, out: ''});
    expect(err).toMatch(
      new RegExp(
        String.raw`^jitstat: missing on this system: perf cc valgrind ` +
          String.raw`\n {2}hint: Install them as root, on Debian: ` +
          String.raw`apt-get update && apt-get install -y --no-install-recommends \S+`,
      ),
    );
    expect(err).toMatch(/gcc libc6-dev valgrind\n$/);
  },
);

test('an old or absent Node.js is named before anything else', () => {
  rmSync(join(bin, 'node'));
  expect(run('start.sh', {JITSTAT_NO_INSTALL: '1'})).toMatchObject({
    status: 2,
    err: expect.stringMatching(/Node\.js is not installed\.\n {2}hint: Install Node\.js 20\.19/),
  });
  symlinkSync(process.execPath, join(bin, 'node'));
});
