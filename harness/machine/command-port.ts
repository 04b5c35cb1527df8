// The command port of a machine: its answers, one at a time, each with a deadline.
import type {ChildProcessWithoutNullStreams} from 'node:child_process';
import {createInterface} from 'node:readline';
import type {Answer} from './protocol.ts';
import {parseAnswer} from './protocol.ts';

export interface Port {
  /** The next answer, `ended` if the machine ends first, or `silent` after `ms`. */
  readonly answer: (ms: number) => Promise<Answer | 'ended' | 'silent'>;
  readonly ended: Promise<void>;
  readonly stderr: () => string;
}

export const openPort = (child: ChildProcessWithoutNullStreams): Port => {
  const waiting: Answer[] = [];
  let wake: (() => void) | null = null;
  let over = false;
  let stderr = '';
  createInterface({input: child.stdout}).on('line', (line) => {
    const answer = parseAnswer(line.trim());
    if (answer === null) return;
    waiting.push(answer);
    wake?.();
  });
  child.stderr.on(
    'data',
    (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-4000)),
  );
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    const finish = (): void => {
      over = true;
      wake?.();
      resolve();
    };
    child.on('error', finish);
    child.on('close', finish);
  });
  return {
    ended,
    stderr: () => stderr.trim(),
    answer: async (ms) => {
      const deadline = Date.now() + ms;
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) return next;
        if (over) return 'ended';
        const left = deadline - Date.now();
        if (left <= 0) return 'silent';
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = null;
      }
    },
  };
};
