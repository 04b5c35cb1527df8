// npm run bench:pages: CPU time and size of the first view of every kind of page over 1,080
// sessions, and CPU time of one series out of 36,500. Usage: pages.js [FOLDER]; FOLDER keeps the
// stores.
import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {readBriefs, readNightBriefs} from '../../results/history/index.ts';
import {fillYears} from './synthetic-store.ts';

const main = fileURLToPath(new URL('../main.js', import.meta.url));
const kept = process.argv[2];
const folder =
  kept === undefined ? mkdtempSync(join(tmpdir(), 'jitstat-bench-pages-')) : resolve(kept);

/** Clock ticks per second in /proc, on all current Linux systems. */
const ticks = 100;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Seconds of CPU that a process has used, all threads. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticks;
};

const storeOf = (name: string, fill: (store: string) => number): string => {
  const store = join(folder, name);
  const done = join(store, 'filled');
  if (!existsSync(done)) {
    mkdirSync(store, {recursive: true});
    print(`${name}: ${fill(store).toLocaleString('en-US')} sessions written`);
    writeFileSync(done, '');
  }
  return store;
};

const sleep = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));

/** A separate server for each page, so that no page benefits from an earlier one. */
const firstView = async (store: string, path: string): Promise<void> => {
  const server = spawn(process.execPath, [main, 'serve', store, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const url = await new Promise<string>((go, fail) => {
      server.stdout.once('data', (chunk: Buffer) => go(chunk.toString().trim()));
      server.once('close', () => fail(new Error('the server ended')));
    });
    await sleep(2_000);
    const start = cpuOf(server.pid!);
    const page = await (await fetch(new URL(path, url))).text();
    const first = cpuOf(server.pid!);
    const pictures = [...page.matchAll(/<img src="([^"]+)"/g)].map(([, name]) => name);
    for (const name of pictures) await (await fetch(new URL(name, new URL(path, url)))).text();
    const all = cpuOf(server.pid!);
    print(
      `${path.slice(0, 46).padEnd(46)} ${(first - start).toFixed(2).padStart(5)} s  ` +
        `${String(Math.round(page.length / 1000)).padStart(4)} kB  ` +
        `${pictures.length} pictures ${(all - first).toFixed(2)} s  (start ${start.toFixed(2)} s)`,
    );
  } finally {
    server.kill();
  }
};

const year = storeOf('1080', (store) =>
  fillYears(store, {
    workloads: ['tailcall1', 'tailcall2', 'flow_dissector'],
    nights: 360,
    runs: true,
  }),
);
const {briefs} = readBriefs(year);
const session = briefs.at(-1)!;
const night = readNightBriefs(year).nights.at(-1)!;
print('first view: CPU of the page, its size, CPU of the pictures a browser may still ask for');
for (const path of [
  '/',
  `/workload/tailcall1/index.html`,
  `/event/tailcall1/instructions/index.html`,
  `/night/${night.id}/index.html`,
  `/night/${night.id}/history.html`,
  `/sessions/${session.id}/index.html`,
  `/compare/${briefs[0].id}/${briefs[3].id}/index.html`,
  '/search?q=tailcall2',
])
  await firstView(year, path);

const decade = storeOf('36500', (store) =>
  fillYears(store, {
    workloads: Array.from({length: 10}, (_, at) => `workload${at}`),
    nights: 3_650,
    runs: false,
  }),
);
/** Seconds of CPU of a process, from start to end. */
const cpuOfCommand = (...args: string[]): number => {
  const script =
    `const {spawnSync} = require('node:child_process');` +
    `spawnSync(process.execPath, ${JSON.stringify(args)}, {stdio: 'ignore'});` +
    `const read = require('node:fs').readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');` +
    `console.log((Number(read[13]) + Number(read[14])) / ${ticks});`;
  return Number(execFileSync(process.execPath, ['-e', script]).toString());
};
const history = [main, 'history', '--store', decade, '--workload', 'workload3', '-e', 'task-clock'];
print(`history of one series, index made first: ${cpuOfCommand(...history).toFixed(2)} s of CPU`);
for (let time = 0; time < 3; time++)
  print(
    `history of one series out of 36,500 sessions: ${cpuOfCommand(...history).toFixed(2)} s ` +
      `(node -e 0 at the same time: ${cpuOfCommand('-e', '0').toFixed(2)} s)`,
  );
if (kept === undefined) rmSync(folder, {recursive: true});
