// A small checker for JSON from users: each check returns the value it checked, or says where
// what is wrong.
import {closest} from '../../jit/closest.ts';

/** `path` leads to the value, as `steps[3].packet`; '' is the document itself. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
  readonly path: string;
  readonly hint: string | undefined;
  constructor(path: string, reason: string, hint?: string) {
    super(path === '' ? reason : `${path}: ${reason}`);
    this.path = path;
    this.hint = hint;
  }
}

export type Check<T> = (value: unknown, path: string) => T;

const found = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : JSON.stringify(value);

const wrong = (path: string, wanted: string, value: unknown): never => {
  throw new CheckError(path, `must be ${wanted}, not ${found(value)}`);
};

export const text: Check<string> = (value, path) =>
  typeof value === 'string' && value !== '' ? value : wrong(path, 'a text', value);

export const integer =
  (min: number, max: number): Check<number> =>
  (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : wrong(path, `a whole number from ${min} to ${max}`, value);

/** Pairs of hex digits; blanks between them are for the reader. */
export const hex: Check<string> = (value, path) => {
  if (typeof value !== 'string') return wrong(path, 'hex digits in a text', value);
  const digits = value.replace(/\s/g, '').toLowerCase();
  const odd = /[^0-9a-f]/.exec(digits);
  if (odd !== null) throw new CheckError(path, `'${odd[0]}' is not a hex digit`);
  if (digits.length % 2 === 1)
    throw new CheckError(path, 'an odd number of hex digits is not a whole number of bytes');
  return digits;
};

export const oneOf =
  <T extends string>(...names: readonly T[]): Check<T> =>
  (value, path) => {
    if (names.includes(value as T)) return value as T;
    throw new CheckError(
      path,
      `must be one of ${names.join(', ')}, not ${found(value)}`,
      typeof value === 'string' ? closest(value, names, '') || undefined : undefined,
    );
  };

export const orNull =
  <T>(check: Check<T>): Check<T | null> =>
  (value, path) =>
    value === null ? null : check(value, path);

export const list =
  <T>(check: Check<T>): Check<readonly T[]> =>
  (value, path) =>
    Array.isArray(value)
      ? value.map((item, index) => check(item, `${path}[${index}]`))
      : wrong(path, 'a list', value);

/** An object whose keys are free and whose values are all alike. */
export const table =
  <T>(check: Check<T>): Check<Readonly<Record<string, T>>> =>
  (value, path) =>
    Object.fromEntries(
      Object.entries(plain(value, path)).map(([key, item]) => [key, check(item, join(path, key))]),
    );

type Fields = Readonly<Record<string, Check<unknown>>>;
type Checked<F extends Fields> = {readonly [K in keyof F]: F[K] extends Check<infer T> ? T : never};

/** An object with these keys and no others; `required` ones must be there. */
export const object =
  <R extends Fields, O extends Fields>(
    required: R,
    optional: O,
  ): Check<Checked<R> & Partial<Checked<O>>> =>
  (value, path) => {
    const given = plain(value, path);
    const fields: Fields = {...required, ...optional};
    for (const key of Object.keys(given)) {
      if (!Object.hasOwn(fields, key))
        throw new CheckError(
          join(path, key),
          'there is no such key here',
          closest(key, Object.keys(fields), `The keys here are ${Object.keys(fields).join(', ')}.`),
        );
    }
    for (const key of Object.keys(required)) {
      if (!Object.hasOwn(given, key)) throw new CheckError(join(path, key), 'is missing');
    }
    return Object.fromEntries(
      Object.entries(given).map(([key, item]) => [key, fields[key](item, join(path, key))]),
    ) as Checked<R> & Partial<Checked<O>>;
  };

const plain = (value: unknown, path: string): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : wrong(path, 'an object', value);

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
