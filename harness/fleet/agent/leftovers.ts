// Ends everything a job started, even processes that left their parent: found by a mark in their
// environment.
import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';

/** The name of the mark; its value is the agent's id. */
export const markName = 'JITSTAT_FLEET_AGENT';

const patienceMs = 5000;

/** Ids of living processes that carry the mark; a zombie has no environment. */
const marked = (agent: string): readonly number[] => {
  const entry = `${markName}=${agent}`;
  return readdirSync('/proc')
    .filter((one) => /^\d+$/.test(one) && Number(one) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(entry);
      } catch {
        return false;
      }
    })
    .map(Number);
};

/** Returns how many there were. Throws an Error if some cannot be ended. */
export const endMarked = async (agent: string): Promise<number> => {
  const ended = new Set<number>();
  for (const end = Date.now() + patienceMs; ; await sleep(20)) {
    const living = marked(agent);
    if (living.length === 0) return ended.size;
    if (Date.now() > end)
      throw new Error(`processes ${living.join(', ')} of an earlier job cannot be ended`);
    for (const pid of living) {
      ended.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
  }
};
