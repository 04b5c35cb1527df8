// What `jitstat emitter check` tries with an emitter: its name, how it answers and refuses, whether
// its code plays the workloads, and how many of the recorded images it makes byte for byte.
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {answerLines} from '../../jit/batch.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {workloads} from '../../workloads/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {troubleOf} from '../command/trouble.ts';
import {scratchFolder} from '../host/scratch.ts';
import type {Shim} from '../shim/build-shim.ts';
import {prepareJob} from '../shim/prepare.ts';
import {describeResult} from '../shim/result.ts';
import {runShim} from '../shim/run-shim.ts';

/** `broken`: not as the protocol or a workload demands. `refused`: a proper refusal. */
export type CheckStatus = 'ok' | 'refused' | 'broken' | 'differs' | 'skipped';

export interface CheckRow {
  readonly check: string;
  readonly status: CheckStatus;
  readonly text: string;
}

/** One recorded request with the answer of the kernel or emitter at the time. */
export interface Vector {
  readonly id: string;
  readonly variant: string;
  readonly expect: {
    readonly image: string;
    readonly functionLengths: readonly number[];
    readonly pokes: readonly object[] | null;
  };
}

const exit = 'b7000000000000009500000000000000';

interface Probe {
  readonly name: string;
  readonly insns: string;
  readonly starts: readonly number[];
  readonly mayRefuse: boolean;
}

// prettier-ignore
const probes: readonly Probe[] = [
  {name: 'r0 = 0; exit', insns: exit, starts: [0], mayRefuse: false},
  {name: '10,000 instructions', insns: 'b700000001000000'.repeat(9_998) + exit,
    starts: [0], mayRefuse: false},
  {name: 'two functions', insns: `85100000010000009500000000000000${exit}`, starts: [0, 2], mayRefuse: true},
  {name: 'an opcode that does not exist', insns: `ff00000000000000${exit}`, starts: [0], mayRefuse: true},
];

const requestOf = (variant: Variant, {insns, starts}: (typeof probes)[number], id: string) =>
  JSON.stringify({
    id,
    variant: variant.name,
    insns,
    functions: starts.map((start, index) => ({
      start,
      base: `0x${(0x50000008 + 0x10000 * index).toString(16)}`,
      stackDepth: 0,
      tailCallReachable: false,
      subprogram: index > 0,
    })),
    layout: {
      callBase: '0x41000000',
      ...(variant.layout.indirectBranch === 'thunk' ? {indirectThunk: '0x50100000'} : {}),
    },
  });

/** Requests that every emitter answers or refuses; the first two must be answered. */
export const checkAnswers = (variant: Variant): CheckRow[] => {
  const lines = probes.map((probe, index) => requestOf(variant, probe, `probe ${index}`));
  const find = () => variant;
  const answers = answerLines(lines, find);
  const rows = probes.map(({name, mayRefuse}, index): CheckRow => {
    const {error, reason, image} = JSON.parse(answers[index]) as Record<string, string>;
    if (error === undefined) return {check: name, status: 'ok', text: `${image.length / 2} bytes`};
    const isClean = error === 'emitter-refuses' && mayRefuse;
    return {check: name, status: isClean ? 'refused' : 'broken', text: reason};
  });
  // A batch of one, so that the answer comes from a different process than before.
  const [again] = answerLines([lines[0].replace('"probe 0"', '"probe again"')], find);
  const isSame = again.replace('probe again', 'probe 0') === answers[0];
  rows.push({
    check: 'same answer again',
    status: isSame ? 'ok' : 'broken',
    text: isSame ? 'yes' : 'another process answers the same request otherwise',
  });
  return rows;
};

/** Plays each workload once with the emitter's code. */
export const checkWorkloads = async (variant: Variant, shim: Shim): Promise<CheckRow[]> => {
  const folder = scratchFolder('check');
  try {
    const rows: CheckRow[] = [];
    for (const workload of workloads)
      rows.push({check: workload.name, ...(await playOnce(workload, variant, shim, folder))});
    return rows;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};

const playOnce = async (
  workload: Workload,
  variant: Variant,
  shim: Shim,
  folder: string,
): Promise<Omit<CheckRow, 'check'>> => {
  try {
    const prepared = prepareJob({
      workload,
      variant,
      shim,
      placement: {kind: 'fixed', offset: 0},
      repeat: 1,
    });
    const file = join(folder, `${workload.name}.job`);
    writeFileSync(file, prepared.job);
    const [result] = await runShim(shim, file);
    const isOk = result.status === 'ok';
    return {
      status: isOk ? 'ok' : 'broken',
      text: isOk ? `${prepared.imageBytes} bytes` : describeResult(result, prepared.image),
    };
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === null) throw error;
    return {
      status: error instanceof Error && 'code' in error ? statusOf(error) : 'refused',
      text: trouble.message,
    };
  }
};

const statusOf = ({code}: {readonly code?: unknown}): CheckStatus =>
  code === 'emitter-wrong' ? 'broken' : 'refused';

/** Compares recorded images of the variant whose rules the emitter has, byte for byte. */
export const checkVectors = (variant: Variant, vectors: readonly Vector[]): CheckRow[] => {
  const answers = answerLines(
    vectors.map(({expect: _expect, ...request}) => JSON.stringify(request)),
    () => variant,
  );
  return vectors.map(({id, expect}, index): CheckRow => {
    const {error, reason, image, functionLengths, pokes} = JSON.parse(answers[index]) as {
      readonly error?: string;
      readonly reason: string;
      readonly image: string;
      readonly functionLengths: readonly number[];
      readonly pokes: readonly Record<string, number>[];
    };
    if (error === 'layout-fixed') return {check: id, status: 'skipped', text: reason};
    if (error !== undefined)
      return {check: id, status: error === 'emitter-refuses' ? 'refused' : 'broken', text: reason};
    if (image !== expect.image)
      return {check: id, status: 'differs', text: difference(image, expect.image)};
    const isSame =
      functionLengths.join() === expect.functionLengths.join() && samePokes(pokes, expect.pokes);
    return isSame
      ? {check: id, status: 'ok', text: 'identical'}
      : {check: id, status: 'differs', text: 'same code, other poke sites or lengths'};
  });
};

/** Recorded pokes hold only some of the members; kernels do not show `adj`. */
const samePokes = (
  pokes: readonly Record<string, number>[],
  expected: readonly object[] | null,
): boolean =>
  expected === null ||
  (pokes.length === expected.length &&
    expected.every((row, index) =>
      Object.entries(row).every(([name, value]) => pokes[index][name] === value),
    ));

const difference = (image: string, expected: string): string => {
  let at = 0;
  while (at < image.length && image[at] === expected[at]) at++;
  return `${image.length / 2} bytes for ${expected.length / 2}, first difference at byte ${at >> 1}`;
};
