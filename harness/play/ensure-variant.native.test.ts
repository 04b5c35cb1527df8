// Broken variants of different kinds are refused before they are measured, and good ones pass.
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {rfc1} from '../../jit/variants/list/rfc1.ts';
import {unwindNop5Push} from '../../jit/variants/list/unwind-nop5-push.ts';
import {addVariant} from '../../jit/variants/list/index.ts';
import {v510} from '../../jit/variants/list/v510.ts';
import {v618} from '../../jit/variants/list/v618.ts';
import {code} from '../../jit/variants/ops.ts';
import {pushUsed} from '../../jit/variants/prologue-steps.ts';
import type {Step} from '../../jit/variants/prologue-steps.ts';
import {bumpCount, checkCount, target, unwind} from '../../jit/variants/tail-steps.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import type {ReportInput} from '../../dashboards/page/report-page.ts';
import type {SideInfo} from '../../results/types.ts';
import {runCli} from '../cli.ts';
import {sessionExtras} from '../report/extras.ts';
import {buildShim} from '../shim/build-shim.ts';
import {resolveSide} from '../sides/resolve.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {ensureFrames} from './ensure-frames.ts';
import {ensureVariant} from './ensure-variant.ts';

const cacheDir = mkdtempSync(join(tmpdir(), 'jitstat-ensure-'));
afterAll(() => rmSync(cacheDir, {recursive: true}));
const shim = await buildShim('user');
const options = {shim, cacheDir};

const named = (variant: Variant, name: string, changes: Partial<Variant>): Variant => ({
  ...variant,
  ...changes,
  name,
});

/** The prologue with the step that `of` names moved in front of the one that `before` names. */
const moved = (variant: Variant, of: string, before: string): readonly Step[] => {
  const step = variant.prologue.find((one) => one.step === of)!;
  const others = variant.prologue.filter((one) => one !== step);
  const at = others.findIndex((one) => one.step === before);
  return [...others.slice(0, at), step, ...others.slice(at)];
};

const changed = (variant: Variant, of: string, change: Partial<Step>): readonly Step[] =>
  variant.prologue.map((step) => (step.step === of ? {...step, ...change} : step));

const nop = code([0x90]);

describe('frames that do not hold', () => {
  test.each([
    [
      'a counter pushed before the BPF stack',
      named(v618, 'early-counter', {prologue: moved(v618, 'push counter', 'allocate stack')}),
      /is where the program's stack begins, right below rbp \(R10\)/,
    ],
    [
      'the same if the count is in the frame',
      named(v510, 'early-count', {prologue: moved(v510, 'push counter', 'allocate stack')}),
      /broken: a counter \(0\) is where the program's stack begins/,
    ],
    [
      'callee-saved registers pushed before the BPF stack',
      named(v618, 'early-saves', {prologue: moved(v618, 'push used', 'allocate stack')}),
      /caller's rbx is where the program's stack begins/,
    ],
    [
      'a landing that depends on the frame',
      named(v618, 'unequal-landings', {
        prologue: changed(v618, 'hook', {
          ops: ({used}) => [code([0x0f, 0x1f, 0x44, 0, 0]), ...used.map(() => nop)],
        }),
      }),
      /tail calls land at different offsets: 12, 13/,
    ],
    [
      'an exit that leaves a register to leave',
      named(rfc1, 'no-pops', {
        prologue: rfc1.prologue.map((step) =>
          step === pushUsed ? {...pushUsed, exit: 'leave' as const} : step,
        ),
      }),
      /an exit leaves own rbx in rbx/,
    ],
    [
      'a counter popped into rax at an exit',
      named(rfc1, 'counter-as-result', {prologue: changed(rfc1, 'push counter', {into: 0})}),
      /an exit leaves .* in rax, not the return value/,
    ],
    [
      'a slot that is pushed and not declared',
      named(v618, 'hidden-slot', {
        prologue: changed(v618, 'push used', {
          ops: (frame) => [...pushUsed.ops(frame), code([0x50])],
        }),
      }),
      /the prologue pushes \d+ values, not \d+ as declared/,
    ],
    [
      'unwinding that is left out',
      named(v618, 'no-unwind', {direct: v618.direct.filter((step) => step !== unwind)}),
      /direct tail call that hits: the target finds \d+ values on the stack/,
    ],
    [
      'unwinding without a bypass',
      named(rfc1, 'no-bypass', {direct: [checkCount, bumpCount, unwind, target]}),
      /direct tail call that misses: the stack became/,
    ],
    [
      'code that nobody can follow',
      named(v618, 'noise', {
        prologue: changed(v618, 'hook', {
          ops: () => [code([0x58, 0x58, 0x58, 0x58, 0x58])],
        }),
      }),
      /its code cannot be followed: the stack is empty/,
    ],
  ])('%s', (_, variant, message) => {
    expect(() => ensureFrames(variant, options)).toThrow(message);
    expect(() => ensureFrames(variant, options)).toThrow(`Variant ${variant.name} is broken`);
  });
});

describe('runs that end differently than in the interpreter', () => {
  test.each([
    [
      'a count that is never checked',
      named(v510, 'no-check', {
        direct: v510.direct.filter((step) => step !== checkCount),
        indirect: v510.indirect.filter((step) => step !== checkCount),
      }),
    ],
    ['one tail call too few', named(v618, 'limit-32', {counter: {...v618.counter, limit: 32}})],
    [
      'a prologue that overwrites an argument',
      named(v618, 'clobbers-r2', {
        prologue: changed(v618, 'push used', {
          // xor %edi,%edi: the context is gone
          ops: (frame) => [...pushUsed.ops(frame), code([0x31, 0xff])],
        }),
      }),
    ],
  ])('%s', async (_, variant) => {
    await expect(ensureVariant(variant, options)).rejects.toThrow(
      /is broken: .*(reference interpreter|rdi holds)/,
    );
  });
});

test('a good variant passes, is remembered, and a broken one is not', async () => {
  const before = readdirSync(cacheDir).length;
  await ensureVariant(v618, options);
  expect(readdirSync(cacheDir).length).toBe(before + 2);
  await ensureVariant(v618, options);
  expect(readdirSync(cacheDir).length).toBe(before + 2);
  // Another compiler makes different code from the same steps.
  await ensureVariant(v618, {...options, compiler: 'another'});
  expect(readdirSync(cacheDir).length).toBe(before + 4);
});

test('every command that takes a side refuses a broken one, even batches and reports', async () => {
  const prologue = moved(v618, 'push counter', 'allocate stack');
  addVariant(named(v618, 'broken-side', {prologue}));
  const message = /^Variant broken-side is broken: /;
  const io = recordingIo({stdin: async () => Buffer.from('{"id":7,"variant":"broken-side"}')});
  expect(await runCli(io, ['jit', '--batch', '-'])).toBe(0);
  expect(JSON.parse(io.stdout())).toMatchObject({id: 7, reason: expect.stringMatching(message)});
  const side = {workload: 'tailcall1', variant: 'broken-side'} as SideInfo;
  const session = {id: 'a', before: side, after: null};
  expect(await sessionExtras([{session} as ReportInput])).toEqual({});
  await expect(resolveSide('broken-side', {io, rules: null})).rejects.toThrow(message);
});

test('the proposal that was withdrawn is measured as it was posted', async () => {
  await ensureVariant(unwindNop5Push, options);
  const prologue = unwindNop5Push.prologue.filter((step) => step !== pushUsed);
  const worse = {...unwindNop5Push, prologue};
  await expect(ensureVariant(worse, options)).rejects.toThrow(/is broken: an exit leaves own rbx/);
});
