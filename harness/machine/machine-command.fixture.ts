// For tests of machines: the built command as a user starts it, and what it left running.
import {spawnSync} from 'node:child_process';
import {readFileSync, readdirSync} from 'node:fs';
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

/** Processes with this text in their environment. */
export const alive = (mark: string): readonly string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
