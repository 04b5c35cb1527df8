// The lines between the title of a table and its rows: how it was measured, what the control
// showed, on which host. Every clause is in words, and what is not known is left out.
import {fewestAaQuads} from '../../results/rows/calibration-rows.ts';
import type {Comparison, ComparisonRow, HostLoad, Session} from '../../results/types.ts';
import {isSimulated} from './facts.ts';
import {percentText} from './figures.ts';
import {plural} from '../../results/wording.ts';

/** `12 runs a side in 6 interleaved quads; clock +0.50%; control: no change in 16 rows`. */
export const headerText = (comparison: Comparison): string =>
  comparison.rows.length > 0 && comparison.rows.every((row) => isSimulated(row.event))
    ? 'one repetition, counted exactly in a simulator; no time was measured'
    : [
        howMeasured(comparison),
        ...(comparison.design === 'slices' ? [] : [clock(comparison), multiplexing(comparison)]),
        control(comparison),
      ]
        .filter((clause) => clause !== null)
        .join('; ');

/** `Test CPU, 2 cores, Linux 6.1.0; others used 0.3 CPUs`: the machine, and what else ran on it. */
export const hostText = ({host}: Session, load: HostLoad | null = null): string =>
  [
    host.cpu === null ? 'unknown CPU' : shortCpu(host.cpu),
    plural(host.cores, 'core'),
    [
      host.virtualization === null ? null : 'virtual machine',
      host.hardwareCounters ? null : 'without hardware counters',
    ]
      .filter((part) => part !== null)
      .join(' '),
    `Linux ${host.kernel}`,
  ]
    .filter((part) => part !== '')
    .join(', ') + (load === null ? '' : `; ${loadText(load)}`);

const loadText = ({others, stolen}: HostLoad): string =>
  `others used ${others.toFixed(1)} CPUs` +
  (stolen < 0.0005 ? '' : `, the hypervisor took ${(100 * stolen).toFixed(1)} %`);

const shortCpu = (cpu: string): string =>
  cpu
    .replaceAll(/\((?:R|TM)\)| CPU(?= \S)| Processor| \d+-Core|@.*$/gi, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

const howMeasured = (comparison: Comparison): string => {
  const {design, quads, slices} = comparison;
  const processes = slices === undefined ? '' : plural(slices.processes, 'process');
  if (design === 'slices' && slices !== undefined)
    return (
      `${processes} with slices of ${(slices.sliceNs / 1000).toPrecision(2)} us ` +
      `at ${plural(slices.placements, 'placement')}`
    );
  const runs = runsText(comparison);
  switch (design) {
    case 'abba':
      return (
        `${runs}${quads === null ? '' : ` in ${plural(quads, 'interleaved quad')}`}` +
        `${slices === undefined ? '' : ` and ${slices.processes} processes of slices`}`
      );
    case 'one-core':
      return `${runs}, both sides on one core`;
    case 'blocked':
      return `${runs}, one side after the other`;
    default:
      return `${runs}, from the means as printed`;
  }
};

const runsText = (comparison: Comparison): string => {
  const [before, after] = (['before', 'after'] as const).map((side) =>
    comparison.rows
      .filter((row) => !row.event.startsWith('slices/') && !isSimulated(row.event))
      .map((row) => row[side].n)
      .reduce<number | null>((most, n) => (n === null ? most : Math.max(most ?? n, n)), null),
  );
  if (comparison.findings.some(({code}) => code === 'one-run') && (before ?? 1) === 1)
    return 'one run a side';
  if (before === null && after === null) return 'number of runs not known';
  return before === after
    ? `${plural(before!, 'run')} a side`
    : `${before ?? '?'} runs before and ${after ?? '?'} after`;
};

const clock = ({decomposition}: Comparison): string | null => {
  if (decomposition.clock === null) return null;
  const change = Math.exp(-decomposition.clock) - 1;
  return Math.abs(change) < 0.0005 ? 'same clock' : `clock ${percentText(change)}`;
};

const multiplexing = ({rows}: Comparison): string | null => {
  const shares = rows
    .filter((row: ComparisonRow) => !isSimulated(row.event))
    .flatMap((row) => [row.before.running, row.after.running])
    .filter((share) => share !== null);
  const least = shares.reduce((a, b) => Math.min(a, b), 1);
  return least > 0.9995
    ? null
    : `counters shared, each event counted ${(100 * least).toFixed(0)} % of the time or more`;
};

const control = ({aa, sameImage}: Comparison): string => {
  if (aa === null) return sameImage ? 'the same code on both sides: a control' : 'no control';
  if (aa.quads < fewestAaQuads) return 'control too short to judge';
  return aa.changed === 0
    ? `control: no change in ${plural(aa.rows, 'row')}`
    : `control: ${aa.changed} of ${plural(aa.rows, 'row')} changed`;
};
