// Finds perf and knows the quirks of its versions.
import {execFile} from 'node:child_process';
import {UserError} from '../../results/error.ts';

export interface Perf {
  readonly path: string;
  readonly version: string;
}

const installHint =
  'Install perf (Debian, as root: apt-get install -y linux-perf), or name it in $PERF.';

/** The installed perf, `$PERF` first. Throws if there is none. */
export const findPerf = async (
  env: Readonly<Record<string, string | undefined>>,
): Promise<Perf> => {
  const path = env['PERF'] ?? 'perf';
  const answer = await outputOf(path, ['--version']);
  if (answer === null) throw new UserError(`perf cannot be run as '${path}'.`, installHint);
  return {path, version: /(\d+\.\d+\S*)/.exec(answer)?.[1] ?? answer.trim()};
};

/** Null if it cannot be run, or ends with another exit code than 0. */
const outputOf = (path: string, args: readonly string[]): Promise<string | null> =>
  new Promise((resolve) => {
    execFile(path, args, (error, stdout) => resolve(error === null ? stdout : null));
  });

/** perf 6.2.0 to 6.4.0 never resets its counts between the runs of `-r`. */
export const addsRunsUp = (version: string): boolean =>
  /^6\.(?:2|3)(?:\.|$)|^6\.4(?:\.0)?$/.test(version);
