// The shape of a scenario file (docs/scenario.md), as a schema.
import * as v from 'valibot';
import {
  checkShape,
  entries,
  list,
  object,
  oneOf,
  table,
  text,
  whole,
  wrongWord,
} from '../../jit/json-shape.ts';
import type {MapSpec} from '../../jit/types.ts';
import {mapTypes, playedTypes} from '../../jit/program-kinds.ts';
import {CheckError} from './check-error.ts';

const u32 = whole(0, 0xffff_ffff);
const retval = whole(-0x8000_0000, 0xffff_ffff);
const size = whole(1, 0x7fff_ffff);

const hexFault = (digits: string): string | null => {
  const odd = /[^0-9a-f]/i.exec(digits);
  if (odd !== null) return `'${odd[0]}' is not a hex digit`;
  return digits.length % 2 === 1
    ? 'an odd number of hex digits is not a whole number of bytes'
    : null;
};

/** Pairs of hex digits; blanks between them are ignored. */
const hex = v.pipe(
  v.string('must be a string of hex digits'),
  v.transform((digits) => digits.replace(/\s/g, '').toLowerCase()),
  v.rawCheck(({dataset, addIssue}) => {
    const fault = dataset.typed ? hexFault(dataset.value) : null;
    if (fault !== null) addIssue({message: fault});
  }),
);

const steps = [
  entries({op: v.literal('update'), map: text, key: u32, program: text}),
  entries({
    op: v.literal('delete'),
    map: text,
    key: u32,
    expect: v.optional(oneOf('ok', 'ENOENT')),
  }),
  entries({op: v.literal('set'), map: text, key: u32, value: hex, offset: v.optional(u32)}),
  entries({
    op: v.literal('run'),
    label: text,
    packet: text,
    flags: v.optional(whole(0, 7)),
    expect: v.optional(
      object({retval: v.optional(v.nullable(retval), null), output: v.optional(hex)}),
      {},
    ),
  }),
  entries({op: v.literal('expect'), map: text, key: u32, perRepeat: u32, offset: v.optional(u32)}),
] as const;

const kinds = steps.map(({entries: {op}}) => op.literal);

const map = v.pipe(
  object({
    name: text,
    type: oneOf(...mapTypes),
    keyBytes: size,
    valueBytes: size,
    maxEntries: size,
    initial: v.optional(hex),
  }),
  v.transform(({initial, ...rest}): MapSpec =>
    initial === undefined ? rest : {...rest, initial: new Uint8Array(Buffer.from(initial, 'hex'))},
  ),
);

/** `maps` and `type` are only for assembly text, which has no way to declare them. */
const scenario = object({
  schema: oneOf('jitstat/scenario/1'),
  packets: table(v.string(), hex),
  steps: list(v.variant('op', steps, ({input}) => wrongWord(kinds, input))),
  name: v.optional(text),
  purpose: v.optional(text),
  entry: v.optional(text),
  programs: v.optional(list(text)),
  type: v.optional(oneOf(...playedTypes)),
  maps: v.optional(list(map)),
});

export type Scenario = Readonly<v.InferOutput<typeof scenario>>;

/** Throws a CheckError with the first fault. */
export const readScenario = (document: unknown): Scenario => {
  const checked = checkShape(scenario, document);
  if ('output' in checked) return checked.output;
  const {path, text: reason, hint} = checked.fault;
  throw new CheckError(path, reason, hint);
};
