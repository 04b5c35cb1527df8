// At a glance: the four answers at the top of a page, in words made from a comparison.
import {fewestAaQuads} from '../../results/rows/calibration-rows.ts';
import type {Comparison, ComparisonRow, Spike, Verdict} from '../../results/types.ts';
import {
  formatChange,
  formatCount,
  formatInterval,
  formatLog,
  plural,
} from '../charts/axis-format.ts';
import {isSimulated} from '../tables/facts.ts';
import {countVerdicts, listNames, sideNames} from '../charts/verdicts.ts';

/**
 * One question with its answer in a few words and the reason in a sentence; `tone` colours the
 * answer as a verdict.
 */
export interface Answer {
  readonly question: string;
  readonly answer: string;
  readonly detail: string;
  readonly tone?: Verdict;
}

/** The four answers in reading order. */
export const glance = (comparison: Comparison): readonly Answer[] => [
  didItChange(comparison),
  byHowMuch(comparison),
  isItTheCode(comparison),
  whatIsUnusual(comparison),
];

const isChanged = (row: ComparisonRow): boolean => row.verdict === 'more' || row.verdict === 'less';

const measuredRows = (comparison: Comparison): readonly ComparisonRow[] =>
  comparison.rows.filter((row) => !isSimulated(row.event));

export const primaryRow = (comparison: Comparison): ComparisonRow | undefined =>
  comparison.rows.find((row) => row.primary) ?? comparison.rows[0];

