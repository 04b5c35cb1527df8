// The shape of a suite file: every key with its type and its meaning.
import * as v from 'valibot';
import {duplicateKeys} from '../../../jit/duplicate-keys.ts';
import {checkShape, list, number, oneOf, text, wanted} from '../../../jit/json-shape.ts';
import {UserError} from '../../../results/error.ts';
import {readPlacementPlan} from '../../shim/placement-plan.ts';
import {
  budgetKeys,
  budgets,
  distinct,
  eventName,
  margins,
  optional,
  readable,
  repeat,
  required,
  settings,
} from './settings-shape.ts';
import {failOnWords} from './fail-on.ts';
import {workloadKeys, workloadShape} from './workload-shape.ts';

const suiteKeys = {
  schema: required('always `jitstat/suite/1`', oneOf('jitstat/suite/1')),
  name: required('nights are compared with earlier nights of this name', text),
  workloads: required(
    'what is measured, in this order',
    v.pipe(list(workloadShape), v.minLength(1, 'must not be empty')),
  ),
  time: optional(
    'most seconds for the whole night; all workloads are shortened equally to keep it, down to ' +
      '5 seconds each; if that is not enough, fewer are measured and take turns ' +
      '(default: as long as it takes)',
    number(1, 864_000),
  ),
  seconds: optional('seconds of measuring for each workload (30)', number(0.01, 86_400)),
  repeat: optional('repetitions of every test run (1000000)', repeat),
  placement: optional(
    'placement of the images, as for `jitstat ab --placement` (random)',
    v.pipe(readable(readPlacementPlan), v.transform(readPlacementPlan)),
  ),
  events: optional(
    'events to count (the -ddd set)',
    v.pipe(distinct(eventName), v.minLength(1, 'must not be empty')),
  ),
  gate: optional(
    'events whose changes alert (task-clock, slices/ns-per-execution/, instructions, ' +
      'callgrind/instructions/)',
    distinct(eventName),
  ),
  failOn: optional(
    'which confirmed changes of gated events end with exit code 1 (new-more)',
    oneOf(...failOnWords),
  ),
  confirm: optional(
    'measure changes that would alert again, with twice the quads (true)',
    v.boolean(wanted('true or false')),
  ),
  margins: optional(
    'smallest change that matters, by event: a text as for `--margin` ("0.5%"), or a fraction ' +
      '(the event table)',
    margins,
  ),
  budgets: optional('limits by event that alert when they are proven to be exceeded', budgets),
  refuseOn: optional(
    'checks of `jitstat doctor`, by name, that refuse the night if they are BAD (none)',
    distinct(text),
  ),
};

const suiteShape = settings(suiteKeys);

export type SuiteFile = Readonly<v.InferOutput<typeof suiteShape>>;

/** Many more than a suite needs. */
const mostCharacters = 1_000_000;
const documentation = 'docs/nightly.md describes every key.';

/** The suite in a file called `name`. Throws a UserError with the path of the first fault. */
export const parseSuiteFile = (name: string, content: string): SuiteFile => {
  if (content.length > mostCharacters)
    throw new UserError(
      `${name} has ${content.length} characters; at most ${mostCharacters} are read.`,
      documentation,
    );
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new UserError(
      `${name} is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
      'Trailing commas and comments are not JSON.',
    );
  }
  const [twice] = duplicateKeys(content);
  if (twice !== undefined)
    throw new UserError(`${name}: ${twice} is a duplicate key.`, 'Remove one of them.');
  const checked = checkShape(suiteShape, value);
  if ('output' in checked) return checked.output;
  const {path, text: reason, hint} = checked.fault;
  throw new UserError(
    `${name}: ${path === '' ? 'the document' : path} ${reason}.`,
    hint ?? documentation,
  );
};

interface DocumentedKey {
  readonly path: string;
  readonly key: string;
  readonly required: boolean;
  readonly means: string;
}

const documented = (prefix: string, keys: v.ObjectEntries): readonly DocumentedKey[] =>
  Object.entries(keys).map(([key, shape]) => {
    const inner = 'wrapped' in shape ? (shape.wrapped as v.GenericSchema) : shape;
    return {
      path: `${prefix}${key}`,
      key,
      required: inner === shape,
      means: v.getDescription(inner as v.GenericSchema) ?? '',
    };
  });

/** Every key with its path and meaning, for the documentation. */
export const documentedKeys: readonly DocumentedKey[] = [
  ...documented('', suiteKeys),
  ...documented('workloads[].', workloadKeys),
  ...documented('budgets.EVENT.', budgetKeys),
];
