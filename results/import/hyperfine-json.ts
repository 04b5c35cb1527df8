// What hyperfine exports as JSON, of version 1 (means and times) and 2 (an object a run).
import type {ImportTable} from '../types.ts';
import type {Fields} from './json-fields.ts';
import {isObject, meanRow, number, percent, words} from './json-fields.ts';

/**
 * hyperfine: seconds; `stddev` is a standard deviation, so the standard error is divided by the
 * root of the runs here.
 */
export const hyperfine = (result: Fields): ImportTable | null => {
  if (Array.isArray(result['measurements']))
    return measured(result, result['measurements'].filter(isObject));
  const mean = number(result['mean']);
  if (mean === null) return null;
  const times = Array.isArray(result['times']) ? result['times'].map(number) : [];
  const runs = times.length;
  const sd = number(result['stddev']);
  const sem = percent(sd, mean, runs);
  const [user, sys] = [number(result['user']), number(result['system'])];
  const codes = Array.isArray(result['exit_codes'])
    ? result['exit_codes'].filter((code) => code !== 0).length
    : 0;
  return {
    command: words(result['command']),
    label: null,
    runs: runs > 1 ? runs : null,
    kind: 'command',
    // Without the runs it is known what one run varies, but not the mean.
    elapsed: {seconds: mean, sem, ...(sd === null || runs > 0 ? {} : {sdSeconds: sd})},
    ...(user === null ? {} : {user}),
    ...(sys === null ? {} : {sys}),
    rows: [],
    samples: runs > 0 ? [{event: 'elapsed', unit: 'sec', values: times}] : [],
    warnings:
      codes === 0
        ? []
        : [
            {
              code: 'failed-runs',
              text: `${codes} of ${runs} runs ended with an exit code other than 0`,
              data: {runs: codes},
            },
          ],
  };
};

/**
 * hyperfine 2: one object a run, each measure with its unit; the wall clock is the elapsed time,
 * the others are rows of means.
 */
const measured = (result: Fields, runs: readonly Fields[]): ImportTable | null => {
  const valuesOf = (name: string): (number | null)[] =>
    runs.map((run) => (isObject(run[name]) ? number(run[name]['value']) : null));
  const unitOfName = (name: string): string =>
    runs
      .map((run) => (isObject(run[name]) ? words(run[name]['unit']) : null))
      .find((unit) => unit !== null) ?? '';
  const names = [
    ...new Set(runs.flatMap((run) => Object.keys(run).filter((name) => isObject(run[name])))),
  ];
  const series = names.map((event) => ({
    event,
    unit: unitOfName(event).replace(/^second$/, 'sec'),
    values: valuesOf(event),
  }));
  const rows = series.map(({event, unit, values}) => meanRow(event, unit, values));
  const elapsed = rows.find(({event}) => event === 'time_wall_clock');
  if (elapsed?.value == null) return null;
  return {
    command: words(result['command']),
    label: words(result['name']),
    runs: runs.length > 1 ? runs.length : null,
    kind: 'command',
    elapsed: {seconds: elapsed.value, sem: elapsed.sem},
    rows: rows.filter((one) => one !== elapsed),
    samples: series.map((one) =>
      one.event === 'time_wall_clock' ? {...one, event: 'elapsed'} : one,
    ),
    warnings: [],
  };
};
