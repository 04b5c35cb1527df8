// Slices in a comparison: their rows, the three answers, and how they relate to whole runs.
import {answerOf} from '../../results/compare/slices/slices-answer.ts';
import {finding} from '../../results/compare/findings.ts';
import {
  isSharper,
  slicesAndRuns,
  slicesFindings,
} from '../../results/compare/slices/slices-findings.ts';
import {slicesEvent, sliceRows} from '../../results/compare/slices/rows.ts';
import type {Comparison} from '../../results/types.ts';
import type {MeasureOptions} from './measure-options.ts';
import {processesOf} from '../slices/slices-plan.ts';
import type {SlicesOutcome} from './slices-target.ts';

/** Runs and slices share one table: each may spend this share of its error budget. */
export const sharedBudget = 0.5;

export const withSlices = (
  comparison: Comparison,
  slices: SlicesOutcome | null,
  options: Pick<MeasureOptions, 'margins' | 'primary'>,
): Comparison => {
  if (slices === null) return comparison;
  if ('missing' in slices)
    return {
      ...comparison,
      findings: [...comparison.findings, finding('slices-missing', {why: slices.missing})],
    };
  const {record, processes} = slices;
  const isAlone = comparison.design === 'slices';
  const {rows, aa} = sliceRows(processes, {
    level: 0.95,
    labels: record.labels,
    margins: options.margins,
    share: isAlone ? 1 : sharedBudget,
    primary: isAlone,
  });
  const {plan} = record;
  const secondsPerProcess = plan.seconds / processesOf(plan);
  const answer = answerOf(processes, record.labels, 0.95, secondsPerProcess);
  const together = answer === null ? [] : slicesAndRuns(answer, comparison.rows);
  // Unless an event was named, the sharper of both gates and bisects.
  const leads = !isAlone && options.primary === null && isSharper(together);
  return {
    ...comparison,
    rows: [
      ...comparison.rows.map((row) => (leads ? {...row, primary: false} : row)),
      ...rows.map((row) => (leads ? {...row, primary: row.event === slicesEvent} : row)),
    ],
    ...(answer === null ? {} : {slices: answer}),
    notCounted: [...comparison.notCounted, ...(plan.notCounted ?? [])],
    findings: [
      ...comparison.findings,
      ...(aa !== null && aa.changed > 0
        ? [finding('aa-changed', {events: aa.events.join(', ')}, {events: aa.events})]
        : []),
      ...(answer === null ? [] : [...slicesFindings(answer), ...together]),
    ],
    warnings: [
      ...comparison.warnings,
      ...(record.trial?.effect === undefined
        ? []
        : [
            {
              code: 'slices-trial',
              text:
                `a test option made the after side execute ${1 + record.trial.effect} ` +
                'times as much in every slice',
            },
          ]),
    ],
    aa: isAlone ? aa : comparison.aa,
  };
};
