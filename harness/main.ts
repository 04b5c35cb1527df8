#!/usr/bin/env node
// The process of ./jitstat: the real world as an `Io`, signals, then the command line. Everything
// else is loaded from here, so that even a failure to load it gives a message and not a stack.
import type {Io} from './command/command.ts';
import type * as entry from './entry.ts';
import {cachedCommand, runCached} from './one-script.ts';

/** The launcher keeps it from node; this process and all it starts see it as the user set it. */
const certificates = process.env['JITSTAT_EXTRA_CA_CERTS'];
if (certificates !== undefined) {
  process.env['NODE_EXTRA_CA_CERTS'] = certificates;
  delete process.env['JITSTAT_EXTRA_CA_CERTS'];
}

const run = async (): Promise<number> => {
  const argv = process.argv.slice(2);
  const {runCli, report, endOnSignals, inputLimit} =
    runCached<typeof entry>(cachedCommand(argv[0])) ?? (await import('./entry.ts'));
  const limit = () => inputLimit(process.env);
  endOnSignals();
  process.on('uncaughtException', (error) => process.exit(report(io(limit), error)));
  return runCli(io(limit), argv);
};

const io = (limit: () => number): Io => ({
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  errIsTerminal: process.stderr.isTTY === true,
  outIsTerminal: process.stdout.isTTY === true,
  cwd: process.cwd(),
  env: process.env,
  now: () => new Date(),
  stdin: () => readStdin(limit()),
});

/** At most a little more than `most` bytes: a pipe may never end. */
const readStdin = async (most: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > most) break;
  }
  return Buffer.concat(chunks);
};

process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(
    `jitstat: the output cannot be written (${error.message}).\n` +
      '  hint: Make room, or send it elsewhere; what was measured is in the store.\n',
  );
  process.exit(2);
});

try {
  process.exitCode = await run();
} catch (error) {
  // Only loading can fail here; with very few descriptors not even the table of reasons loads.
  if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error;
  process.stderr.write(
    'jitstat: the program cannot be loaded: too few open files are allowed.\n' +
      '  hint: Raise the limit: ulimit -n 1024.\n',
  );
  process.exitCode = 2;
}
