#!/usr/bin/env node
// The process behind ./jitstat: the real world as an `Io`, then the command line.
import {runCli} from './cli.ts';
import {exitCodes} from './command/command.ts';

const readStdin = async (): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(
    `jitstat: the output cannot be written (${error.message}).\n  hint: Make room, or send it elsewhere; what was measured is in the store.\n`,
  );
  process.exit(exitCodes.wrongUse);
});

process.exitCode = await runCli(
  {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    errIsTerminal: process.stderr.isTTY === true,
    outIsTerminal: process.stdout.isTTY === true,
    cwd: process.cwd(),
    env: process.env,
    now: () => new Date(),
    stdin: readStdin,
  },
  process.argv.slice(2),
);
