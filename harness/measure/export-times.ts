// Writes the elapsed times of commands to files, as --export-json, -csv and -markdown ask for.
import {existsSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {timesCsv, timesJson, timesMarkdown} from '../../dashboards/tables/times.ts';
import {UserError} from '../../results/error.ts';
import type {CommandTimes} from '../../results/rows/command-times.ts';
import type {Samples, SideInfo} from '../../results/types.ts';
import {visible} from '../../results/visible.ts';
import type {CommandArguments} from '../command/command.ts';
import {text} from '../command/command.ts';
import {systemReason} from '../command/trouble.ts';
import {checkWritable} from '../host/writable.ts';
import type {Measured} from './session-types.ts';

const writers = {
  'export-json': timesJson,
  'export-csv': timesCsv,
  'export-markdown': timesMarkdown,
} as const;

/** The files that were asked for, each with the function that makes its content. */
export const exportsOf = (args: CommandArguments) =>
  Object.entries(writers).flatMap(([option, write]) => {
    const file = text(args, option);
    if (file === undefined) return [];
    if (args.rest.length === 0)
      throw new UserError(
        `--${option} is for commands, and none was given.`,
        'For workloads: --json, or --format csv for every run.',
      );
    return [{file, write: (measured: readonly Measured[]) => write(timesOf(measured))}];
  });

/**
 * Times of each command in seconds, except lost ones; the first command was run in every session.
 */
const timesOf = (measured: readonly Measured[]): readonly CommandTimes[] => {
  const [first] = measured;
  if (first === undefined) return [];
  const sides = measured.map(({session, samples}) =>
    ([session.before, session.after] as const).map((info, side) => sideTimes(info, samples, side)),
  );
  const reference = sides.map(([before]) => before);
  return [
    {
      ...reference[0],
      seconds: reference.flatMap(({seconds}) => seconds),
      userSeconds: reference.flatMap(({userSeconds}) => userSeconds),
      systemSeconds: reference.flatMap(({systemSeconds}) => systemSeconds),
    },
    ...sides.map(([, after]) => after),
  ];
};

const sideTimes = (info: SideInfo | null, samples: Samples | null, side: number): CommandTimes => {
  const seconds = (event: string): readonly number[] => {
    const series = samples?.events.find((one) => one.event === event);
    if (samples === null || series === undefined) return [];
    return [...series.value]
      .filter((_, run) => samples.side[run] === side && samples.warmup[run] === 0)
      .filter((ns) => !Number.isNaN(ns))
      .map((ns) => ns / 1e9);
  };
  return {
    name: info?.label ?? '',
    seconds: seconds('duration_time'),
    userSeconds: seconds('user_time'),
    systemSeconds: seconds('system_time'),
  };
};

/** Checked before minutes of measuring: the folder must exist. */
export const checkExport = (file: string): void => {
  const folder = dirname(file);
  if (!existsSync(folder))
    throw new UserError(
      `${visible(file)} cannot be written: there is no folder ${visible(folder)}.`,
      'Make it, or choose another place.',
    );
  checkWritable(folder);
};

export const writeExport = (file: string, content: string): void => {
  try {
    writeFileSync(file, content);
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    throw new UserError(
      `${visible(file)} cannot be written: ${reason.words}.`,
      `${reason.hint ?? 'Choose another place'}; what was measured is in the store.`,
    );
  }
};
