// How a session may end before its plan does, and what that costs of the error budget.
import {finding} from '../../results/compare/findings.ts';
import type {StoppingRule} from '../../results/compare/quads/stopping.ts';
import {levelAt} from '../../results/compare/quads/stopping.ts';
import type {JournalHeader} from '../../results/store/index.ts';
import type {Comparison, Finding, Plan, Samples} from '../../results/types.ts';
import type {MeasureOptions} from './measure-options.ts';

/**
 * The stopping rule of a session, or null if its size is fixed. It may take at most the plan's
 * quads.
 */
export const ruleOf = (options: MeasureOptions, plan: Plan): StoppingRule | null =>
  options.until === null
    ? null
    : {
        kind: options.until.kind,
        target: options.until.target,
        maxQuads: plan.quads,
        share: shareOf(options),
        ...(options.primary === null ? {} : {primary: options.primary}),
      };

/** Several comparisons that are made at the same time share the error budget evenly. */
export const shareOf = ({comparisons}: MeasureOptions): number => 1 / (comparisons ?? 1);

/** A session that was ended by its rule or its time says so: its level is stricter. */
export const endedEarly = (
  {quads, rows}: Comparison,
  options: MeasureOptions,
  plan: Plan,
): readonly Finding[] => {
  const rule = ruleOf(options, plan);
  const primary = rows.find((row) => row.primary);
  if (quads === null || quads >= plan.quads || primary === undefined) return [];
  if (rule === null && options.keepsTime === true)
    return [finding('time-is-up', {quads, most: plan.quads})];
  if (rule?.kind !== 'decision') return [];
  const isSettled = primary.verdict !== 'unsettled';
  return [
    finding('ended-early', {
      quads,
      most: plan.quads,
      why: isSettled ? `${primary.event} is settled` : 'the time is up',
      level: Number((100 * levelAt(rule, quads)).toPrecision(4)),
    }),
  ];
};

/** A session that stopped at a decision concludes with what the rule left of the error budget. */
export const levelOf = (
  options: MeasureOptions,
  {plan}: JournalHeader,
  samples: Samples,
): {readonly level?: number} => {
  const rule = ruleOf(options, plan);
  if (rule?.kind !== 'decision') return {};
  const quads = new Set(samples.quad.filter((_, run) => samples.warmup[run] === 0)).size;
  return {level: levelAt(rule, quads)};
};
