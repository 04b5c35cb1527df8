// Repeats a comparison with twice the runs until its verdict is settled, and searches an ordered list by such verdicts.
import type {ComparisonRow, Session} from '../../results/types.ts';

export type Direction = 'more' | 'less' | 'either';

/** `bad`: it changed in the direction looked for; `good`: it did not, proven; `skip`: not settled after all tries, or it could not be measured. */
export interface Judgement {
  readonly outcome: 'good' | 'bad' | 'skip';
  readonly why: string;
  readonly sessions: readonly string[];
}

/** What `git bisect run` takes an exit code for. */
export const bisectCodes = {good: 0, bad: 1, skip: 125} as const;

export interface SettleRequest {
  /** Measures with `factor` times the runs of the first try. */
  readonly measure: (factor: number, before: Session | null) => Promise<Session>;
  /** The event whose verdict counts; null = the primary one. */
  readonly event: string | null;
  readonly direction: Direction;
  readonly tries: number;
  readonly progress: (text: string) => void;
}

export const settle = async ({measure, event, direction, tries, progress}: SettleRequest): Promise<Judgement> => {
  const sessions: string[] = [];
  let last: Session | null = null;
  let said = 'nothing was measured';
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      last = await measure(2 ** attempt, last);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'UserError')) throw error;
      return {outcome: 'skip', why: error.message.replace(/\.$/, ''), sessions};
    }
    sessions.push(last.id);
    const row = rowOf(last, event);
    if (row === null) return {outcome: 'skip', why: `${event ?? 'the primary event'} was not counted`, sessions};
    said = describe(row);
    progress(said);
    if (row.verdict !== 'unsettled') return {outcome: row.verdict === direction || (direction === 'either' && row.verdict !== 'equal') ? 'bad' : 'good', why: said, sessions};
  }
  return {outcome: 'skip', why: `${said}, not settled after ${tries} tries`, sessions};
};

export const rowOf = (session: Session, event: string | null): ComparisonRow | null =>
  session.comparison?.rows.find((row) => (event === null ? row.primary : row.event === event)) ?? null;

const describe = ({event, change, verdict}: ComparisonRow): string => {
  const percent = (ratio: number): string => `${ratio < 1 ? '' : '+'}${((ratio - 1) * 100).toFixed(2)} %`;
  return change === null ? `${event}: ${verdict}` : `${event} ${percent(change.ratio)} [${percent(change.low)}, ${percent(change.high)}]: ${verdict}`;
};

/** Entries between the last one known good and the first one known bad could not be settled. */
export interface SearchResult {
  readonly lastGood: string;
  readonly firstBad: string;
  readonly skipped: readonly string[];
}

/** Bisects `names`, of which the first is good and the last bad. Skipped ones are stepped around, nearest first. */
export const searchFirstBad = async (names: readonly string[], judge: (name: string) => Promise<Judgement>): Promise<SearchResult> => {
  let good = 0;
  let bad = names.length - 1;
  const skipped = new Set<number>();
  for (;;) {
    const middle = (good + bad) / 2;
    const open = Array.from({length: bad - good - 1}, (_, offset) => good + 1 + offset).filter((index) => !skipped.has(index));
    if (open.length === 0) break;
    const next = open.reduce((best, index) => (Math.abs(index - middle) < Math.abs(best - middle) ? index : best));
    const {outcome} = await judge(names[next]);
    if (outcome === 'good') good = next;
    else if (outcome === 'bad') bad = next;
    else skipped.add(next);
  }
  return {lastGood: names[good], firstBad: names[bad], skipped: [...skipped].filter((index) => index > good && index < bad).map((index) => names[index])};
};
