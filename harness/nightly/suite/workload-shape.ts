// The shape of one workload of a suite, and the forms it may have.
import * as v from 'valibot';
import {text} from '../../../jit/json-shape.ts';
import {checkSide} from '../../sides/resolve.ts';
import {budgets, margins, optional, readable, repeat, settings, words} from './settings-shape.ts';

const variant = readable(checkSide);

export const workloadKeys = {
  name: optional('its name in the night (default: the workload and its sides)', text),
  workload: optional(
    'a built-in workload (`jitstat list`) or the path of an object file, from the working folder',
    text,
  ),
  scenario: optional('the scenario file of an object file', text),
  before: optional('variant of the before side', variant),
  after: optional('variant of the after side', variant),
  variant: optional(
    'instead of before and after: one variant, compared with its own history',
    variant,
  ),
  beforeCommand: optional('instead of a workload: a command as a list of words', words),
  afterCommand: optional('the command of the after side', words),
  command: optional('one command, compared with its own history', words),
  repeat: optional('repetitions of every test run of this workload', repeat),
  margins: optional('margins of this workload by event; overrides those of the suite', margins),
  budgets: optional('budgets of this workload by event; overrides those of the suite', budgets),
};

type FormKey = Exclude<keyof typeof workloadKeys, 'name' | 'scenario' | SettingKey>;
type SettingKey = 'repeat' | 'margins' | 'budgets';

/** The allowed forms of a workload entry, as sets of keys. */
const forms: readonly (readonly FormKey[])[] = [
  ['workload', 'before', 'after'],
  ['workload', 'variant'],
  ['beforeCommand', 'afterCommand'],
  ['command'],
];
const formKeys = [...new Set(forms.flat())];

type Entry = Readonly<Record<string, unknown>>;

/** `key` names the key at fault, if a single one is. */
const formFault = (entry: Entry): {readonly key?: string; readonly text: string} | null => {
  const present = formKeys.filter((key) => entry[key] !== undefined);
  const isForm = (form: readonly FormKey[]): boolean =>
    form.length === present.length && form.every((key) => present.includes(key));
  if (forms.some(isForm))
    return entry['scenario'] !== undefined && entry['workload'] === undefined
      ? {key: 'scenario', text: 'needs a workload'}
      : null;
  const [near] = forms
    .filter((form) => present.length > 0 && present.every((key) => form.includes(key)))
    .toSorted((a, b) => a.length - b.length);
  const missing = near?.filter((key) => !present.includes(key));
  if (missing?.length === 1)
    return {key: missing[0], text: `is missing next to ${present.join(' and ')}`};
  const allowed = forms.map((form) => form.join(' + ')).join('; ');
  const found = present.length === 0 ? 'none' : present.join(' + ');
  return {text: `needs one of: ${allowed}; it has ${found}`};
};

export const workloadShape = v.pipe(
  settings(workloadKeys),
  v.rawCheck(({dataset, addIssue}) => {
    const fault = dataset.typed ? formFault(dataset.value) : null;
    if (fault === null || !dataset.typed) return;
    const {key, text: message} = fault;
    const input = dataset.value;
    addIssue({
      message,
      ...(key === undefined
        ? {}
        : {path: [{type: 'object', origin: 'value', input, key, value: undefined}]}),
    });
  }),
);

export type WorkloadEntry = Readonly<v.InferOutput<typeof workloadShape>>;
