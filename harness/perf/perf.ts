// Finds perf and knows what its versions do.
import {UserError} from '../../results/error.ts';
import {execa} from 'execa';

export interface Perf {
  readonly path: string;
  readonly version: string;
}

const installHint =
  'Install perf (Debian, as root: apt-get install -y linux-perf), or name it in $PERF.';

/** The installed perf, `$PERF` first. Throws where there is none. */
export const findPerf = async (
  env: Readonly<Record<string, string | undefined>>,
): Promise<Perf> => {
  const path = env['PERF'] ?? 'perf';
  const answer = await execa(path, ['--version'], {reject: false, stdin: 'ignore'});
  if (answer.exitCode !== 0) throw new UserError(`perf cannot be run as '${path}'.`, installHint);
  return {path, version: /(\d+\.\d+\S*)/.exec(answer.stdout)?.[1] ?? answer.stdout.trim()};
};

/** perf 6.2.0 to 6.4.0 never resets its counts between the runs of `-r`. */
export const addsRunsUp = (version: string): boolean =>
  /^6\.(?:2|3)(?:\.|$)|^6\.4(?:\.0)?$/.test(version);
