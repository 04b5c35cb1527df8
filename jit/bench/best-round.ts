// How a compilation is timed: the best of several rounds, in CPU time.
import type {Layout} from '../types.ts';
import type {Variant} from '../variants/variant.ts';

const leastMs = 400;
export const leastRounds = 5;

/** CPU time of all threads of the process, so that what else runs on the machine hardly counts. */
export const bestRoundMs = (once: () => void, rounds = leastRounds): number => {
  let best = Infinity;
  let spent = 0;
  for (let round = 0; round < rounds || spent < leastMs; round++) {
    const start = process.cpuUsage();
    once();
    const {user, system} = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    best = Math.min(best, ms);
    spent += ms;
  }
  return best;
};

export const userLayout = ({layout}: Pick<Variant, 'layout'>): Layout => ({
  ...layout,
  callBase: 0x40000000n,
  indirectThunk: 0x41000000n,
});
