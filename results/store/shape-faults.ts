// What is wrong with a stored document, in words: the first fault, with its path.
import * as v from 'valibot';

/** What is wrong with the schema of a document; null if nothing is. */
export const schemaFault = (value: unknown, schema: string): string | null => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not an object';
  const found = (value as {schema?: unknown}).schema;
  return found === schema
    ? null
    : `its schema is ${found === undefined ? 'missing' : quoted(found)}`;
};

/** The first fault of a value, with its path; null if there is none. */
export const faultOf = (shape: v.GenericSchema, value: unknown): string | null => {
  const result = v.safeParse(shape, value, {abortEarly: true, abortPipeEarly: true});
  if (result.success) return null;
  const [issue] = result.issues;
  const path = (issue.path ?? []).map(({key}) => key as string | number);
  return `its ${pathText(path)} ${problemOf(issue)}`;
};

const pathText = (path: readonly (string | number)[]): string =>
  path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`))
    .join('');

const mostShown = 60;

/** A value as a message may repeat it: text that is not plain words is only described. */
const quoted = (value: unknown): string => {
  if (typeof value === 'string' && !/^[\w ./:+%-]*$/.test(value))
    return `a text of ${value.length} characters`;
  const shown = JSON.stringify(value);
  return shown.length > mostShown ? `${shown.slice(0, mostShown)}…` : shown;
};

const problemOf = ({type, message, expected, received, input}: v.BaseIssue<unknown>): string => {
  if (input === undefined) return 'is missing';
  if (type === 'check' || type === 'regex' || type === 'custom') return message;
  const shown = received === 'Object' || received === 'Array' ? received : quoted(input);
  return `is ${shown}, not ${wanted(expected)}`;
};

const wanted = (expected: string | null): string =>
  (expected ?? 'what belongs there').replace(/^\(|\)$/g, '').replaceAll(' | ', ' or ');
