// One entry of a night: measured, judged, and measured again with twice the quads if it would
// alert; and the A/A.
import type {Alert, Night, NightWorkload} from '../../results/history/index.ts';
import {StoreError} from '../../results/error.ts';
import {subjectOf} from '../../results/history/points.ts';
import {isClaim} from '../../results/claims.ts';
import type {Session} from '../../results/types.ts';
import {userMessage} from '../command/trouble.ts';
import type {Target} from '../measure/measure-options.ts';
import {changeAlerts, countingAlerts} from './alerts.ts';
import type {Suite, SuiteWorkload} from './suite/suite.ts';
import type {Measure, MeasureTask, NightWorld} from './night-task.ts';
import type {Clock} from './time-budget.ts';

export type MakeTask = (workload: SuiteWorkload, more?: Partial<MeasureTask>) => MeasureTask;

/**
 * The before side against itself, measured counts only, since simulated ones are always equal. If
 * it shows a change it is measured again with twice the quads, time permitting, before the night is
 * called bad.
 */
export const measureAa = async (
  workload: SuiteWorkload,
  task: MakeTask,
  keep: Measure,
  world: NightWorld,
  clock: Clock,
): Promise<Night['aa']> => {
  const {before} = workload.target;
  const same = {...workload.target, after: before} as Target;
  try {
    world.progress('A/A');
    const begun = world.now().getTime();
    const session = await keep(task(workload, {target: same, simulate: false}));
    const changed = changedEvents(session);
    if (changed.length === 0) return {session: session.id, bad: false, events: []};
    if (!clock.affords((2 * (world.now().getTime() - begun)) / 1000))
      return {session: session.id, bad: true, events: changed};
    const again = await keep(task(workload, {target: same, simulate: false, ...twice(session)}));
    const events = changedEvents(again);
    return {session: again.id, bad: events.length > 0, events};
  } catch (error) {
    if (error instanceof StoreError) throw error;
    world.progress(`A/A: ${userMessage(error)}`);
    return null;
  }
};

const changedEvents = (session: Session): string[] =>
  (session.comparison?.rows ?? []).filter(isClaim).map(({event}) => event);

export interface EntryRequest {
  readonly suite: Suite;
  readonly workload: SuiteWorkload;
  readonly task: MakeTask;
  readonly keep: Measure;
  readonly clock: Clock;
  readonly world: NightWorld;
  readonly earlier: readonly Session[];
}

/**
 * An entry whose workload, sides or repeat changed in the suite starts a new series: earlier nights
 * under its name measured something else.
 */
export const measureEntry = async ({
  suite,
  workload,
  task,
  keep,
  clock,
  world,
  earlier: ofThisName,
}: EntryRequest): Promise<{entry: NightWorkload; alerts: Alert[]}> => {
  const {name} = workload;
  const missing = (reason: string, gate: boolean) => ({
    entry: {name, session: null, reason},
    alerts: [
      {
        code: 'missing-workload' as const,
        gate,
        workload: name,
        text: `${name} was not measured: ${reason}`,
      },
    ],
  });
  if (!clock.fits(0)) return missing('the time of the night was used up', false);
  world.progress(name);
  const begun = world.now().getTime();
  let session: Session;
  try {
    session = await keep(task(workload));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return missing(userMessage(error), true);
  }
  const earlier = ofThisName.filter((other) => subjectOf(other) === subjectOf(session));
  const counting = countingAlerts(workload, session, earlier.at(-1) ?? null);
  const would = changeAlerts(suite, workload, session, earlier);
  const once = (why: string) => ({
    entry: {name, session: session.id},
    alerts: [...counting, ...would.map((alert) => ({...alert, text: `${alert.text}${why}`}))],
  });
  if (would.length === 0 || !suite.confirm) return once('');
  if (!clock.fits((2 * (world.now().getTime() - begun)) / 1000))
    return once('; not measured again, the time of the night does not allow it');
  world.progress(`${name}, measured again with twice the quads`);
  try {
    const confirm = await keep(task(workload, twice(session)));
    const confirmed = changeAlerts(suite, workload, confirm, earlier).filter((alert) =>
      would.some(({code, event}) => code === alert.code && event === alert.event),
    );
    const alerts = confirmed.map((alert) => ({
      ...alert,
      text: `${alert.text}; measured twice, sessions ${session.id} and ${confirm.id}`,
    }));
    return {
      entry: {name, session: session.id, confirm: confirm.id},
      alerts: [...counting, ...alerts],
    };
  } catch (error) {
    return once(`; could not be measured again (${userMessage(error)})`);
  }
};

/** A quad has two blocks of each side, or four of the only side. */
const twice = ({plan, after}: Session): Partial<MeasureTask> => ({
  size: {
    runs: 2 * plan.quads * (after === null ? 4 : 2) * plan.runsPerBlock,
    runsPerBlock: plan.runsPerBlock,
  },
});
