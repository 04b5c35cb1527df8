// Repeats a comparison with twice the runs until its verdict is settled, and searches an ordered
// list by such verdicts.
import {userMessage} from '../command/trouble.ts';
import type {Change, ComparisonRow, Session} from '../../results/types.ts';

export type Direction = 'more' | 'less' | 'either';

/**
 * `bad`: it changed in the direction looked for; `good`: proven not to have changed so; `skip`: not
 * settled after all tries, or not measurable.
 */
export interface Judgement {
  readonly outcome: 'good' | 'bad' | 'skip';
  readonly why: string;
  readonly sessions: readonly string[];
  /** ln(after / before) of the last session, if there is one. */
  readonly step: number | null;
}

/** The exit codes of `git bisect run`. */
export const bisectCodes = {good: 0, bad: 1, skip: 125} as const;

export interface SettleRequest {
  /** Measures with `factor` times the runs of the first try. */
  readonly measure: (factor: number, before: Session | null) => Promise<Session>;
  /** The event whose verdict counts; null = the primary one. */
  readonly event: string | null;
  readonly direction: Direction;
  readonly tries: number;
  /**
   * ln of the whole change between the ends, once it is known: an interval wholly beyond half of it
   * is bad, one wholly before it good. Without it the verdict decides, and `equal` has to be proven
   * within the margin.
   */
  readonly step: number | null;
  readonly progress: (text: string) => void;
}

export const settle = async ({
  measure,
  event,
  direction,
  tries,
  step,
  progress,
}: SettleRequest): Promise<Judgement> => {
  const sessions: string[] = [];
  let last: Session | null = null;
  let said = 'nothing was measured';
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      last = await measure(2 ** attempt, last);
    } catch (error) {
      return {outcome: 'skip', why: userMessage(error), sessions, step: null};
    }
    sessions.push(last.id);
    const row = rowOf(last, event);
    if (row === null)
      return {
        outcome: 'skip',
        why: `${event ?? 'the primary event'} was not counted`,
        sessions,
        step: null,
      };
    said = describe(row, step === null);
    const outcome =
      step === null || row.change === null ? byVerdict(row, direction) : bySide(row.change, step);
    progress(`${outcome ?? `not settled, try ${attempt + 1} of ${tries}`}: ${said}`);
    if (outcome !== null)
      return {
        outcome,
        why: said,
        sessions,
        step: row.change === null ? null : Math.log(row.change.ratio),
      };
  }
  return {
    outcome: 'skip',
    why: `${said}, not settled after ${tries} ${tries === 1 ? 'try' : 'tries'}`,
    sessions,
    step: null,
  };
};

const byVerdict = ({verdict}: ComparisonRow, direction: Direction): 'good' | 'bad' | null => {
  if (verdict === 'unsettled') return null;
  return verdict === direction || (direction === 'either' && verdict !== 'equal') ? 'bad' : 'good';
};

const bySide = ({low, high}: Change, step: number): 'good' | 'bad' | null => {
  if (low === null || high === null) return null;
  const [near, far] =
    step > 0 ? [Math.log(low), Math.log(high)] : [-Math.log(high), -Math.log(low)];
  const half = Math.abs(step) / 2;
  if (near > half) return 'bad';
  return far < half ? 'good' : null;
};

const rowOf = (session: Session, event: string | null): ComparisonRow | null =>
  session.comparison?.rows.find((row) => (event === null ? row.primary : row.event === event)) ??
  null;

const describe = ({event, change, verdict}: ComparisonRow, withVerdict: boolean): string => {
  const percent = (ratio: number | null): string =>
    ratio === null ? '?' : `${ratio < 1 ? '' : '+'}${((ratio - 1) * 100).toFixed(2)} %`;
  return change === null
    ? `${event}: ${verdict}`
    : `${event} ${percent(change.ratio)} [${percent(change.low)}, ` +
        `${percent(change.high)}]${withVerdict ? ` (${verdict})` : ''}`;
};

/** Entries that could not be settled, between the last known good and the first known bad one. */
export interface SearchResult {
  readonly lastGood: string;
  readonly firstBad: string;
  readonly skipped: readonly string[];
}

/**
 * Bisects `names`, of which the first is good and the last bad. Skipped ones are stepped around,
 * nearest first.
 */
export const searchFirstBad = async (
  names: readonly string[],
  judge: (name: string) => Promise<Judgement>,
): Promise<SearchResult> => {
  let good = 0;
  let bad = names.length - 1;
  const skipped = new Set<number>();
  for (;;) {
    const middle = (good + bad) / 2;
    const open = Array.from({length: bad - good - 1}, (_, offset) => good + 1 + offset).filter(
      (index) => !skipped.has(index),
    );
    if (open.length === 0) break;
    const next = open.reduce((best, index) =>
      Math.abs(index - middle) < Math.abs(best - middle) ? index : best,
    );
    const {outcome} = await judge(names[next]);
    if (outcome === 'good') good = next;
    else if (outcome === 'bad') bad = next;
    else skipped.add(next);
  }
  return {
    lastGood: names[good],
    firstBad: names[bad],
    skipped: [...skipped]
      .filter((index) => index > good && index < bad)
      .map((index) => names[index]),
  };
};
