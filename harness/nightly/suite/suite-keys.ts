// The keys of a suite file as tables: what each must be, and what it means.
import {parsePlacement} from '../../../jit/image/placement.ts';
import {repeatOption, sweepOffsets} from '../../measure/options.ts';
import {checkSide} from '../../sides/resolve.ts';
import type {Key, Keys, ObjectFault, Rule} from './schema.ts';

/** What a measured change must be to gate: exit code 1. */
export const failOnWords = [
  'new-more',
  'new-less',
  'new',
  'more',
  'less',
  'either',
  'never',
] as const;
export type FailOn = (typeof failOnWords)[number];

/** What `check` throws, as words for a fault; null where it passes. */
export const tried = (check: () => unknown): string | null => {
  try {
    check();
    return null;
  } catch (error) {
    return `is wrong: ${error instanceof Error ? error.message.replace(/\.$/, '') : String(error)}`;
  }
};

const variant: Rule = {kind: 'text', check: (name) => tried(() => checkSide(name))};
const argv: Rule = {kind: 'list', least: 1, of: {kind: 'text'}};
const eventName = (event: string): string | null =>
  /^[^\s,]+$/.test(event) ? null : 'is not the name of an event';
const margins: Rule = {kind: 'map', check: eventName, of: {kind: 'margin'}};
const budgetKeys: Keys = [
  {
    key: 'max',
    required: false,
    rule: {kind: 'number', least: 0, most: Number.MAX_VALUE},
    means: 'most of the event in one run of the after side, in its unit',
  },
  {
    key: 'maxRatio',
    required: false,
    rule: {kind: 'number', least: 0, most: 1000},
    means: 'most of after / before',
  },
];
const budgets: Rule = {
  kind: 'map',
  check: eventName,
  of: {
    kind: 'object',
    keys: budgetKeys,
    check: (budget) => (Object.keys(budget).length === 0 ? {text: 'needs max or maxRatio'} : null),
  },
};
const {least, most} = repeatOption;
const repeat: Rule = {kind: 'number', least, most, whole: true};

const workloadKeys: Keys = [
  {
    key: 'name',
    required: false,
    rule: {kind: 'text'},
    means: 'how the night calls it; without it the workload and its sides',
  },
  {
    key: 'workload',
    required: false,
    rule: {kind: 'text'},
    means:
      'a built-in workload (`jitstat list`) or the path of an object file, from the working folder',
  },
  {
    key: 'scenario',
    required: false,
    rule: {kind: 'text'},
    means: 'the scenario file of an object file',
  },
  {key: 'before', required: false, rule: variant, means: 'variant of the before side'},
  {key: 'after', required: false, rule: variant, means: 'variant of the after side'},
  {
    key: 'variant',
    required: false,
    rule: variant,
    means: 'instead of before and after: one variant, held against its own history',
  },
  {
    key: 'beforeCommand',
    required: false,
    rule: argv,
    means: 'instead of a workload: a command as a list of words',
  },
  {key: 'afterCommand', required: false, rule: argv, means: 'the command of the after side'},
  {key: 'command', required: false, rule: argv, means: 'one command, held against its own history'},
  {
    key: 'repeat',
    required: false,
    rule: repeat,
    means: 'repetitions of every test run of this workload',
  },
  {
    key: 'margins',
    required: false,
    rule: margins,
    means: 'margins of this workload by event; overrides those of the suite',
  },
  {
    key: 'budgets',
    required: false,
    rule: budgets,
    means: 'budgets of this workload by event; overrides those of the suite',
  },
];

/** The allowed forms of a workload entry, as sets of keys. */
const forms = [
  ['workload', 'before', 'after'],
  ['workload', 'variant'],
  ['beforeCommand', 'afterCommand'],
  ['command'],
] as const;
const formKeys = [
  'workload',
  'before',
  'after',
  'variant',
  'beforeCommand',
  'afterCommand',
  'command',
];

