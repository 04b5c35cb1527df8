// Run by the build: V8's code cache of the one script for one command, for this Node with these
// flags. It holds what the command used here; other functions are compiled when they are called.
// Usage: code-cache.js ab|history|serve
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import v8 from 'node:v8';
import {fillYears} from '../bench/synthetic-store.ts';
import type {Io} from '../command/command.ts';
import type * as entry from '../entry.ts';
import type {CachedCommand} from '../one-script.ts';
import {cacheFile, cachedCommand, compileScript} from '../one-script.ts';

type RunCli = typeof entry.runCli;

/** Long enough for change points. */
const nights = 70;

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

const fillStore = (): number =>
  fillYears(join(folder, 'store'), {workloads: ['one', 'two'], nights, runs: true});

/** The first page and, by its links, a page of every kind. */
const viewPages = async (url: string): Promise<void> => {
  const seen = new Set<string>();
  const queue = ['/', '/search?q=one'];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const text = await (await fetch(new URL(path, url))).text();
    for (const [, link] of text.matchAll(/(?:href|src)="([^"#]+)"/g)) {
      const {pathname} = new URL(link, new URL(path, url));
      const kind = pathname.replace(/^\/(\w+)\/.*?([^/]*)$/, '$1 $2');
      if (!seen.has(kind)) queue.push(pathname);
      seen.add(kind);
    }
  }
};

const uses: Readonly<Record<CachedCommand, (runCli: RunCli) => Promise<unknown>>> = {
  ab: async (runCli) => {
    await runCli(silent, ['ab', '--help']);
    // Without perf this ends at once, and the cache holds less.
    await runCli(silent, 'ab -q -r 4 --store store -- true -- true'.split(' '));
    await runCli(silent, 'history --store store'.split(' '));
  },
  history: async (runCli) => {
    fillStore();
    // First without an index, then from it.
    for (const args of ['', ' --workload one -e task-clock', ' --json'])
      await runCli(silent, `history --store store${args}`.split(' '));
  },
  serve: async (runCli) => {
    fillStore();
    const url = await new Promise<string>((resolve) => {
      void runCli({...silent, out: resolve}, 'serve store --port 0'.split(' '));
    });
    await viewPages(url.trim());
  },
};

// The cache has to fit the flags of a start, which commands change later (optimize-less.ts).
v8.setFlagsFromString = () => {};

const command = cachedCommand(process.argv[2]);
try {
  const {script, run} = compileScript<typeof entry>();
  await uses[command](run().runCli);
  writeFileSync(cacheFile(command), script.createCachedData());
} finally {
  rmSync(folder, {recursive: true, force: true});
}
process.exit(0);
