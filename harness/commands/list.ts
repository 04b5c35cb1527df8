// `jitstat list`: every workload and every variant, one line each.
import {variants} from '../../jit/variants/list/index.ts';
import {workloads} from '../../workloads/list/index.ts';
import {executionsPerRepeat} from '../../workloads/types.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag} from '../command/command.ts';
import {table} from '../usage/list.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    io.out(flag(args, 'json') ? `${JSON.stringify(listJson(), null, 2)}\n` : listText());
    return exitCodes.done;
  },
};

/**
 * Schema `jitstat/list/1`; `executionsPerRepeat` counts the entry program's executions in one
 * repetition of the scenario.
 */
const listJson = (): object => ({
  schema: 'jitstat/list/1',
  workloads: workloads.map((workload) => ({
    name: workload.name,
    purpose: workload.purpose,
    type: workload.type,
    executionsPerRepeat: executionsPerRepeat(workload),
    instead: workload.instead ?? {},
  })),
  variants: variants.map(({name, from, provenAgainst}) => ({name, from, provenAgainst})),
});

const listText = (): string => {
  const width = Math.max(...[...workloads, ...variants].map(({name}) => name.length));
  return [
    'Workloads (your own: a .bpf.o or .s file with a scenario, see docs/scenario.md)',
    ...workloads.map(({name, purpose}) => `  ${name.padEnd(width)}  ${purpose}`),
    '',
    'Variants',
    ...variants.flatMap(({name, from, provenAgainst}) => [
      `  ${name.padEnd(width)}  ${from}`,
      `  ${' '.repeat(width)}  proven against: ${provenAgainst.join('; ') || 'nothing, no kernel emits it'}`,
    ]),
    '',
  ].join('\n');
};
