// Ends running children if this process is killed with SIGKILL and cannot do so itself: a shell
// sleeps on a pipe until this process closes it by ending, in whatever way.
import type {ChildProcess} from 'node:child_process';
import {spawn} from 'node:child_process';
import type {Socket} from 'node:net';

/** Reads `+ LEADER` and `- LEADER`; at the end of its input it kills the groups that are left. */
const script = `
  live=
  while read -r sign leader; do
    rest=
    for one in $live; do [ "$one" = "$leader" ] || rest="$rest $one"; done
    live=$rest
    [ "$sign" = - ] || live="$live $leader"
  done
  for one in $live; do kill -KILL "-$one" 2>/dev/null; done
`;

let watcher: ChildProcess | null = null;

/** `leader` leads the process group of a child that must not outlive this process. */
export const watch = (leader: number): void => say(`+ ${leader}\n`);

export const unwatch = (leader: number): void => say(`- ${leader}\n`);

const say = (line: string): void => {
  watcher ??= start();
  watcher.stdin?.write(line);
};

/** Neither the shell nor its pipe keeps this process running. */
const start = (): ChildProcess => {
  const shell = spawn('sh', ['-c', script], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell nothing is watched, and a killed process leaves its child running.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  (shell.stdin as Socket).unref();
  return shell;
};
