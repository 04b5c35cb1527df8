// Shapes of the JSON that users write, as valibot schemas whose first fault comes with its path, a
// sentence and a hint.
import * as v from 'valibot';
import {closest} from './closest.ts';

export interface ShapeFault {
  /** `steps[3].packet`; '' is the document itself. */
  readonly path: string;
  readonly text: string;
  readonly hint?: string;
}

/** A key as part of a path: `margins.cycles`, `margins["a b"]`. */
export const joinPath = (path: string, key: string): string => {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
};

/** A wrong value as messages show it. */
export const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
};

/** A schema's message, which ends with the wrong value. */
export const wanted =
  (what: string) =>
  ({input}: {readonly input: unknown}): string =>
    `must be ${what}, not ${shown(input)}`;

/** A message and its hint as one text: the hint is the second line. */
const withHint = (text: string, hint: string): string => (hint === '' ? text : `${text}\n${hint}`);

/** The parsed value, or the first fault. Unknown keys are reported before other faults. */
export const checkShape = <S extends v.GenericSchema>(
  schema: S,
  value: unknown,
): {readonly output: v.InferOutput<S>} | {readonly fault: ShapeFault} => {
  const {success, output, issues} = v.safeParse(schema, value);
  if (success) return {output};
  const issue = issues.find(isUnknownKey) ?? issues[0];
  const [text, hint] = issue.message.split('\n');
  return {fault: {path: pathOf(issue), text, ...(hint === undefined ? {} : {hint})}};
};

const isUnknownKey = ({type, expected}: v.BaseIssue<unknown>): boolean =>
  type === 'strict_object' && expected === 'never';

const pathOf = ({path = []}: {readonly path?: readonly v.IssuePathItem[]}): string =>
  path.reduce(
    (sum, {type, key}) => (type === 'array' ? `${sum}[${key}]` : joinPath(sum, String(key))),
    '',
  );

const plain = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  wanted('an object'),
);

/** An object with these keys and no others, for `v.variant`; elsewhere `object`. */
export const entries = <E extends v.ObjectEntries>(keys: E, unknownText = unknownKey) =>
  v.strictObject(keys, ({expected, input}) => {
    if (expected === 'Object') return wanted('an object')({input});
    if (expected !== 'never') return 'is missing';
    const names = Object.keys(keys);
    return withHint(
      unknownText,
      closest(String(input), names, `The keys here are ${names.join(', ')}.`),
    );
  });

const unknownKey = 'there is no such key here';

/** An object with these keys and no others. */
export const object = <E extends v.ObjectEntries>(keys: E, unknownText = unknownKey) =>
  v.pipe(plain, entries(keys, unknownText));

/**
 * An object whose keys are free and whose values are all alike. `v.record` silently ignores keys
 * such as `constructor` and `__proto__`.
 */
export const table = <
  K extends v.BaseSchema<string, string, v.BaseIssue<unknown>>,
  S extends v.GenericSchema,
>(
  key: K,
  value: S,
) =>
  v.pipe(
    plain,
    v.rawTransform(({dataset, addIssue, NEVER}): Record<string, v.InferOutput<S>> => {
      const input = dataset.value;
      const parsed = Object.entries(input).map(([name, item]): [string, v.InferOutput<S>] => {
        const results = [v.safeParse(key, name), v.safeParse(value, item)] as const;
        const here = {type: 'object', origin: 'value', input, key: name, value: item} as const;
        for (const {message, path = []} of results.flatMap(({issues = []}) => issues))
          addIssue({message, path: [here, ...path]});
        return [name, results[1].output as v.InferOutput<S>];
      });
      return dataset.issues === undefined ? Object.fromEntries(parsed) : NEVER;
    }),
  );

export const list = <S extends v.GenericSchema>(of: S) => v.array(of, wanted('a list'));

/** Not blank, and without NUL, which no path, name or argument can hold. */
export const text = v.pipe(
  v.string(wanted('a text')),
  v.check((value) => value.trim() !== '', wanted('a text')),
  v.check((value) => !value.includes('\0'), 'holds a NUL character'),
);

export const number = (least: number, most: number) => {
  const message = wanted(`a number from ${least} to ${most}`);
  return v.pipe(v.number(message), v.minValue(least, message), v.maxValue(most, message));
};

export const whole = (least: number, most: number) => {
  const message = wanted(`a whole number from ${least} to ${most}`);
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(least, message),
    v.maxValue(most, message),
  );
};

/** One of these words; the hint for a misspelt one is the closest of them. */
export const oneOf = <const T extends readonly string[]>(...words: T) =>
  v.picklist(words, ({input}) => wrongWord(words, input));

export const wrongWord = (words: readonly string[], input: unknown): string =>
  withHint(
    `must be one of ${words.join(', ')}, not ${shown(input)}`,
    typeof input === 'string' ? closest(input, words, '') : '',
  );
