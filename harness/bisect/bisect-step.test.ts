// Repeating until settled, and searching by verdicts that may be missing.
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {UserError} from '../../results/error.ts';
import {testSamples, testSession} from '../../results/testdata/session.ts';
import type {Verdict} from '../../results/types.ts';
import type {Direction, Judgement} from './bisect-step.ts';
import {searchFirstBad, settle} from './bisect-step.ts';

const run = async (
  verdicts: readonly (Verdict | 'fails')[],
  direction: Direction = 'more',
  event: string | null = null,
): Promise<Judgement & {factors: number[]}> => {
  const factors: number[] = [];
  const judgement = await settle({
    measure: async (factor) => {
      const verdict = verdicts[factors.length];
      factors.push(factor);
      if (verdict === 'fails') throw new UserError('The command ended with exit code 1.', 'fix it');
      return testSession({id: `s${factors.length}`}, testSamples(), {'task-clock': verdict});
    },
    event,
    direction,
    tries: verdicts.length,
    step: null,
    progress: () => {},
  });
  return {...judgement, factors};
};

test.each<[Verdict | 'fails', Direction, string]>([
  ['more', 'more', 'bad'],
  ['less', 'more', 'good'],
  ['equal', 'more', 'good'],
  ['less', 'less', 'bad'],
  ['more', 'either', 'bad'],
  ['less', 'either', 'bad'],
  ['equal', 'either', 'good'],
  ['unsettled', 'more', 'skip'],
  ['fails', 'more', 'skip'],
])('%s, looking for %s: %s', async (verdict, direction, outcome) =>
  expect((await run([verdict], direction)).outcome).toBe(outcome),
);

test(
  'an unsettled step is repeated with twice the runs until it is settled or the tries are ' +
    'used up',
  async () => {
    expect(await run(['unsettled', 'unsettled', 'more'])).toMatchObject({
      outcome: 'bad',
      factors: [1, 2, 4],
      sessions: ['s1', 's2', 's3'],
    });
    expect(await run(['unsettled', 'unsettled'])).toMatchObject({
      outcome: 'skip',
      factors: [1, 2],
      why: expect.stringMatching(/not settled after 2 tries/) as string,
    });
  },
);

test.each<[number, number, number, string]>([
  [1.06, 1.05, 1.1, 'bad'],
  [1.01, 0.99, 1.1, 'good'],
  [1.06, 1.04, 1.1, 'skip'],
  [0.94, 0.945, 0.9, 'bad'],
  [1, 1.01, 0.9, 'good'],
  [0.94, 0.96, 0.9, 'skip'],
  [1.2, 1.2, 0.9, 'good'],
])(
  'a change with an interval from %f to %f, out of a whole change of %f: %s',
  async (one, other, whole, outcome) => {
    const session = testSession();
    const [row, ...rest] = session.comparison!.rows;
    const change = {ratio: one, low: Math.min(one, other), high: Math.max(one, other), level: 0.95};
    const measured = {
      ...session,
      comparison: {
        ...session.comparison!,
        rows: [{...row, change, verdict: 'more' as const}, ...rest],
      },
    };
    const judgement = await settle({
      measure: async () => measured,
      event: null,
      direction: 'more',
      tries: 1,
      step: Math.log(whole),
      progress: () => {},
    });
    expect(judgement.outcome).toBe(outcome);
  },
);

test('an event other than the primary one may decide', async () => {
  expect((await run(['more'], 'more', 'cycles')).outcome).toBe('good');
  expect(await run(['more'], 'more', 'LLC-loads')).toMatchObject({
    outcome: 'skip',
    why: 'LLC-loads was not counted',
  });
});

test('the search finds the first bad entry, or the ones around it that could not be settled', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .integer({min: 2, max: 20})
        .chain((length) =>
          fc.tuple(
            fc.constant(length),
            fc.integer({min: 1, max: length - 1}),
            fc.array(fc.boolean(), {minLength: length, maxLength: length}),
          ),
        ),
      async ([length, first, unsettled]) => {
        const names = Array.from({length}, (_, index) => String(index));
        const result = await searchFirstBad(names, async (name) => ({
          outcome: unsettled[Number(name)] ? 'skip' : Number(name) >= first ? 'bad' : 'good',
          why: '',
          sessions: [],
          step: null,
        }));
        expect(Number(result.firstBad)).toBeGreaterThanOrEqual(first);
        expect(Number(result.lastGood)).toBeLessThan(first);
        const between = Number(result.firstBad) - Number(result.lastGood) - 1;
        expect(result.skipped.length).toBe(between);
        for (const name of result.skipped) expect(unsettled[Number(name)]).toBe(true);
      },
    ),
    {numRuns: 200, seed: 5},
  );
});
