// The optional packages of a fleet, pg and pg-boss: loaded when a command needs them, or one message.
import type * as Pg from 'pg';
import type * as Boss from 'pg-boss';
import {UserError} from '../../results/error.ts';

/** The oldest Node that pg-boss 12 supports (its `engines`); the fleet's commands ask for it. */
const leastNode = [22, 12] as const;

/** Throws a UserError on a Node that the fleet's commands do not support. */
export const checkFleetNode = (version: string = process.versions.node): void => {
  const [major, minor] = version.split('.').map(Number);
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return;
  throw new UserError(
    `The commands of a fleet need Node ${leastNode.join('.')} or newer; this is Node ${version}.`,
    'Install a newer Node (npm install node@22 brings one); all other commands run on this one.',
  );
};

/** PostgreSQL's client. */
export const loadPg = (): Promise<typeof Pg> => installed('pg', () => import('pg'));

/** The queue. */
export const loadBoss = async (): Promise<typeof Boss> => {
  checkFleetNode();
  return installed('pg-boss', () => import('pg-boss'));
};

const installed = async <T>(name: string, load: () => Promise<T>): Promise<T> => {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UserError(
      `The optional package ${name} is not installed.`,
      'npm install pg@8 pg-boss@12, next to jitstat (with -g if jitstat was installed with -g).',
    );
  }
};
