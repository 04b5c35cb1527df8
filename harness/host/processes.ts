// The processes that this one started: which are still alive, and how all of them are ended.
import {readdirSync, readFileSync} from 'node:fs';
import {unwatch, watch} from './watcher.ts';

interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/** How long a process may take to end after SIGTERM before it gets SIGKILL. */
const graceMs = 250;
/** How long SIGKILL is repeated; processes left then wait for a device and cannot be ended. */
const patienceMs = 5000;

/** Sessions of the children running now: each child that `runChild` starts leads one. */
const sessions = new Set<number>();

export const runsChildren = (): boolean => sessions.size > 0;

export const rememberSession = (leader: number): void => {
  sessions.add(leader);
  watch(leader);
};

/**
 * Ends what a child left behind in its session; true if there was anything. A daemon that made a
 * separate session is left alone. Until all of it is gone the session stays watched.
 */
export const endSession = (leader: number): boolean => {
  const hasLeft = endLeft(leader);
  sessions.delete(leader);
  unwatch(leader);
  return hasLeft;
};

const endLeft = (leader: number): boolean => {
  try {
    process.kill(-leader, 0);
  } catch {
    return false;
  }
  // The group may consist of zombies alone, if nobody reaps them in this container.
  const left = (): readonly number[] =>
    living()
      .filter(({session}) => session === leader)
      .map(({pid}) => pid);
  return endAll(left);
};

/** Ends every descendant of this process and every member of a running child's session. */
export const endChildren = (): void => {
  endAll(() => {
    const all = living();
    const ours = new Set(all.filter(({session}) => sessions.has(session)).map(({pid}) => pid));
    for (let before = -1; before !== ours.size;) {
      before = ours.size;
      for (const {pid, parent} of all)
        if (parent === process.pid || ours.has(parent)) ours.add(pid);
    }
    return [...ours];
  });
};

/**
 * True if there was anything to end. Blocks the event loop, so that nothing starts meanwhile. A
 * process may fork and die while /proc is read, so that neither it nor its child is seen: only two
 * empty readings in a row are the end.
 */
const endAll = (left: () => readonly number[]): boolean => {
  const begun = Date.now();
  const asked = new Set<number>();
  for (let empty = 0; empty < 2 && Date.now() - begun < patienceMs;) {
    const pids = left();
    empty = pids.length === 0 ? empty + 1 : 0;
    const isLate = Date.now() - begun >= graceMs;
    for (const pid of pids) {
      if (isLate) signal(pid, 'SIGKILL');
      else if (!asked.has(pid)) signal(pid, 'SIGTERM');
      asked.add(pid);
    }
    if (pids.length > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4);
  }
  return asked.size > 0;
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile, or belongs to another user (a setuid program).
  }
};

/** All processes except zombies, from /proc/PID/stat (proc(5), fields 3, 4 and 6). */
const living = (): readonly Listed[] =>
  folders().flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const [state, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' || state === 'X'
        ? []
        : [{pid: Number(name), parent: Number(parent), session: Number(session)}];
    } catch {
      return [];
    }
  });

const folders = (): readonly string[] => {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
};
