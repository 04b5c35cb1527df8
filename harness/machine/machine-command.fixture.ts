// For tests of machines: the built command as a user starts it.
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

export const main = fileURLToPath(new URL('../../dist/harness/main.js', import.meta.url));

let calls = 0;

/** `mark` is in the environment of all that it starts. */
export const jitstatIn = (
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) => {
  const mark = `JITSTAT_MARK=${process.pid}-call-${calls++}`;
  const {status, stdout, stderr} = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: {...process.env, ...env, JITSTAT_MARK: mark.slice(13)},
    timeout: 600_000,
  });
  return {status, stdout, stderr, mark};
};
