// When a session ends before its plan does: its rule is satisfied, or its time is up.
import {fewestQuads} from '../../results/compare/quads/row.ts';
import {nextLook} from '../../results/compare/quads/stopping.ts';
import type {JournalBlock, JournalHeader} from '../../results/store/index.ts';
import {blocksToSamples} from '../../results/store/index.ts';
import {ruleOf} from './session-end.ts';
import type {MeasureOptions} from './measure-options.ts';
import {comparableSamples} from './unlike-sides.ts';

/** One more than a verdict needs; the time may be exceeded for them. */
const leastQuads = fewestQuads + 1;

/**
 * What the runner asks before each quad; without a rule it follows the plan to its end. `isKnown`:
 * the slices of this session have reached the requested width.
 */
export const enoughOf = (
  options: MeasureOptions,
  {plan, before, after}: Pick<JournalHeader, 'plan' | 'before' | 'after'>,
  isKnown = false,
): {readonly enough?: (blocks: readonly JournalBlock[]) => boolean} => {
  const rule = ruleOf(options, plan);
  const keepsTime = options.keepsTime === true;
  if (rule === null && !keepsTime) return {};
  const end = keepsTime ? performance.now() + 1000 * options.budgetSeconds : Infinity;
  const least = Math.max(leastQuads, Math.ceil((options.leastRuns ?? 0) / (2 * plan.runsPerBlock)));
  const soFar = (blocks: readonly JournalBlock[]) =>
    comparableSamples({before, after}, blocksToSamples(blocks).samples);
  return {
    enough: (blocks) => {
      const own = blocks.filter(({aa}) => !aa);
      const quads = own.filter(({position, warmup}) => position === 3 && !warmup).length;
      if (quads < Math.min(least, plan.quads)) return false;
      if (isKnown || performance.now() >= end) return true;
      return rule !== null && nextLook(soFar(own), rule) === 'stop';
    },
  };
};
