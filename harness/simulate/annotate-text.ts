// The annotated listing: executions per machine instruction, under their BPF instructions, with
// sums by step.
import {formatInsn} from '../../jit/bpf/text/format-insn.ts';
import type {CountedLine} from './count.ts';
import type {Simulated} from './simulate.ts';
import type {StepCounts} from './step-counts.ts';
import {countSteps, partOf, stepDifferences} from './step-counts.ts';
import {plural} from '../../results/wording.ts';

type SampleCounts = ReadonlyMap<number, number>;

const touched = ['code-pages', 'code-lines', 'data-pages'] as const;

/**
 * One variant: every instruction with its executions in one repetition of the scenario, and with
 * its samples if there are any.
 */
export const annotatedListing = (
  simulated: Simulated,
  workload: string,
  samples?: SampleCounts,
): string => {
  const {image, lines, executions, totals} = simulated;
  const total = lines.reduce((sum, line) => sum + line.executions, 0);
  const shares = touched.map(
    (what) => `${perExecution(totals[`image/${what}/`], executions)} ${what.replace('-', ' ')}`,
  );
  return [
    `${workload} ${image.variant}: executions in one repetition of the scenario ` +
      `(${plural(executions, 'program execution')}),`,
    'counted under valgrind; not executed = .; sites that are patched as compiled, their branches ' +
      `as patched${samples === undefined ? '' : ';\nin front of it the samples of perf record'}`,
    '',
    ...image.functions.flatMap((one) => functionLines(one.symbol, one.program, simulated, samples)),
    ...stepTable(
      countSteps(lines),
      executions,
      samples === undefined ? null : samplesByStep(lines, samples),
    ),
    '',
    `${total} instructions in all, ${perExecution(total, executions)} per program execution`,
    `touched in each program execution: ${shares.join(', ')}`,
    '',
  ].join('\n');
};

/** Two variants: what each step costs on both sides, and which steps make up the difference. */
export const stepComparison = (before: Simulated, after: Simulated, workload: string): string => {
  const from = countSteps(before.lines);
  const to = countSteps(after.lines);
  const cost = (steps: readonly StepCounts[], name: string): string => {
    const found = steps.find((entry) => entry.step === name);
    return found === undefined ? '-' : perExecution(found.instructions, before.executions);
  };
  const differences = stepDifferences(before.lines, after.lines);
  const columns = (cells: readonly string[]): string =>
    cells.map((cell) => cell.padStart(12)).join('');
  const row = (difference: StepCounts): string =>
    `  ${difference.step.padEnd(22)}${columns([
      cost(from, difference.step),
      cost(to, difference.step),
      ...[difference.instructions, difference.branches, difference.loads].map((value) =>
        signedPer(value, before.executions),
      ),
    ])}`;
  const words = stepDifferences(before.lines, after.lines, partOf)
    .filter((difference) => difference.instructions !== 0)
    .toSorted((a, b) => Math.abs(b.instructions) - Math.abs(a.instructions))
    .map(
      (difference) => `${difference.step} ${signedPer(difference.instructions, before.executions)}`,
    );
  return [
    `${workload}: ${before.image.variant} -> ${after.image.variant}, instructions per ` +
      'program execution by step',
    '',
    `  ${'step'.padEnd(22)}${columns(['before', 'after', 'insns', 'branches', 'loads'])}`,
    ...differences.map(row),
    `  ${'all'.padEnd(22)}${columns([
      perExecution(sumOf(from, 'instructions'), before.executions),
      perExecution(sumOf(to, 'instructions'), after.executions),
      ...(['instructions', 'branches', 'loads'] as const).map((field) =>
        signedPer(sumOf(to, field) - sumOf(from, field), before.executions),
      ),
    ])}`,
    '',
    words.length === 0 ? 'No part differs.' : `The difference: ${words.join(', ')} per execution.`,
    '',
  ].join('\n');
};

const functionLines = (
  symbol: string,
  program: string,
  {image, lines}: Simulated,
  samples: SampleCounts | undefined,
): string[] => {
  const verified = image.programs.find((one) => one.name === program)?.verified;
  const own = lines.filter((line) => line.symbol === symbol);
  return [
    `${symbol}:`,
    ...own.flatMap((line, index) => {
      const head =
        line.insn >= 0 && line.insn !== own[index - 1]?.insn && verified !== undefined
          ? [
              `${''.padStart(samples === undefined ? 10 : 16)}  ; ${line.insn}: ` +
                `${formatInsn(verified.insns, line.insn)}` +
                `${line.executions === 0 ? '' : `   (${plural(line.executions, 'time')})`}`,
            ]
          : [];
      return [...head, sampleColumn(line, samples) + codeLine(line)];
    }),
    '',
  ];
};

const sampleColumn = ({address}: CountedLine, samples: SampleCounts | undefined): string =>
  samples === undefined ? '' : String(samples.get(Number(address)) ?? '').padStart(6);

const codeLine = (line: CountedLine): string =>
  (
    `${(line.executions === 0 ? '.' : String(line.executions)).padStart(10)}  ` +
    `${line.offset.toString(16).padStart(4)}: ${line.bytes.padEnd(30)} ` +
    `${line.text.padEnd(36)} ${line.step}`
  ).trimEnd();

const samplesByStep = (
  lines: readonly CountedLine[],
  samples: SampleCounts,
): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const {step, address} of lines)
    sums.set(step, (sums.get(step) ?? 0) + (samples.get(Number(address)) ?? 0));
  return sums;
};

const stepTable = (
  steps: readonly StepCounts[],
  executions: number,
  samples: ReadonlyMap<string, number> | null,
): string[] => [
  stepRow('step', [
    'insns',
    'per exec',
    'branches',
    'loads',
    'stores',
    ...(samples === null ? [] : ['samples']),
  ]),
  ...steps.map(({step, instructions, branches, loads, stores}) =>
    stepRow(step, [
      instructions,
      perExecution(instructions, executions),
      branches,
      loads,
      stores,
      ...(samples === null ? [] : [samples.get(step) ?? 0]),
    ]),
  ),
];

const stepRow = (name: string, cells: readonly (string | number)[]): string =>
  `  ${name.padEnd(22)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;

const sumOf = (
  steps: readonly StepCounts[],
  field: 'instructions' | 'branches' | 'loads',
): number => steps.reduce((sum, step) => sum + step[field], 0);

const perExecution = (count: number, executions: number): string => (count / executions).toFixed(2);

const signedPer = (count: number, executions: number): string =>
  `${count >= 0 ? '+' : ''}${(count / executions).toFixed(2)}`;
