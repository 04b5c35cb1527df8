// Checks a variant before anything is measured with it: its frames, and its runs of random programs
// against the reference interpreter.
import {createHash} from 'node:crypto';
import type {Variant} from '../../jit/variants/variant.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import {chain, chainKinds} from './chains.ts';
import {generate, slotsPerSeed} from './generate.ts';
import type {Generated} from './generate.ts';
import {countingOf, imageHashOf, playInterpreted, playNative, refusalOf} from './play-programs.ts';
import type {Expected, NativeOptions} from './play-programs.ts';
import type {Shim} from '../shim/build-shim.ts';
import {ensureFrames, hashOf, knownViolations, refuseVariant} from './ensure-frames.ts';
import type {CacheOptions} from './passed-checks.ts';
import {hasPassed, rememberPassed} from './passed-checks.ts';

export interface EnsureOptions extends CacheOptions {
  readonly shim: Shim;
}

const programs = 200;
const perProcess = 100;
/** A hundred programs take milliseconds. */
const watchdogMs = 5000;

/**
 * Like `ensureFrames`, but also plays a few hundred random programs with tail calls, subprograms
 * and full stacks: each must end as the reference interpreter says. Takes a few seconds, once per
 * variant.
 */
export const ensureVariant = async (variant: Variant, options: EnsureOptions): Promise<void> => {
  ensureFrames(variant, options);
  const key = variant.foreign === undefined ? hashOf(variant) : foreignHash(variant, options);
  const check = `${key}-runs ${options.shim.hash}`;
  if (hasPassed(check, options)) return;
  const folder = scratchFolder('variant');
  try {
    const fault = await playAll(variant, {
      variant,
      folder,
      slots,
      shim: options.shim,
      watchdogMs,
    });
    if (fault !== null) refuseVariant(variant, fault);
  } finally {
    removeScratch(folder);
  }
  rememberPassed(check, options);
};

const slots = perProcess * slotsPerSeed + chainKinds.length;

/** What went wrong first, or null. */
const playAll = async (variant: Variant, options: NativeOptions): Promise<string | null> => {
  for (let first = 1; first <= programs; first += perProcess) {
    const random = Array.from({length: perProcess}, (_, index) =>
      randomProgram(variant, first + index, index),
    );
    const all = first === 1 ? [...random, ...chains(variant)] : random;
    const list = all.flatMap((generated) => expectedOf(variant, generated, options) ?? []);
    const result = await playNative(list, options);
    if (result !== 'ok')
      return `random programs end otherwise than in the reference interpreter: ${result}`;
  }
  return null;
};

const randomProgram = (variant: Variant, seed: number, index: number): Generated =>
  generate(seed, {
    isa: variant.rules.isa,
    firstSlot: index * slotsPerSeed,
    slots,
    tailCalls: !knownViolations.has(variant.name),
    fullStacks: true,
  });

/** Tail calls up to the limit, which random programs do not reach. */
const chains = (variant: Variant): Generated[] =>
  knownViolations.has(variant.name)
    ? []
    : chainKinds
        .filter((kind) => kind !== 'subprogram' || countingOf(variant).tailCallCounter !== 'fresh')
        .map((kind, index) => chain(kind, slots - 1 - index, slots));

/** Programs and their outcomes in the interpreter, or null if the variant's kernel refuses them. */
const expectedOf = (
  variant: Variant,
  generated: Generated,
  options: NativeOptions,
): Expected | null => {
  const mixes =
    variant.rules.tailCallsInSubprograms === 'refuse' &&
    generated.programs.some(({functions}) => functions.length > 1);
  if (mixes && refusalOf(generated.programs, options) !== null) return null;
  const {outcome, packet} = playInterpreted(generated, countingOf(variant));
  if (outcome.kind !== 'returned')
    throw new Error(`seed ${generated.seed}: ${JSON.stringify(outcome)}`);
  return {generated, value: outcome.value, packet};
};

/** An external compiler is identified by its answers for a few programs. */
const foreignHash = (variant: Variant, {shim}: EnsureOptions): string => {
  const hash = createHash('sha256').update(variant.name);
  for (let seed = 1; seed <= 8; seed++) {
    const {isa} = variant.rules;
    const generated = generate(seed, {isa, firstSlot: 0, slots: slotsPerSeed, tailCalls: true});
    hash.update(imageHashOf(generated.programs, {variant, shim, folder: '', slots: slotsPerSeed}));
  }
  return hash.digest('hex');
};