const formFault = (entry: Readonly<Record<string, unknown>>): ObjectFault | null => {
  const present = formKeys.filter((key) => entry[key] !== undefined);
  if (
    forms.some(
      (form) => form.length === present.length && form.every((key) => entry[key] !== undefined),
    )
  ) {
    return entry['scenario'] !== undefined && entry['workload'] === undefined
      ? {key: 'scenario', text: 'needs a workload beside it'}
      : null;
  }
  const [near] = forms
    .filter(
      (form) =>
        present.length > 0 && present.every((key) => (form as readonly string[]).includes(key)),
    )
    .toSorted((a, b) => a.length - b.length);
  const missing = near?.filter((key) => entry[key] === undefined);
  if (missing?.length === 1)
    return {key: missing[0], text: `is missing beside ${present.join(' and ')}`};
  return {
    text: `needs one of: ${forms.map((form) => form.join(' + ')).join('; ')}; it has ${present.length === 0 ? 'none' : present.join(' + ')}`,
  };
};

export const suiteKeys: Keys = [
  {
    key: 'schema',
    required: true,
    rule: {kind: 'choice', of: ['jitstat/suite/1']},
    means: 'always `jitstat/suite/1`',
  },
  {
    key: 'name',
    required: true,
    rule: {kind: 'text'},
    means: 'nights are compared with earlier nights of this name',
  },
  {
    key: 'workloads',
    required: true,
    rule: {kind: 'list', least: 1, of: {kind: 'object', keys: workloadKeys, check: formFault}},
    means: 'what is measured, in this order',
  },
  {
    key: 'time',
    required: false,
    rule: {kind: 'number', least: 1, most: 864_000},
    means:
      'most seconds for the whole night; all workloads are shortened alike to keep it (without it: as long as it takes)',
  },
  {
    key: 'seconds',
    required: false,
    rule: {kind: 'number', least: 0.01, most: 86_400},
    means: 'seconds of measuring for each workload (30)',
  },
  {key: 'repeat', required: false, rule: repeat, means: 'repetitions of every test run (1000000)'},
  {
    key: 'placement',
    required: false,
    rule: {
      kind: 'text',
      check: (text) =>
        text === 'random'
          ? null
          : tried(() => (text.startsWith('sweep:') ? sweepOffsets(text) : parsePlacement(text))),
    },
    means: 'placement of the images, as of `jitstat ab --placement` (random)',
  },
  {
    key: 'events',
    required: false,
    rule: {kind: 'list', least: 1, distinct: true, of: {kind: 'text', check: eventName}},
    means: 'events to count (the -ddd set)',
  },
  {
    key: 'gate',
    required: false,
    rule: {kind: 'list', least: 0, distinct: true, of: {kind: 'text', check: eventName}},
    means:
      'events whose changes alert (task-clock, slices/ns-per-execution/, instructions, callgrind/instructions/)',
  },
  {
    key: 'failOn',
    required: false,
    rule: {kind: 'choice', of: failOnWords},
    means: 'which confirmed changes of gated events end with exit code 1 (new-more)',
  },
  {
    key: 'confirm',
    required: false,
    rule: {kind: 'flag'},
    means: 'measure again with twice the quads what would alert (true)',
  },
  {
    key: 'margins',
    required: false,
    rule: margins,
    means:
      'smallest change that matters by event: a text as of `--margin` ("0.5%"), or a fraction (the event table)',
  },
  {
    key: 'budgets',
    required: false,
    rule: budgets,
    means: 'limits by event that alert when they are proven to be exceeded',
  },
  {
    key: 'refuseOn',
    required: false,
    rule: {kind: 'list', least: 0, distinct: true, of: {kind: 'text'}},
    means: 'checks of `jitstat doctor` by name that refuse the night when they are BAD (none)',
  },
];

/** Every key with its path and meaning, for the documentation. */
export const documentedKeys: readonly (Key & {readonly path: string})[] = [
  ...suiteKeys.map((key) => ({...key, path: key.key})),
  ...workloadKeys.map((key) => ({...key, path: `workloads[].${key.key}`})),
  ...budgetKeys.map((key) => ({...key, path: `budgets.EVENT.${key.key}`})),
];
