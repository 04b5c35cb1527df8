// At a glance: the four answers at the top of a page, in words made from a comparison. This file
// answers whether it changed, and by how much.
import {fewestAaQuads} from '../../results/rows/calibration-rows.ts';
import {primaryRow} from '../../results/rows/primary-row.ts';
import {isClaim} from '../../results/claims.ts';
import type {Comparison} from '../../results/types.ts';
import {middle} from '../tables/figures.ts';
import {formatChange, formatCount, formatInterval, plural} from '../charts/axis-format.ts';
import {countVerdicts} from '../charts/verdicts.ts';
import {isSimulated} from '../tables/facts.ts';
import type {Answer} from './short-answer.ts';
import {measuredRows} from './short-answer.ts';
import {isItTheCode} from './glance-code.ts';
import {whatIsUnusual} from './glance-unusual.ts';

/** The four answers in reading order. */
export const glance = (comparison: Comparison): readonly Answer[] => [
  didItChange(comparison),
  byHowMuch(comparison),
  isItTheCode(comparison),
  whatIsUnusual(comparison),
];

const didItChange = (comparison: Comparison): Answer => {
  const question = 'Did it change?';
  const {aa} = comparison;
  const rows = measuredRows(comparison);
  const simulated = comparison.rows.filter((row) => isSimulated(row.event));
  const besides = [
    simulated.length === 0
      ? ''
      : `Of ${plural(simulated.length, 'simulated count')} ${simulated.filter(isClaim).length} changed.`,
    aa === null
      ? 'No A/A was measured with it.'
      : aa.quads < fewestAaQuads
        ? `Its A/A has ${plural(aa.quads, 'quad')}, too few to tell.`
        : `Its A/A called ${aa.changed} of ${plural(aa.rows, 'event')} changed.`,
  ]
    .filter((text) => text !== '')
    .join(' ');
  if (rows.length === 0 && simulated.length === 0)
    return {
      question,
      answer: 'Nothing was counted',
      detail: 'No event could be counted on this host; the reasons are below.',
    };
  if (rows.length === 0)
    return {
      question,
      answer: simulated.some(isClaim)
        ? `Yes, ${simulated.filter(isClaim).length} of ${plural(simulated.length, 'simulated count')}`
        : 'No, the simulated counts are the same',
      detail:
        'Nothing was measured: a simulator counted what the code does, not what it costs in time.',
    };
  const counts = `${countVerdicts(rows)}.`;
  if (comparison.sameImage)
    return {
      question,
      answer: 'Same image on both sides',
      detail: `An A/A: the code is identical. ${counts}`,
    };
  const changed = rows.filter(isClaim);
  if (changed.length === 0 && comparison.findings.some((one) => one.code === 'aa-changed'))
    return {
      question,
      answer: 'Withheld: the A/A is not clean',
      detail: `The same code also differed from itself, so no verdict is given. ${besides}`,
    };
  if (changed.length > 0)
    return {
      question,
      answer: `Yes, ${changed.length} of ${plural(rows.length, 'event')}`,
      detail: `${counts} ${besides}`,
    };
  return {
    question,
    answer: rows.every((row) => row.verdict === 'equal')
      ? 'No, equal within the margin'
      : 'No change shown',
    detail: `${counts} ${besides}`,
  };
};

const byHowMuch = (comparison: Comparison): Answer => {
  const question = 'By how much?';
  const row = primaryRow(comparison);
  if (row === undefined)
    return {question, answer: 'Not known', detail: 'There is no event to compare.'};
  if (row.change === null || !Number.isFinite(row.change.ratio))
    return {question, answer: `${row.event}: no ratio`, detail: row.reason};
  // The figures of the table, which agree with the change; medians of all runs need not.
  const before = row.figures?.before ?? middle(row.before);
  const after = row.figures?.after ?? middle(row.after);
  const sides =
    before === null || after === null
      ? ''
      : `${formatCount(before, row.unit === 'ns' ? row.unit : '')} → ` +
        `${formatCount(after, row.unit)}.`;
  const needed =
    row.verdict === 'unsettled' && row.quadsNeeded !== undefined
      ? ` About ${plural(row.quadsNeeded, 'quad')} would settle it.`
      : '';
  return {
    question,
    answer: `${row.event} ${formatChange(row.change.ratio)}`,
    detail:
      `${row.verdict}; ` +
      (row.kind === 'exact'
        ? 'exact'
        : `${Math.round(row.change.level * 100)} % interval ` +
          formatInterval(row.change.low, row.change.high)) +
      `. ${sides}${needed}`,
    tone: row.verdict,
  };
};
