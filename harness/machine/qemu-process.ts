// The QEMU process of one machine and the files it shares with this one. The files have no names:
// they are gone when both processes are, however those end.
import type {ChildProcessWithoutNullStreams} from 'node:child_process';
import {spawn, spawnSync} from 'node:child_process';
import {closeSync, ftruncateSync, openSync, readSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {endSession, rememberSession} from '../host/processes.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import type {MachineSetup} from './qemu.ts';
import {qemuArguments, sharedBytes} from './qemu.ts';

export interface QemuProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Descriptor of the shared memory. */
  readonly shared: number;
  /** The last lines of the console. */
  readonly consoleTail: () => readonly string[];
  /** What the plugin wrote so far. */
  readonly counts: () => string;
  /** Kills the process if it runs and closes the files; a second call does nothing. */
  readonly end: () => void;
}

/** Descriptors 3 to 6 of QEMU. */
const names = ['initrd', 'console', 'shared', 'counts'] as const;

export const startQemu = (
  program: string,
  setup: MachineSetup,
  initrd: Uint8Array,
): QemuProcess => {
  const files = namelessFiles();
  writeSync(files.initrd, initrd);
  ftruncateSync(files.shared, sharedBytes);
  const pathOf = (name: (typeof names)[number]): string =>
    `/proc/self/fd/${3 + names.indexOf(name)}`;
  const plugin = setup.plugin && {...setup.plugin, out: pathOf('counts')};
  const args = qemuArguments(
    {...setup, plugin},
    {initrd: pathOf('initrd'), console: pathOf('console'), shared: pathOf('shared')},
  );
  const [command, ...rest] = [...tie(), ...(setup.prefix ?? []), program, ...args];
  const child = spawn(command, rest, {
    stdio: ['pipe', 'pipe', 'pipe', ...names.map((name) => files[name])],
    detached: true,
  }) as ChildProcessWithoutNullStreams;
  if (child.pid !== undefined) rememberSession(child.pid);
  let isEnded = false;
  return {
    child,
    shared: files.shared,
    consoleTail: () => tailOf(textOf(files.console)),
    counts: () => textOf(files.counts),
    end: () => {
      if (isEnded) return;
      isEnded = true;
      if (child.pid !== undefined) endSession(child.pid);
      for (const file of Object.values(files)) closeSync(file);
    },
  };
};

const namelessFiles = (): Readonly<Record<(typeof names)[number], number>> => {
  const folder = scratchFolder('machine');
  const open = (name: string): number => openSync(join(folder, name), 'w+');
  try {
    return {
      initrd: open('initrd'),
      console: open('console'),
      shared: open('shared'),
      counts: open('counts'),
    };
  } finally {
    removeScratch(folder);
  }
};

/** With util-linux the child dies with this process even if nothing is left to kill it. */
export const tie = (): readonly string[] =>
  spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true'], {stdio: 'ignore'}).status === 0
    ? ['setpriv', '--pdeathsig', 'KILL']
    : [];

const textOf = (file: number): string => {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const chunk = Buffer.alloc(1 << 20);
    const bytes = readSync(file, chunk, 0, chunk.length, at);
    if (bytes === 0) return Buffer.concat(chunks).toString('latin1');
    chunks.push(chunk.subarray(0, bytes));
    at += bytes;
  }
};

const shownLines = 5;

/** The last lines, without the carriage returns of a serial line; a panic is the first of them. */
export const tailOf = (text: string): readonly string[] => {
  const lines = text.replaceAll('\r', '').trim().split('\n');
  const reason = lines.findLastIndex((line) => line.includes('Kernel panic'));
  if (text.trim() === '') return [];
  return reason < 0 || reason >= lines.length - shownLines
    ? lines.slice(-shownLines)
    : [lines[reason], ...lines.slice(1 - shownLines)];
};
