// `--type`: the type of programs whose section in the object does not name one.
import {listedTypes, playedTypes} from '../../jit/program-kinds.ts';
import type {ProgramType} from '../../jit/program-kinds.ts';
import type {CommandArguments} from './command.ts';
import {choice} from './command.ts';
import type {Options} from './option-types.ts';

const short = {tc: 'sched_cls', kretprobe: 'kprobe', socket: 'socket_filter'} as const;
const names = [...playedTypes, ...listedTypes, ...(Object.keys(short) as (keyof typeof short)[])];

export const typeOption = {
  type: {
    type: 'choice',
    of: names,
    value: 'T',
    help: 'type of programs whose section does not name one, to see their code',
  },
} as const satisfies Options;

export const programTypeOf = (args: CommandArguments): ProgramType | undefined => {
  const given = choice(args, 'type', names);
  return given !== undefined && given in short
    ? short[given as keyof typeof short]
    : (given as ProgramType | undefined);
};
