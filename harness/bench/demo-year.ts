// npm run demo:year: a year of nights made from recorded sessions, stored, its history printed and
// drawn. Usage: demo-year.js [FOLDER]; without one .cache/demo-year.
import {resolve} from 'node:path';
import {writeFrontPage} from '../../dashboards/page/front.ts';
import {readHistory, writeNight, writeNote} from '../../results/history/index.ts';
import type {Night} from '../../results/history/index.ts';
import {finishSession} from '../../results/store/index.ts';
import {dateOf, demoNotes, demoPlan, yearOf} from '../../results/testdata/year.ts';
import type {RealSession} from '../../results/testdata/year.ts';
import {historyText} from '../history/history-text.ts';
import {realSessions} from './recorded-sessions.ts';

const store = resolve(process.argv[2] ?? '.cache/demo-year');

const main = async (): Promise<void> => {
  const nights = new Map<string, RealSession[]>();
  for (const one of yearOf(realSessions(), demoPlan)) {
    await finishSession(store, one.session, one.samples);
    nights.set(one.session.night!, [...(nights.get(one.session.night!) ?? []), one]);
  }
  for (const [id, sessions] of nights) writeNight(store, nightOf(id, sessions));
  writeNight(store, refusedNight());
  for (const note of demoNotes(demoPlan)) writeNote(store, note);
  const history = readHistory(store);
  process.stdout.write(historyText(history));
  for (const {workload, at, factor} of demoPlan.steps)
    process.stdout.write(`planted: ${workload} times x ${factor} on ${dateOf(demoPlan, at)}\n`);
  const last = [...nights].at(-1)!;
  const {index} = await writeFrontPage({
    night: nightOf(...last),
    history,
    sessions: last[1],
    outDir: resolve(store, 'page'),
  });
  process.stdout.write(`store: ${store}\npage:  ${index}\n`);
};

const nightOf = (id: string, sessions: readonly RealSession[]): Night => {
  const {created, host} = sessions[0].session;
  return {
    schema: 'jitstat/night/1',
    id,
    night: created.slice(0, 10),
    created,
    finished: sessions.at(-1)!.session.created,
    status: 'finished',
    machine: host.name,
    host,
    suite: 'demo',
    aa: null,
    workloads: sessions.map(({session}) => ({
      name: session.workload ?? session.id,
      session: session.id,
    })),
    alerts: [],
    notes: [],
    exitCode: 0,
  };
};

/** The gap at night 150 has a reason; the others are nights that were not run. */
const refusedNight = (): Night => {
  const [{session}] = realSessions();
  const created = `${dateOf(demoPlan, 150)}T02:00:00.000Z`;
  return {
    schema: 'jitstat/night/1',
    id: `${created.slice(0, 10).replaceAll('-', '')}-020000000-demo`,
    night: created.slice(0, 10),
    created,
    finished: created,
    status: 'refused',
    reason: 'CPU governor: powersave',
    machine: 'demo',
    host: {...session.host, name: 'demo'},
    suite: 'demo',
    aa: null,
    workloads: [],
    alerts: [],
    notes: [],
    exitCode: 2,
  };
};

await main();
