// Runs one child process in a separate session until it exits, whatever it leaves running, and
// keeps the end of its stderr.
import {spawn} from 'node:child_process';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {endSession, rememberSession} from './processes.ts';

export interface ChildRequest {
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Open descriptors that become 3, 4, … of the child. */
  readonly descriptors?: readonly number[];
  /** An open descriptor that becomes its standard input, which is empty by default. */
  readonly stdin?: number;
  /** Gets what it prints to stdout, which is dropped otherwise. */
  readonly onOutput?: (text: string) => void;
  /**
   * What it leaves running keeps running until `endSession(leader)` is called or this process ends.
   */
  readonly keepsBackground?: boolean;
}

export interface ChildResult {
  /** Null if a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last part of what it and its children wrote before it exited. */
  readonly stderr: string;
  /** Whether it left processes in the background, which were ended. */
  readonly leftBehind: boolean;
  /** The process that led its session. */
  readonly leader: number;
}

/** How much of stderr is kept, in bytes. */
const tailBytes = 65_536;
/** The most bytes a pipe holds by default (pipe(7)), and so the most that is left at the exit. */
const pipeBytes = 1_048_576;

/**
 * Resolves when the child itself has exited: a background process that keeps stderr open does not
 * hold it up. Rejects with the system's error if the child cannot be started.
 */
export const runChild = (request: ChildRequest): Promise<ChildResult> =>
  new Promise((resolve, reject) => {
    const [program, ...args] = request.argv;
    const child = spawn(program, args, {
      cwd: request.cwd,
      env: {...process.env, ...request.env},
      detached: true,
      stdio: [
        request.stdin ?? 'ignore',
        request.onOutput === undefined ? 'ignore' : 'pipe',
        'pipe',
        ...(request.descriptors ?? []),
      ],
    });
    const tail = keepTail();
    child.on('error', reject);
    if (child.pid === undefined) return;
    const leader = child.pid;
    rememberSession(leader);
    const stderr = child.stderr!;
    stderr.on('data', tail.add);
    stderr.on('error', () => {});
    let printed = 0;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text.length;
      request.onOutput?.(text);
    });
    child.stdout?.on('error', () => {});
    child.once('exit', (exitCode, signal) => {
      void (async () => {
        const leftBehind = request.keepsBackground === true ? false : endSession(leader);
        await drained(() => tail.bytes() + printed);
        stderr.destroy();
        child.stdout?.destroy();
        resolve({exitCode, signal, stderr: tail.text(), leftBehind, leader});
      })();
    });
  });

/**
 * Reads what the pipe held at the exit; anything beyond that comes from processes that keep
 * writing.
 */
const drained = async (bytes: () => number): Promise<void> => {
  const atExit = bytes();
  for (let before = -1; before !== bytes() && bytes() - atExit < pipeBytes;) {
    before = bytes();
    // Two turns, because the pipe may already have been polled in the first.
    await nextTurn();
    await nextTurn();
  }
};

const keepTail = () => {
  let kept: Buffer[] = [];
  let held = 0;
  let all = 0;
  return {
    add: (chunk: Buffer): void => {
      kept.push(chunk);
      held += chunk.length;
      all += chunk.length;
      if (held < 4 * tailBytes) return;
      kept = [Buffer.from(Buffer.concat(kept).subarray(-tailBytes))];
      held = kept[0].length;
    },
    bytes: (): number => all,
    text: (): string => Buffer.concat(kept).subarray(-tailBytes).toString('utf8'),
  };
};
