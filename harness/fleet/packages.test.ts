// Which versions of Node a fleet's commands run on, and what they say on others.
import {expect, test} from 'vitest';
import {checkFleetNode, loadBoss, loadPg} from './packages.ts';

test.each(['20.19.0', '20.20.2', '22.11.0'])('Node %s is reported as too old', (version) => {
  expect(() => checkFleetNode(version)).toThrow(
    `The commands of a fleet need Node 22.12 or newer; this is Node ${version}.`,
  );
});

test.each(['22.12.0', '22.23.3', '24.0.0'])('Node %s is accepted', (version) => {
  expect(() => checkFleetNode(version)).not.toThrow();
});

test('the client of PostgreSQL is installed for development', async () => {
  expect(typeof (await loadPg()).default.Client).toBe('function');
});

test('the queue is loaded, or this Node is too old for it', async () => {
  const loaded = await loadBoss().then(
    ({PgBoss}) => typeof PgBoss,
    (error: Error) => error.message,
  );
  expect(loaded).toMatch(/^function$|^The commands of a fleet need Node 22\.12/);
});
