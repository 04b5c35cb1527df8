// Parts of npm run bench:precision with sessions whose truth is known: injected effects and
// identical sides.
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {mean, sampleStandardDeviation} from 'simple-statistics';
import {median} from '../../results/stats/robust.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import type {SessionResult, SessionsRequest} from './precision-sessions.ts';
import {logsOf, sliceSessions} from './precision-sessions.ts';
import type {Settings} from './precision-text.ts';
import {counted, error, halfOf, inState, percent, print, printGoal} from './precision-text.ts';

const sides = {workload: findWorkload('tailcall1'), before: 'v58', after: 'v58'} as const;

/** Runs this many sessions, `atOnce` at the same time. */
const sessionsOf = async (
  request: SessionsRequest,
  count: number,
  {atOnce, folder, seed}: Settings,
  firstSeed: number,
): Promise<readonly SessionResult[]> => {
  const session = await sliceSessions(request);
  const found: SessionResult[] = [];
  let next = 0;
  const lane = async (_: unknown, index: number): Promise<void> => {
    const own = join(folder, String(index));
    mkdirSync(own, {recursive: true});
    while (next < count) found.push(await session(seed * 1_000_000 + firstSeed + next++, own));
  };
  await Promise.all(Array.from({length: atOnce}, lane));
  return found;
};

const changeOf = (one: SessionResult) => logsOf(one.answer.overPlacements);

/** The errors of the estimates, and how many intervals hold the truth. */
const againstTruth = (found: readonly SessionResult[], truth: number) => {
  const errors = found.map((one) => changeOf(one).value - truth);
  return {
    bias: mean(errors),
    error: sampleStandardDeviation(errors) / Math.sqrt(errors.length),
    half: median(found.map((one) => halfOf(changeOf(one)))),
    covered: found.filter((one) => changeOf(one).low <= truth && changeOf(one).high >= truth)
      .length,
  };
};

const most = {bias: 0.0002, claims: 0.05, half: 0.004} as const;
/** Two standard errors of the mean may be added to a bias before it counts. */
const sure = 2;

export const effects = async (settings: Settings): Promise<void> => {
  const {sessions = null, seconds = null, seed} = settings;
  const [count, length] = [sessions ?? 60, seconds ?? 2];
  print(`effects put into tailcall1, v58 on both sides: ${count} sessions of ${length} s each`);
  let [covered, all, isUnbiased] = [0, 0, true];
  for (const state of ['idle', 'load'] as const)
    await inState(state, seed, async () => {
      for (const effect of [0.001, 0.002, 0.01]) {
        const request = {...sides, seconds: length, aa: false, trial: {effect}};
        const found = await sessionsOf(request, count, settings, 10_000 + all);
        const result = againstTruth(found, Math.log1p(effect));
        covered += result.covered;
        all += found.length;
        if (Math.abs(result.bias) > most.bias + sure * result.error) isUnbiased = false;
        print(
          `    ${percent(Math.log1p(effect))}: bias ${percent(result.bias)} +-${error(result.error)}, ` +
            `half-width ${error(result.half)}, covered ${counted(result.covered, found.length)}, ` +
            `found ${found.filter(({verdict}) => verdict === 'more').length}`,
        );
      }
    });
  print(`  covered in all: ${counted(covered, all)}`);
  const isCovered = covered / all >= 0.93 && covered / all <= 0.97;
  printGoal(
    'no bias beyond 0.02 % and two standard errors, the 95 % interval covers 93 to 97 %',
    isUnbiased && isCovered,
  );
};

export const aa = async (settings: Settings): Promise<void> => {
  const {sessions = null, seconds = null, seed} = settings;
  const [count, length] = [sessions ?? 100, seconds ?? 2];
  print(`identical sides, tailcall1 v58, with their A/A: ${count} sessions of ${length} s each`);
  const all: SessionResult[] = [];
  const claimsOf = (found: readonly SessionResult[]): number =>
    found.filter(({claims}) => claims > 0).length;
  for (const state of ['idle', 'steady load', 'drift', 'bursts'] as const)
    await inState(state, seed, async () => {
      const request = {...sides, seconds: length, aa: true};
      const found = await sessionsOf(request, count, settings, 100_000 + all.length);
      all.push(...found);
      print(
        `    a claim in ${counted(claimsOf(found), found.length)}, in the A/A of ` +
          `${found.filter(({aaClaims}) => aaClaims > 0).length}; ` +
          `half-width ${error(againstTruth(found, 0).half)}`,
      );
    });
  const {half} = againstTruth(all, 0);
  print(`  in all a claim in ${counted(claimsOf(all), all.length)}; half-width ${error(half)}`);
  printGoal(
    'a claim in at most 5 % of the sessions, half-width below 0.4 % in the median',
    claimsOf(all) / all.length <= most.claims && half < most.half,
  );
};

/** Of 20 sessions. */
const enough = {found: 17, equal: 19, of: 20} as const;

export const truth = async (settings: Settings): Promise<void> => {
  const {sessions = null, seconds = null} = settings;
  const [count, length] = [sessions ?? enough.of, seconds ?? 10];
  print(`truth: tailcall1, v58 on both sides, sessions of ${length} s`);
  const verdicts = async (effect: number, verdict: 'more' | 'equal'): Promise<number> => {
    const trial = effect === 0 ? {} : {trial: {effect}};
    const request = {...sides, seconds: length, aa: false, ...trial};
    // One at a time, because the goal is the width of a session that has the machine to itself.
    const alone = {...settings, atOnce: 1};
    const found = await sessionsOf(request, count, alone, 200_000 + Math.round(effect * 1e6));
    const hits = found.filter((one) => one.verdict === verdict).length;
    const name = effect === 0 ? 'proven equal within 0.3 %' : `${percent(effect)} found`;
    print(
      `    ${name} in ${counted(hits, found.length)}, ` +
        `half-width ${error(againstTruth(found, 0).half)}`,
    );
    return hits / count;
  };
  const more = await verdicts(0.002, 'more');
  const equal = await verdicts(0, 'equal');
  printGoal(
    `+0.2 % found in ${enough.found} of ${enough.of}, identical sides equal in ${enough.equal}`,
    more >= enough.found / enough.of && equal >= enough.equal / enough.of,
  );
};
