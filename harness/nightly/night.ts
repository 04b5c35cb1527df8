// A night from start to end: host check, A/A, the suite, confirmation of changes that would alert,
// and a record written at every step.
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import type {Alert, Night} from '../../results/history/index.ts';
import {readBriefs, readNights} from '../../results/history/index.ts';
import {isAlive} from '../../results/store/owner.ts';
import {
  hostFolder,
  readSessionFile,
  sweep,
  takeLock,
  unfinishedJournals,
} from '../../results/store/index.ts';
import type {HostRecord, Session} from '../../results/types.ts';
import {userMessage} from '../command/trouble.ts';
import {droppedAlerts, gapAlerts, hostAlerts} from './night-alerts.ts';
import type {MakeTask} from './night-entry.ts';
import {measureAa, measureEntry} from './night-entry.ts';
import type {Suite, SuiteWorkload} from './suite/suite.ts';
import type {Measure, NightWorld} from './night-task.ts';
import {newRecord} from './night-writer.ts';
import type {NightWriter} from './night-writer.ts';
import {nightClock, shortNote} from './time-budget.ts';

export interface FinishedNight {
  readonly night: Night;
  /** Sessions measured tonight by id, including confirming ones. */
  readonly sessions: ReadonlyMap<string, Session>;
  readonly first: boolean;
}

/** Only one night at a time in a store and on a machine. */
export const runNight = async (
  world: NightWorld,
  store: string,
  suite: Suite,
  fallbackHost: HostRecord,
): Promise<FinishedNight> => {
  const lock = takeLock(store, `night-${hostFolder(fallbackHost)}`, 'Another night is run');
  try {
    return await lockedNight(world, store, suite, fallbackHost);
  } finally {
    lock.release();
  }
};

const lockedNight = async (
  world: NightWorld,
  store: string,
  suite: Suite,
  fallbackHost: HostRecord,
): Promise<FinishedNight> => {
  sweep(store);
  const {nights} = readNights(store);
  refuseSecond(nights.filter(({machine}) => machine === fallbackHost.name));
  const record = newRecord(world, store, suite, fallbackHost);
  const earlier = nights.filter(
    ({suite: name, machine}) => name === suite.name && machine === fallbackHost.name,
  );
  const lastFinished = earlier.findLast(({status}) => status === 'finished') ?? null;
  const first = lastFinished === null;
  const gaps = gapAlerts(
    earlier,
    unfinishedJournals(store).journals.map(({header}) => header.night),
  );
  const host = await hostOrReason(world, suite);
  if (typeof host === 'string') {
    record.end({status: 'refused', reason: host, alerts: gaps, exitCode: 2});
    return {night: record.night(), sessions: new Map(), first};
  }
  record.save({
    machine: host.name,
    host,
    alerts: [
      ...gaps,
      ...hostAlerts(lastFinished?.host ?? null, host),
      ...droppedAlerts(suite, lastFinished),
    ],
    notes: hostNotes(world),
  });
  const {sessions, clock, measured} = await measureNight(
    world,
    suite,
    record,
    earlier,
    pastSessions(store, earlier, host),
  );
  const night = record.night();
  const alerts = [...night.alerts, ...silencedByAa(night, measured)];
  record.end({
    status: 'finished',
    alerts,
    notes: [...night.notes, ...clock.notes(), ...shortNotes(night, sessions)],
    exitCode: alerts.some(({gate}) => gate) ? 1 : 0,
  });
  return {night: record.night(), sessions, first};
};

/**
 * Measures the A/A, then the entries that fit into the suite's time. `measured` are alerts of
 * measured changes, which count only if the A/A shows no change; all others are in the record
 * already.
 */
const measureNight = async (
  world: NightWorld,
  suite: Suite,
  record: NightWriter,
  earlier: readonly Night[],
  past: (name: string) => Session[],
) => {
  const sessions = new Map<string, Session>();
  const clock = nightClock(world.now, suite, 1 + suite.workloads.length);
  const task: MakeTask = (workload, more = {}) => ({
    target: workload.target,
    repeat: workload.repeat,
    placement: suite.placement,
    events: suite.events,
    margins: workload.margins,
    seconds: clock.share(),
    left: clock.left(),
    size: null,
    simulate: true,
    night: record.night().id,
    ...more,
  });
  const keep: Measure = async (asked) => {
    const from = world.now().getTime();
    const session = await world.measure(asked);
    if (asked.size === null) clock.learn(asked.seconds, (world.now().getTime() - from) / 1000);
    sessions.set(session.id, session);
    return session;
  };
  record.save({aa: await measureAa(suite.workloads[0], task, keep, world, clock)});
  clock.done();

  const measured: Alert[] = [];
  const planned = longestUnmeasured(suite, earlier, clock.plan(suite.workloads.length));
  record.save({notes: [...record.night().notes, ...leftNotes(suite, planned)]});
  for (const workload of suite.workloads) {
    const {name} = workload;
    const {workloads, alerts: before} = record.night();
    if (!planned.has(workload)) {
      const entry = {name, session: null, reason: 'left for another night'};
      record.save({workloads: [...workloads, entry]});
      continue;
    }
    const request = {suite, workload, task, keep, clock, world, earlier: past(name)};
    const {entry, alerts} = await measureEntry(request);
    const found = alerts.filter(({code}) => measuredCodes.includes(code));
    measured.push(...found);
    record.save({
      workloads: [...workloads, entry],
      alerts: [...before, ...alerts.filter((alert) => !found.includes(alert))],
    });
    clock.done();
  }
  return {sessions, clock, measured};
};

