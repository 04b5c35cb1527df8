// Starts a shim on a job outside perf and reads its result: for tests, conformance and checks
// before a session.
import {spawn} from 'node:child_process';
import {chmodSync, copyFileSync, appendFileSync} from 'node:fs';
import type {Shim} from './build-shim.ts';
import type {ShimResult} from './result.ts';
import {parseShimResults} from './result.ts';

/** The shim prints its result on this descriptor. */
const resultFd = 3;

/** Command line that plays a job file and prints the result on descriptor 3. */
const shimArgv = (shim: Pick<Shim, 'path'>, jobPath: string): readonly string[] => [
  shim.path,
  jobPath,
];

export interface RunShimOptions {
  /** Put in front of the command line: valgrind, setpriv, taskset. */
  readonly prefix?: readonly string[];
  /** The process is killed after this long; the shim's own watchdog should come first. */
  readonly timeoutMs?: number;
}

/** The results of one process; one that dies without a line is a crash that says how it died. */
export const runShim = (
  shim: Pick<Shim, 'path'>,
  jobPath: string,
  options: RunShimOptions = {},
): Promise<readonly ShimResult[]> =>
  new Promise((resolve, reject) => {
    const [command, ...args] = [...(options.prefix ?? []), ...shimArgv(shim, jobPath)];
    const child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 120_000,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let stderr = '';
    child.stdio[resultFd]?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const results = parseShimResults(Buffer.concat(chunks).toString());
      if (results.length > 0) return resolve(results);
      const how = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
      const words = stderr.trim().split('\n').at(-1) ?? '';
      resolve([
        {
          status: 'crash',
          what: `the shim ${how} without a result${words === '' ? '' : `: ${words}`}`,
          where: null,
          label: null,
          iteration: null,
          runs: [],
        },
      ]);
    });
  });

/**
 * A self-contained executable: the shim with the job after it, then the job's length and its
 * magic.
 */
export const writeExecutable = (shim: Pick<Shim, 'path'>, job: Uint8Array, path: string): void => {
  copyFileSync(shim.path, path);
  const trailer = Buffer.alloc(16);
  trailer.writeBigUInt64LE(BigInt(job.length));
  trailer.write('jitstat1', 8, 'latin1');
  appendFileSync(path, Buffer.concat([job, trailer]));
  chmodSync(path, 0o755);
};
