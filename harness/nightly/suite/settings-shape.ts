// Shapes of what a suite sets for all workloads or for one: events, margins, budgets, repetitions.
// Numbers, choices and margins are read as in the options of the command line.
import * as v from 'valibot';
import {list, number, object, shown, table, text, wanted, whole} from '../../../jit/json-shape.ts';
import {readPercent} from '../../command/option-values.ts';
import {userMessage} from '../../command/trouble.ts';
import {repeatOption} from '../../measure/option-table.ts';

/** What a key means, and its default, for the documentation. */
export const required = <S extends v.GenericSchema>(means: string, shape: S) =>
  v.pipe(shape, v.description(means));
export const optional = <S extends v.GenericSchema>(means: string, shape: S) =>
  v.optional(v.pipe(shape, v.description(means)));

/** An object in a suite: unknown keys are refused in words of their own. */
export const settings = <E extends v.ObjectEntries>(keys: E) =>
  object(keys, 'is not a key of a suite here');

/** What was thrown, as words that follow the path of a key. */
export const faultText = (error: unknown): string =>
  `is wrong: ${userMessage(error).replace(/\.$/, '')}`;

/** The fault that `check` throws; null if it passes. */
const errorText = (check: () => unknown): string | null => {
  try {
    check();
    return null;
  } catch (error) {
    return faultText(error);
  }
};

/** A text that `read` accepts without throwing. */
export const readable = (read: (value: string) => unknown) =>
  v.pipe(
    text,
    v.rawCheck(({dataset, addIssue}) => {
      const fault = dataset.typed ? errorText(() => read(dataset.value)) : null;
      if (fault !== null) addIssue({message: fault});
    }),
  );

/** A list without repeated entries. */
export const distinct = (of: v.GenericSchema<string, string>) =>
  v.pipe(
    list(of),
    v.rawCheck(({dataset, addIssue}) => {
      if (!dataset.typed) return;
      const input = dataset.value;
      const key = input.findIndex((word, index) => input.indexOf(word) !== index);
      if (key === -1) return;
      addIssue({
        message: `is a duplicate entry (${shown(input[key])})`,
        path: [{type: 'array', origin: 'value', input, key, value: input[key]}],
      });
    }),
  );

export const words = v.pipe(list(text), v.minLength(1, 'must not be empty'));

export const eventName = v.pipe(text, v.regex(/^[^\s,]+$/, 'is not the name of an event'));

const marginText = wanted('a percentage such as "0.5%", or a fraction from 0 to 1');

/** A percentage as in options, or a fraction as a number; read as a fraction. */
const margin = v.union(
  [
    v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    v.pipe(
      v.string(),
      v.check((value) => errorText(() => readPercent('it', value)) === null),
      v.transform((value) => readPercent('it', value)),
    ),
  ],
  marginText,
);

export const margins = table(eventName, margin);

export const budgetKeys = {
  max: optional(
    'most of the event in one run of the after side, in its unit',
    number(0, Number.MAX_VALUE),
  ),
  maxRatio: optional('most of after / before', number(0, 1000)),
};

export const budgets = table(
  eventName,
  v.pipe(
    settings(budgetKeys),
    v.check((budget) => Object.keys(budget).length > 0, 'needs max or maxRatio'),
  ),
);

export const repeat = whole(repeatOption.least, repeatOption.most);
