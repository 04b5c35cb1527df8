// npm run bench:pages: CPU time and size of the first view of every kind of page over 1,080
// sessions, and CPU time of one series out of 36,500, as ./jitstat starts them, next to what they may
// take. Usage: pages.js [FOLDER]; FOLDER keeps the stores.
import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {readBriefs, readNightBriefs} from '../../results/history/index.ts';
import {packageFile} from '../../workloads/package-file.ts';
import {fillYears} from './synthetic-store.ts';

const launcher = packageFile('jitstat');
const kept = process.argv[2];
const folder =
  kept === undefined ? mkdtempSync(join(tmpdir(), 'jitstat-bench-pages-')) : resolve(kept);

/** Seconds of CPU, and kilobytes of a page. */
const goals = {page: 0.3, history: 0.5, size: 300} as const;

/** Clock ticks per second in /proc, on all current Linux systems. */
const ticks = 100;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const verdict = (value: number, goal: number): string => (value <= goal ? 'met' : 'missed');

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

interface Server {
  readonly url: string;
  /** Seconds of CPU so far. */
  readonly cpu: () => number;
}

/** Runs `use` when the server has been idle for a while. */
const withServer = async (store: string, use: (server: Server) => Promise<void>): Promise<void> => {
  // The launcher becomes the server: it starts node with exec.
  const server = spawn(launcher, ['serve', store, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const url = await new Promise<string>((go, fail) => {
      server.stdout.once('data', (chunk: Buffer) => go(chunk.toString().trim()));
      server.once('close', () => fail(new Error('the server ended')));
    });
    const cpu = (): number => cpuOf(server.pid!);
    for (let before = -1; cpu() > before; await sleep(1_000)) before = cpu();
    await use({url, cpu});
  } finally {
    server.kill();
  }
};

const get = async (url: URL): Promise<string> => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`);
  return answer.text();
};

/** A separate server for each page, so that no page benefits from an earlier one. */
const firstView = (store: string, path: string): Promise<void> =>
  withServer(store, async ({url, cpu}) => {
    const start = cpu();
    const page = await get(new URL(path, url));
    const seconds = cpu() - start;
    const pictures = [...page.matchAll(/<img src="([^"]+)"/g)].map(([, name]) => name);
    for (const name of pictures) await get(new URL(name, new URL(path, url)));
    const kilobytes = Math.round(page.length / 1000);
    print(
      `${path.slice(0, 46).padEnd(46)} ${seconds.toFixed(2).padStart(5)} s ` +
        `${verdict(seconds, goals.page).padEnd(6)} ${String(kilobytes).padStart(4)} kB ` +
        `${verdict(kilobytes, goals.size).padEnd(6)} ${pictures.length} pictures ` +
        `${(cpu() - start - seconds).toFixed(2)} s  (start ${start.toFixed(2)} s)`,
    );
  });

const year = storeOf('1080', (store) =>
  fillYears(store, {
    workloads: ['tailcall1', 'tailcall2', 'flow_dissector'],
    nights: 360,
    runs: true,
  }),
);
rmSync(join(year, 'index'), {recursive: true, force: true});
await withServer(year, ({cpu}) => {
  print(`a server starts without an index and makes it: ${cpu().toFixed(2)} s of CPU`);
  return Promise.resolve();
});
const {briefs} = readBriefs(year);
const session = briefs.at(-1)!;
const night = readNightBriefs(year).nights.at(-1)!;
print(
  `first view: CPU of the page (${goals.page} s asked), its size (${goals.size} kB asked), ` +
    'CPU of the pictures a browser may still ask for',
);
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
/** Seconds of CPU of a process and its children, from start to end. */
const cpuOfCommand = (program: string, ...args: string[]): number => {
  const script =
    `const {spawnSync} = require('node:child_process');` +
    `spawnSync(${JSON.stringify(program)}, ${JSON.stringify(args)}, {stdio: 'ignore'});` +
    `const read = require('node:fs').readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');` +
    `console.log((Number(read[13]) + Number(read[14])) / ${ticks});`;
  return Number(execFileSync(process.execPath, ['-e', script]).toString());
};
const history = ['history', '--store', decade, '--workload', 'workload3', '-e', 'task-clock'];
print(`history of one series, index made first: ${cpuOfCommand(launcher, ...history)} s of CPU`);
for (let time = 0; time < 3; time++) {
  const seconds = cpuOfCommand(launcher, ...history);
  print(
    `history of one series out of 36,500 sessions: ${seconds.toFixed(2)} s ` +
      `(${goals.history} s asked: ${verdict(seconds, goals.history)}; node -e 0 at the same time: ` +
      `${cpuOfCommand(process.execPath, '-e', '0').toFixed(2)} s)`,
  );
}
if (kept === undefined) rmSync(folder, {recursive: true});
