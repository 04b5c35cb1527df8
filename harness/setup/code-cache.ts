// Run by the build: V8's code cache of the one script for this Node with these flags. It holds what
// a comparison of two commands and a history use; other functions are compiled when they are called.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Io} from '../command/command.ts';
import type * as entry from '../entry.ts';
import {cacheFile, compileScript} from '../one-script.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-code-'));
const silent: Io = {
  out: () => {},
  err: () => {},
  errIsTerminal: false,
  outIsTerminal: false,
  cwd: folder,
  env: process.env,
  now: () => new Date(),
  stdin: () => Promise.resolve(Buffer.alloc(0)),
};

try {
  const {script, run} = compileScript<typeof entry>();
  const {runCli} = run();
  await runCli(silent, ['ab', '--help']);
  // Without perf this ends at once, and the cache holds less.
  await runCli(silent, 'ab -q -r 4 --store store -- true -- true'.split(' '));
  await runCli(silent, 'history --store store'.split(' '));
  writeFileSync(cacheFile(), script.createCachedData());
} finally {
  rmSync(folder, {recursive: true, force: true});
}
