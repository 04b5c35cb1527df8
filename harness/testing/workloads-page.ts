// docs/workloads.md: the purpose of each workload, and its outcome in every variant when the page
// was made.
import {wrap} from '../../dashboards/tables/ascii.ts';
import type {Instead, Workload} from '../../workloads/types.ts';
import {executionsPerRepeat} from '../../workloads/types.ts';

export type Cell = 'ok' | 'refused' | 'crash' | 'wrong';

/** One workload with its outcome in each variant, in the order of the variants. */
export interface PageRow {
  readonly workload: Workload;
  readonly cells: readonly Cell[];
}

/** Columns of prose. */
const width = 100;
const paragraph = (text: string): string[] => wrap(text, '', '', width);

export const workloadsPage = (variants: readonly string[], rows: readonly PageRow[]): string =>
  [
    '# Workloads',
    '',
    ...paragraph(
      'Made by `harness/testing/workloads.native.test.ts`, which plays every workload in every variant in ' +
        'the user shim: the return value of every test run, the flow keys, and the counters that the ' +
        'programs keep. `JITSTAT_UPDATE=1 npx vitest run harness/testing/workloads` writes it again.',
    ),
    '',
    ...paragraph(
      'The tail-call programs are assembly text: there the call sequence is what is measured, and no ' +
        'compiler may change it. The dissector is C (`workloads/list/flow_dissector/`), 2,500 ' +
        'instructions that nobody would read as text; its objects are committed, and clang 14 is needed ' +
        "only to build them again. Return values are the programs' own: 0 for a dissected packet, while " +
        'the test run of a kernel of 2020 says 1.',
    ),
    '',
    '## What each is for',
    '',
    ...paragraph(
      '"Executions" are those of the entry program in one repetition of the scenario; `--repeat N` makes ' +
        'it N times as many. "Counts" is what a counter in the programs must say after one repetition: 33 ' +
        'is the limit of tail calls.',
    ),
    '',
    ...markdownTable(
      ['workload', 'type', 'programs', 'executions', 'counts', 'purpose'],
      merged(rows).map(({name, first, last}) => [
        name,
        last.type,
        range(first.programs.length, last.programs.length),
        range(executionsPerRepeat(first), executionsPerRepeat(last)),
        last.scenario
          .flatMap((step) => (step.op === 'expect' ? [String(step.perRepeat)] : []))
          .join(', '),
        last.purpose,
      ]),
    ),
    '',
    '## What every variant makes of it',
    '',
    ...markdownTable(
      ['workload', ...variants],
      merged(rows).map(({name, cells}) => [name, ...cells]),
    ),
    '',
    '## Where something else is expected',
    '',
    ...reasons(rows),
    '',
  ].join('\n');

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

interface Line {
  readonly name: string;
  readonly first: Workload;
  readonly last: Workload;
  readonly cells: readonly Cell[];
}

/**
 * Families of workloads with the same outcome everywhere share a line, `tail_chain_1 … 33`,
 * described by their last member.
 */
const merged = (rows: readonly PageRow[]): readonly Line[] => {
  const lines: Line[] = [];
  for (const {workload, cells} of rows) {
    const previous = lines.at(-1);
    const number = /_(\d+)$/.exec(workload.name)?.[1];
    if (
      previous !== undefined &&
      number !== undefined &&
      family(previous.first.name) === family(workload.name) &&
      previous.cells.join() === cells.join()
    ) {
      lines[lines.length - 1] = {
        ...previous,
        name: `${previous.first.name} … ${number}`,
        last: workload,
      };
    } else {
      lines.push({name: workload.name, first: workload, last: workload, cells});
    }
  }
  return lines;
};

const range = (first: number, last: number): string =>
  first === last ? String(first) : `${first} … ${last}`;

const family = (name: string): string => name.replace(/\d+$/, '');

/** One line for each variant and reason, with the workloads it applies to. */
const reasons = (rows: readonly PageRow[]): string[] => {
  const lines = new Map<string, string[]>();
  for (const {
    workload: {name, instead = {}},
  } of rows) {
    for (const [variant, what] of Object.entries(instead)) {
      const key = `${outcomeWords(what)}: ${what.why}.`;
      lines.set(key, [...(lines.get(key) ?? []), `${name} in ${variant}`]);
    }
  }
  return [...lines].flatMap(([key, cases]) => [
    ...wrap(`${key[0].toUpperCase()}${key.slice(1)}`, '- ', '  ', width),
    ...cases.map((each) => `  - ${each}`),
  ]);
};

const outcomeWords = (instead: Instead): string => {
  if (instead.kind === 'refuse') return `refused with the words \`${instead.text}\``;
  return instead.outcome === 'crash'
    ? 'a crash, which the shim contains'
    : 'a wrong value, which the shim names';
};