const didItChange = (comparison: Comparison): Answer => {
  const question = 'Did it change?';
  const {aa} = comparison;
  const rows = measuredRows(comparison);
  const simulated = comparison.rows.filter((row) => isSimulated(row.event));
  const besides = [
    simulated.length === 0
      ? ''
      : `Of ${plural(simulated.length, 'simulated count')} ${simulated.filter(isChanged).length} changed.`,
    aa === null
      ? 'No A/A was measured beside it.'
      : aa.quads < fewestAaQuads
        ? `The A/A beside it has ${plural(aa.quads, 'quad')}, too few to tell.`
        : `The A/A beside it called ${aa.changed} of ${plural(aa.rows, 'event')} changed.`,
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
      answer: simulated.some(isChanged)
        ? `Yes, ${simulated.filter(isChanged).length} of ${plural(simulated.length, 'simulated count')}`
        : 'No, the simulated counts are the same',
      detail:
        'Nothing was measured: what the code does was counted by simulation, what it costs in time was not.',
    };
  const counts = `${countVerdicts(rows)}.`;
  if (comparison.sameImage)
    return {
      question,
      answer: 'Same image on both sides',
      detail: `An A/A: the code is identical. ${counts}`,
    };
  const changed = rows.filter(isChanged);
  if (changed.length === 0 && comparison.findings.some((one) => one.code === 'aa-changed'))
    return {
      question,
      answer: 'Withheld: the A/A is not clean',
      detail: `The same code twice differed too, so no verdict is given. ${besides}`,
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
  const [kind, before, after] =
    row.before.median !== null && row.after.median !== null
      ? (['Median', row.before.median, row.after.median] as const)
      : (['Mean', row.before.mean, row.after.mean] as const);
  const sides =
    before === null || after === null
      ? ''
      : `${kind} ${formatCount(before, row.unit === 'ns' ? row.unit : '')} → ${formatCount(after, row.unit)}.`;
  const needed =
    row.verdict === 'unsettled' && row.quadsNeeded !== undefined
      ? ` About ${plural(row.quadsNeeded, 'quad')} would settle it.`
      : '';
  return {
    question,
    answer: `${row.event} ${formatChange(row.change.ratio)}`,
    detail: `${row.verdict}; ${row.kind === 'exact' ? 'exact' : `${Math.round(row.change.level * 100)} % interval ${formatInterval(row.change.low, row.change.high)}`}. ${sides}${needed}`,
    tone: row.verdict,
  };
};

type PartName = 'instructions' | 'cpi' | 'clock';

const parts: readonly {
  readonly name: PartName;
  readonly words: string;
  readonly answer: (more: boolean) => string;
}[] = [
  {
    name: 'instructions',
    words: 'instructions',
    answer: (more) => `Yes, ${more ? 'more' : 'fewer'} instructions`,
  },
  {
    name: 'cpi',
    words: 'cycles per instruction',
    answer: (more) => `${more ? 'More' : 'Fewer'} cycles per instruction`,
  },
  {
    name: 'clock',
    words: 'clock period',
    answer: (more) => `No, the clock was ${more ? 'slower' : 'faster'}`,
  },
];

const isItTheCode = (comparison: Comparison): Answer => {
  const question = 'Is it the code?';
  const {decomposition} = comparison;
  if (comparison.sameImage)
    return {
      question,
      answer: 'No, the code is the same',
      detail: 'Both sides ran the same image; what differs is noise, placement or the host.',
    };
  const counted = parts.filter((part) => decomposition[part.name] !== null);
  if (decomposition.time === null || counted.length === 0)
    return withoutCounters(comparison, question);
  const sum = `${counted.map((part) => `${formatLog(decomposition[part.name]!)} ${part.words}`).join(', ')} = ${formatLog(decomposition.time)} time on the CPU (in log terms, they add up).`;
  const primary = primaryRow(comparison);
  if (primary !== undefined && !isChanged(primary))
    return {
      question,
      answer: primary.verdict === 'equal' ? 'There is nothing to explain' : 'No change to explain',
      detail: sum,
    };
  const [largest] = [...counted].sort(
    (a, b) => Math.abs(decomposition[b.name]!) - Math.abs(decomposition[a.name]!),
  );
  return {question, answer: largest.answer(decomposition[largest.name]! > 0), detail: sum};
};

/**
 * Without hardware counters the simulated counts still say what the code does, though not what it
 * costs.
 */
const withoutCounters = (comparison: Comparison, question: string): Answer => {
  const instructions = comparison.rows.find((row) =>
    /^(?:callgrind|cachegrind)\/instructions\//.test(row.event),
  );
  const missing = ['cycles', 'instructions'].filter(
    (event) => !comparison.rows.some((row) => row.event === event),
  );
  const cannot =
    missing.length === 0
      ? 'The time could not be split into instructions, cycles per instruction and clock.'
      : `Without ${listNames(missing)} the time cannot be split into instructions, cycles per instruction and clock.`;
  if (instructions === undefined || instructions.change === null)
    return {question, answer: 'Cannot be told here', detail: cannot};
  const others = comparison.rows
    .filter(
      (row) =>
        /^callgrind\/(?:branches|loads|stores)\//.test(row.event) &&
        row.change !== null &&
        isChanged(row),
    )
    .map((row) => `${row.event.split('/')[1]} ${formatChange(row.change!.ratio)}`);
  const words =
    instructions.verdict === 'equal'
      ? 'The same instructions'
      : `${instructions.verdict === 'more' ? 'More' : 'Fewer'} instructions`;
  return {
    question,
    answer: `${words}, simulated`,
    detail: `Instructions ${formatChange(instructions.change.ratio)}${others.length === 0 ? '' : `, ${others.join(', ')}`}, exact for this code. ${cannot}`,
  };
};

interface NamedSpike extends Spike {
  readonly event: string;
  readonly unit: string;
  readonly side: 'before' | 'after';
}

/** All spikes of a comparison, the largest first. */
export const allSpikes = (comparison: Comparison): NamedSpike[] =>
  comparison.rows
    .flatMap((row) =>
      (['before', 'after'] as const).flatMap((side) =>
        row.spikes[side].map((spike) => ({...spike, event: row.event, unit: row.unit, side})),
      ),
    )
    .sort((a, b) => b.times - a.times);

/** Findings of what stands out, the gravest first, with what the card says in large. */
const unusual: readonly (readonly [code: string, answer: string])[] = [
  ['aa-changed', 'The A/A is not clean'],
  ['spike-rate-changed', 'The rate of spikes changed'],
  ['one-run-spike', 'One unlucky run'],
  ['two-runs-spike', 'Two unlucky runs'],
  ['few-runs-spike', 'A few unlucky runs'],
  ['scaling-spike', 'A spike of scaling'],
  ['spikes', 'Spikes'],
  ['clock-step', 'The clock stepped'],
  ['level-step', 'The level stepped'],
  ['burst', 'A burst of disturbance'],
  ['drift', 'Drift'],
  ['bimodal', 'Two modes'],
  ['carry-over', 'Carry-over between blocks'],
  ['impossible-ratio', 'An impossible ratio'],
];

/** Where an interval of a share of the variance excludes nothing at all. */
const placementMatters = (comparison: Comparison) => {
  const sure = (comparison.placement ?? []).some((one) => one.low > 0);
  return comparison.findings
    .filter((one) => sure && one.code === 'placement-share' && one.data?.['low'] !== 0)
    .map((one) => ({code: one.code, words: 'Placement matters', text: one.text}));
};

const whatIsUnusual = (comparison: Comparison): Answer => {
  const question = 'What is unusual?';
  const spikes = allSpikes(comparison);
  const notes: string[] = [];
  const named = [
    ...unusual.flatMap(([code, words]) =>
      comparison.findings
        .filter((one) => one.code === code)
        .map((one) => ({code, words, text: one.text})),
    ),
    ...placementMatters(comparison),
  ][0];
  const dirty = comparison.aa !== null && comparison.aa.changed > 0;
  if (named !== undefined && spikes.length === 0 && named.code !== 'aa-changed')
    notes.push(`${named.text}.`);
  if (spikes.length > 0) {
    const {event, run, side, times, value, unit} = spikes[0];
    notes.push(
      `Largest: ${event}, run ${run} of ${sideNames(comparison.before, comparison.after)[side]}, ${formatCount(value, unit)} (${formatCount(times)} times the median).`,
    );
  }
  if (comparison.aa !== null && dirty)
    notes.unshift(
      `The A/A called ${comparison.aa.changed} of ${comparison.aa.rows} events changed (${listNames(comparison.aa.events)}).`,
    );
  const warnings = new Set(
    [...comparison.warnings, ...measuredRows(comparison).flatMap((row) => row.warnings)].map(
      (one) => one.text,
    ),
  ).size;
  if (warnings > 0) notes.push(`${plural(warnings, 'warning')} below.`);
  if (comparison.notCounted.length > 0)
    notes.push(`${plural(comparison.notCounted.length, 'event')} could not be counted.`);
  const answer = dirty
    ? 'The A/A is not clean'
    : spikes.length > 0
      ? plural(spikes.length, 'spike')
      : named !== undefined
        ? named.words
        : warnings > 0
          ? plural(warnings, 'warning')
          : 'Nothing';
  return {
    question,
    answer,
    detail:
      notes.length === 0
        ? `No spikes, no warnings${comparison.aa === null || comparison.aa.quads < fewestAaQuads ? '' : ', and the A/A is clean'}.`
        : notes.join(' '),
  };
};
