// A small schema for settings files: keys as data, and a check that names the path of what is
// wrong.
import {UserError} from '../../../results/error.ts';
import {closest} from '../../../jit/closest.ts';
import {percentFault} from '../../command/values.ts';
import {duplicateKeys, joinPath} from './duplicate-keys.ts';

/** What a value must be. `check` returns what is wrong in words, or null. */
export type Rule =
  | {readonly kind: 'text' | 'flag'; readonly check?: (value: string) => string | null}
  | {
      readonly kind: 'number';
      readonly least: number;
      readonly most: number;
      readonly whole?: boolean;
    }
  | {readonly kind: 'choice'; readonly of: readonly string[]}
  /** A percentage as text, as options take it, or a fraction as number. */
  | {readonly kind: 'margin'}
  | {readonly kind: 'list'; readonly of: Rule; readonly least: number; readonly distinct?: boolean}
  | {
      readonly kind: 'object';
      readonly keys: Keys;
      readonly check?: (value: Readonly<Record<string, unknown>>) => ObjectFault | null;
    }
  | {readonly kind: 'map'; readonly of: Rule; readonly check?: (key: string) => string | null};

/** `key` names the one at fault, where it is one. */
export interface ObjectFault {
  readonly key?: string;
  readonly text: string;
}

export interface Key {
  readonly key: string;
  readonly required: boolean;
  readonly rule: Rule;
  /** For the documentation: what it means, and what holds without it. */
  readonly means: string;
}

export type Keys = readonly Key[];

/**
 * Parses `text` and holds it against `rule`. Throws UserError with the path of the first fault;
 * `name` is the file.
 */
export const parseChecked = (name: string, text: string, rule: Rule): unknown => {
  if (text.length > mostCharacters)
    throw new UserError(
      `${name} has ${text.length} characters; at most ${mostCharacters} are read.`,
      'docs/nightly.md describes every key.',
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(
      `${name} is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
      'Trailing commas and comments are not JSON.',
    );
  }
  const [doubled] = duplicateKeys(text);
  if (doubled !== undefined)
    throw new UserError(`${name}: ${doubled} stands there twice.`, 'Remove one of them.');
  const fault = faultOf(value, rule, '');
  if (fault !== null)
    throw new UserError(
      `${name}: ${fault.path === '' ? 'the document' : fault.path} ${fault.text}.`,
      fault.hint ?? 'docs/nightly.md describes every key.',
    );
  return value;
};

/** Far more than a suite needs. */
const mostCharacters = 1_000_000;

interface Fault {
  readonly path: string;
  readonly text: string;
  readonly hint?: string;
}

const faultOf = (value: unknown, rule: Rule, path: string): Fault | null => {
  const wrong = (text: string): Fault => ({path, text});
  const text = (found: string | null): Fault | null => (found === null ? null : wrong(found));
  switch (rule.kind) {
    case 'flag':
      return typeof value === 'boolean'
        ? null
        : wrong(`must be true or false, not ${shown(value)}`);
    case 'text':
      if (typeof value !== 'string' || value.trim() === '')
        return wrong(`must be a text, not ${shown(value)}`);
      if (value.includes('\0')) return wrong('holds a NUL character');
      return text(rule.check?.(value) ?? null);
    case 'number':
      if (
        typeof value !== 'number' ||
        !Number.isFinite(value) ||
        (rule.whole === true && !Number.isInteger(value)) ||
        value < rule.least ||
        value > rule.most
      ) {
        return wrong(
          `must be a ${rule.whole === true ? 'whole ' : ''}number from ${rule.least} to ${rule.most}, not ${shown(value)}`,
        );
      }
      return null;
    case 'margin':
      if (typeof value === 'number' && value >= 0 && value <= 1) return null;
      return typeof value === 'string' && percentFault(value) === null
        ? null
        : wrong(
            `must be a percentage such as "0.5%", or a fraction from 0 to 1, not ${shown(value)}`,
          );
    case 'choice':
      return typeof value === 'string' && rule.of.includes(value)
        ? null
        : wrong(`must be one of ${rule.of.join(', ')}, not ${shown(value)}`);
    case 'list':
      return listFault(value, rule, path);
    case 'map':
      if (!isObject(value)) return wrong(`must be an object, not ${shown(value)}`);
      return firstFault(Object.entries(value), ([key, inner]) => {
        const fault = rule.check?.(key) ?? null;
        return fault === null
          ? faultOf(inner, rule.of, joinPath(path, key))
          : {path: joinPath(path, key), text: fault};
      });
    case 'object':
      return isObject(value)
        ? objectFault(value, rule, path)
        : wrong(`must be an object, not ${shown(value)}`);
  }
};

const listFault = (value: unknown, rule: Rule & {kind: 'list'}, path: string): Fault | null => {
  if (!Array.isArray(value)) return {path, text: `must be a list, not ${shown(value)}`};
  if (value.length < rule.least)
    return {
      path,
      text: rule.least === 1 ? 'must not be empty' : `must hold at least ${rule.least} entries`,
    };
  return firstFault([...value.entries()], ([index, inner]) => {
    const here = `${path}[${index}]`;
    const fault = faultOf(inner, rule.of, here);
    return (
      fault ??
      (rule.distinct === true && value.indexOf(inner) !== index
        ? {path: here, text: `stands there twice (${shown(inner)})`}
        : null)
    );
  });
};

const objectFault = (
  value: Readonly<Record<string, unknown>>,
  rule: Rule & {kind: 'object'},
  path: string,
): Fault | null => {
  const names = rule.keys.map(({key}) => key);
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  if (unknown !== undefined)
    return {
      path: joinPath(path, unknown),
      text: 'is not a key of a suite here',
      hint: closest(unknown, names, `Known keys here: ${names.join(', ')}.`),
    };
  return (
    firstFault(rule.keys, ({key, required, rule: inner}) => {
      if (value[key] !== undefined) return faultOf(value[key], inner, joinPath(path, key));
      return required ? {path: joinPath(path, key), text: 'is missing'} : null;
    }) ?? togetherFault(value, rule, path)
  );
};

const togetherFault = (
  value: Readonly<Record<string, unknown>>,
  rule: Rule & {kind: 'object'},
  path: string,
): Fault | null => {
  const found = rule.check?.(value) ?? null;
  return found === null
    ? null
    : {path: found.key === undefined ? path : joinPath(path, found.key), text: found.text};
};

const firstFault = <T>(entries: readonly T[], fault: (entry: T) => Fault | null): Fault | null => {
  for (const entry of entries) {
    const found = fault(entry);
    if (found !== null) return found;
  }
  return null;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => {
  const text =
    typeof value === 'object' && value !== null
      ? Array.isArray(value)
        ? 'a list'
        : 'an object'
      : (JSON.stringify(value) ?? 'nothing');
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
};
