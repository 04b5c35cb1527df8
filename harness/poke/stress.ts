// `poke stress`: writes the job of the stress shim, plays it, and puts the result into words.
import {execFile} from 'node:child_process';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import {scratchFolder} from '../host/scratch.ts';
import type {PokeStep, Protocol} from '../../jit/poke/protocols.ts';
import type {Image, PokeSite} from '../../jit/types.ts';
import {opcodeOf} from '../../jit/x86/form.ts';
import {buildShim} from '../shim/build-shim.ts';
import {codeAddress, missedRetval, stressImage, targetRetval} from './stress-image.ts';

export interface StressOptions {
  readonly variant: string;
  readonly protocol: Protocol;
  readonly seconds: number;
  readonly seed: number;
}

/**
 * What the shim prints. `wrong` counts executions with an impossible result; the shim stops at the
 * first.
 */
export interface StressResult {
  readonly status: 'ok' | 'wrong' | 'crash' | 'refused';
  readonly what: string;
  readonly executions: number;
  readonly pokes: number;
  readonly installs: number;
  readonly replacements: number;
  readonly removals: number;
  readonly gracePeriods: number;
  /** Executions that met an int3 during a poke and were resumed by the signal handler. */
  readonly traps: number;
  readonly wrong: number;
}

export const stress = async (options: StressOptions): Promise<StressResult> => {
  const image = stressImage(options.variant);
  requireBypass(image, options);
  const shim = await buildShim('stress');
  const folder = scratchFolder('stress');
  try {
    const file = join(folder, 'job');
    writeFileSync(file, encodeJob(image, options));
    const result = await play(shim.path, file, options.seconds);
    if (result.status === 'refused')
      throw new UserError(
        `The stress shim cannot run here: ${result.what}.`,
        'It needs Linux 4.16 or later with membarrier and seccomp, and two threads.',
      );
    return result;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};

const requireBypass = (image: Image, {variant, protocol}: StressOptions): void => {
  if (
    protocol.name === 'merged' ||
    image.programs[0].compiled.pokes.every(({bypass}) => bypass !== null)
  )
    return;
  throw new UserError(
    `Variant ${variant} patches one location for each tail call, so there is no order to try.`,
    'Choose a variant with a bypass: rfc1, v510, v61 or v618.',
  );
};

/** The shim always prints its line, whatever its exit code; without one it was killed. */
const play = (path: string, file: string, seconds: number): Promise<StressResult> =>
  new Promise((resolve) => {
    execFile(
      path,
      [file],
      {timeout: (seconds + 20) * 1000, killSignal: 'SIGKILL'},
      (_error, stdout) => {
        const none = {
          executions: 0,
          pokes: 0,
          installs: 0,
          replacements: 0,
          removals: 0,
          gracePeriods: 0,
          traps: 0,
          wrong: 0,
        };
        resolve(
          stdout.endsWith('}\n')
            ? (JSON.parse(stdout) as StressResult)
            : {...none, status: 'crash', what: 'the shim was killed without a result'},
        );
      },
    );
  });

const limits = {sites: 64, targets: 32, steps: 8} as const;
const magic = 0x7373727473746a31n;
const stepNumbers: Readonly<Record<PokeStep, number>> = {
  slot: 1,
  'target: jmp': 2,
  'target: nop': 3,
  'bypass: nop': 4,
  'bypass: skip': 5,
  'grace period': 6,
};

/** `struct stress_job` of `harness/shim/native/stress.c`, then the code from `codeAddress` on. */
const encodeJob = (image: Image, {protocol, seconds, seed}: StressOptions): Uint8Array => {
  const code = codeOf(image);
  const [entry, ...targets] = image.programs;
  const base = entry.compiled.functions[0].base;
  const steps = (list: readonly PokeStep[]): number[] =>
    padded(
      list.map((step) => stepNumbers[step]),
      limits.steps,
    );
  return Buffer.concat([
    words([
      magic,
      codeAddress,
      code.length,
      base,
      missedRetval,
      seconds * 1000,
      seed,
      ...steps(protocol.install),
      ...steps(protocol.remove),
      entry.compiled.pokes.length,
      targets.length,
      ...padded(
        entry.compiled.pokes.flatMap((site) => siteWords(site, base)),
        4 * limits.sites,
      ),
      ...padded(
        targets.flatMap(
          (
            {
              compiled: {
                functions: [{base: address, code: body}],
              },
            },
            target,
          ) => [address, body.length, targetRetval(target)],
        ),
        3 * limits.targets,
      ),
    ]),
    code,
  ]);
};

const siteWords = ({bypass, bypassTarget, target, adj}: PokeSite, base: bigint): bigint[] => [
  bypass === null ? 0n : base + BigInt(bypass),
  bypassTarget === null ? 0n : base + BigInt(bypassTarget),
  base + BigInt(target),
  BigInt(adj),
];

/** All functions at their addresses, int3 between them. */
const codeOf = (image: Image): Uint8Array => {
  const end = image.functions.reduce(
    (last, {base, code}) => Math.max(last, Number(base - codeAddress) + code.length),
    0,
  );
  const bytes = new Uint8Array(end).fill(opcodeOf('int3')[0]);
  for (const {base, code} of image.functions) bytes.set(code, Number(base - codeAddress));
  return bytes;
};

const padded = <T extends number | bigint>(list: readonly T[], length: number): (T | 0)[] => [
  ...list,
  ...Array.from({length: length - list.length}, () => 0 as const),
];

const words = (values: readonly (number | bigint)[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, index) => view.setBigUint64(8 * index, BigInt(value), true));
  return new Uint8Array(view.buffer);
};

export const stressText = (
  {variant, protocol, seconds}: StressOptions,
  result: StressResult,
): string =>
  [
    `variant ${variant}, protocol ${protocol.name}: one thread runs the image, one patches it, ` +
      `${seconds} s at most`,
    `  ${result.executions} executions, ${result.pokes} pokes ` +
      `(${result.installs} installs, ${result.replacements} replacements, ` +
      `${result.removals} removals),`,
    `  ${result.gracePeriods} grace periods, ${result.traps} executions met an int3 and were sent on`,
    `  ${result.status === 'ok' ? '0 wrong results' : `${result.status}: ${result.what}`}`,
    '',
  ].join('\n');
