// A store on disk for tests of pages and server: several sessions, a series of nights, a note.
import {finishSession} from '../../results/store/index.ts';
import {writeNight, writeNote} from '../../results/history/index.ts';
import type {Night} from '../../results/history/index.ts';
import {buildSession, host} from './build.ts';
import {cases} from './cases.ts';

/** Nights of one workload that becomes 4 % slower on the 13th. */
const nights = 24;
const stepAt = 12;

/** Fills `store` and returns the ids of its newest sessions by hand. */
export const fillStore = async (store: string): Promise<readonly string[]> => {
  for (let day = 0; day < nights; day++) {
    const date = `2026-10-${String(day + 1).padStart(2, '0')}`;
    const {session, samples} = buildSession({
      seed: 100 + day,
      workload: 'tailcall1',
      quads: 6,
      runsPerBlock: 2,
      events: [
        {event: 'task-clock', base: day < stepAt ? 700 : 728, noise: 0.002, effect: 1.02},
        {event: 'page-faults', base: 120, noise: 0.002, effect: 1},
      ],
    });
    const id = `${date.replaceAll('-', '')}-020000000-n${day}`;
    await finishSession(
      store,
      {
        ...session,
        id,
        created: `${date}T02:00:00.000Z`,
        night: `${date.replaceAll('-', '')}-015900000-n${day}`,
      },
      samples,
    );
    writeNight(store, night(date, day, id));
  }
  writeNote(store, {date: '2026-10-09', text: 'new microcode on lab-3'});
  const byHand = [cases.noPmu(), cases.full()];
  for (const {session, samples} of byHand) await finishSession(store, session, samples);
  return byHand.map(({session}) => session.id);
};

const night = (date: string, day: number, session: string): Night => ({
  schema: 'jitstat/night/1',
  id: `${date.replaceAll('-', '')}-015900000-n${day}`,
  night: date,
  created: `${date}T01:59:00.000Z`,
  finished: `${date}T02:14:00.000Z`,
  status: 'finished',
  machine: host.name,
  host,
  suite: 'default',
  aa: {session: 'none', bad: false, events: []},
  workloads: [
    {name: 'tailcall1', session},
    {name: 'flow_dissector', session: null, reason: 'the shim could not be built'},
  ],
  alerts: [
    {
      code: 'missing-workload',
      text: 'flow_dissector was not measured: the shim could not be built.',
      gate: false,
      workload: 'flow_dissector',
    },
    ...(day === stepAt
      ? [
          {
            code: 'change-found' as const,
            text: 'tailcall1 task-clock of rfc1 rose by 4.0 % (confirmed with twice the quads).',
            gate: true,
            workload: 'tailcall1',
            event: 'task-clock',
          },
        ]
      : []),
  ],
  notes: [],
  exitCode: day === stepAt ? 1 : 0,
});
