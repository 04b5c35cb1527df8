// The report of `poke explore` as text: the thread's state table, the steps of each operation, what
// can happen and how.
import type {Exploration, TraceLine} from '../../jit/poke/explore.ts';
import type {Event} from '../../jit/poke/model.ts';
import {siteStates, transitions} from '../../jit/poke/states.ts';
import {plural} from '../../results/wording.ts';

/** In the order of the report; `accident`s get their trace printed. */
const findings: readonly {readonly event: Event; readonly accident: boolean}[] = [
  {event: 'unwinds without a jump', accident: true},
  {event: 'jumps into a target freed at once', accident: true},
  {event: 'jumps into a target freed after a grace period', accident: true},
  {event: 'state A', accident: false},
  {event: 'back in state C', accident: false},
];

export const exploreText = (exploration: Exploration): string => {
  const {protocol, cpus, operations, states, moves, traces} = exploration;
  return [
    `protocol ${protocol.name}: ${protocol.from}`,
    `${plural(cpus, 'CPU')}, ${plural(operations, 'operation')}, ` +
      `every order and interleaving: ${states} states, ${moves} moves`,
    '',
    ...stateTable(exploration),
    '',
    ...transitions(protocol).map(
      ({operation, path}) => `  ${operation.padEnd(14)} ${path.join(' -> ')}`,
    ),
    '',
    ...findings.map(({event}) => `  ${event.padEnd(47)} ${verdict(traces[event])}`),
    '  (kernels free a program after a grace period; "at once" shows who relies on it)',
    ...findings.flatMap(({event, accident}) => {
      const trace = traces[event];
      return accident && trace !== undefined
        ? ['', `shortest way to: ${event}`, ...traceText(trace)]
        : [];
    }),
    '',
  ].join('\n');
};

const stateTable = ({siteStates: reached}: Exploration): string[] => [
  '     bypass unwind target',
  ...siteStates.map(
    ({name, bypass, target, meaning}) =>
      `  ${name}  ${bypass.padEnd(6)} unwind ${target.padEnd(6)} ` +
      `${reached.includes(name) ? 'reached' : 'never  '}  ${meaning}`,
  ),
];

const verdict = (trace: readonly TraceLine[] | undefined): string =>
  trace === undefined ? 'cannot happen' : `can happen, in ${plural(trace.length, 'step')}`;

const traceText = (trace: readonly TraceLine[]): string[] =>
  trace.map(
    ({who, text, site}, index) =>
      `  ${String(index + 1).padStart(2)}  ${who.padEnd(7)}  ${site.padEnd(5)}  ${text}`,
  );

/** The same as data: schema `jitstat/poke-explore/1`. */
export const exploreJson = (explorations: readonly Exploration[]): object => ({
  schema: 'jitstat/poke-explore/1',
  states: siteStates,
  protocols: explorations.map(
    ({protocol, cpus, operations, states, moves, siteStates: reached, traces}) => ({
      protocol: protocol.name,
      from: protocol.from,
      cpus,
      operations,
      explored: {states, moves},
      reached,
      transitions: transitions(protocol),
      findings: findings.map(({event, accident}) => ({
        event,
        accident,
        possible: traces[event] !== undefined,
        trace: traces[event] ?? null,
      })),
    }),
  ),
});