/** Alerts that a bad A/A silences. */
const measuredCodes: readonly Alert['code'][] = ['change-found', 'budget-exceeded'];

/** This many workloads of the suite, those first whose turn was longest ago. */
const longestUnmeasured = (
  {workloads}: Suite,
  earlier: readonly Night[],
  most: number,
): ReadonlySet<SuiteWorkload> => {
  const lastTurn = (name: string): number =>
    earlier.findLastIndex((night) =>
      night.workloads.some((entry) => entry.name === name && entry.session !== null),
    );
  return new Set(workloads.toSorted((a, b) => lastTurn(a.name) - lastTurn(b.name)).slice(0, most));
};

const leftNotes = ({time, workloads}: Suite, planned: ReadonlySet<SuiteWorkload>): string[] => {
  const left = workloads.filter((workload) => !planned.has(workload)).map(({name}) => name);
  return left.length === 0
    ? []
    : [
        `to keep ${time} s, ${planned.size} of ${workloads.length} workloads were planned; left ` +
          `for another night: ${left.join(', ')}`,
      ];
};

const shortNotes = (night: Night, sessions: ReadonlyMap<string, Session>): string[] =>
  night.workloads.flatMap(({name, session}) => {
    const plan = sessions.get(session ?? '')?.plan;
    return plan === undefined ? [] : (shortNote(name, plan) ?? []);
  });

const refuseSecond = (nights: readonly Night[]): void => {
  const other = nights.find(
    ({status, owner}) => status === 'unfinished' && owner !== undefined && isAlive(owner),
  );
  if (other !== undefined)
    throw new UserError(
      `Another night runs in this store (process ${other.owner!.pid}).`,
      'Two nights at once disturb each other; wait for it to end.',
    );
};

/** The host, or the reason why it is refused. */
const hostOrReason = async (world: NightWorld, suite: Suite): Promise<HostRecord | string> => {
  const bad = world
    .checks()
    .filter(({name, status}) => status === 'bad' && suite.refuseOn.includes(name));
  if (bad.length > 0) return bad.map(({name, value}) => `${name}: ${value}`).join('; ');
  try {
    return await world.host();
  } catch (error) {
    return userMessage(error);
  }
};

const hostNotes = (world: NightWorld): string[] => {
  const bad = world.checks().filter(({status}) => status === 'bad');
  return bad.length === 0
    ? []
    : [
        'this host spoils measurements: ' +
          `${bad.map(({name, value}) => `${name} ${value}`).join(', ')} (jitstat doctor)`,
      ];
};

/**
 * With a bad or missing A/A, measured changes cannot be distinguished from noise: they are counted
 * in the alert and do not gate.
 */
const silencedByAa = (night: Night, measured: readonly Alert[]): Alert[] => {
  if (night.aa !== null && !night.aa.bad) return [...measured];
  const why =
    night.aa === null
      ? 'the A/A could not be measured'
      : `the A/A showed a change twice (${night.aa.events.join(', ')})`;
  const kept =
    measured.length === 0
      ? 'alarms of measured changes are silenced tonight'
      : `silenced: ${measured.map(({text}) => text).join('; ')}`;
  return [{code: 'bad-aa', gate: false, text: `${why}: ${kept}`, data: {silenced: measured}}];
};

/**
 * Sessions of earlier nights by entry name, on this machine, oldest first; of each night the
 * confirming one. Nights that did not end, or whose A/A was not quiet, are not used as a baseline.
 */
const pastSessions = (
  store: string,
  nights: readonly Night[],
  host: HostRecord,
): ((name: string) => Session[]) => {
  const briefs = new Map(readBriefs(store).briefs.map((brief) => [brief.id, brief]));
  return (name) =>
    nights
      .filter(
        ({host: other, status, aa}) =>
          other.id === host.id && status === 'finished' && aa !== null && !aa.bad,
      )
      .slice(-90)
      .flatMap((night) => {
        const {session, confirm} = night.workloads.find((workload) => workload.name === name) ?? {
          session: null,
        };
        const brief = briefs.get(confirm ?? session ?? '');
        if (brief === undefined || brief.status !== 'finished') return [];
        try {
          return [readSessionFile(join(brief.folder, 'session.json')).session];
        } catch {
          return [];
        }
      });
};
