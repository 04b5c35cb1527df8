// A fleet for the tests of one file: hub and database live throughout the file, agents and jobs
// during one test.
import {afterAll, afterEach, beforeAll, expect} from 'vitest';
import {connect} from './db/connect.ts';
import type {Connection} from './db/connect.ts';
import {startFleet, until} from './fleet.fixture.ts';
import type {Fleet, Started} from './fleet.fixture.ts';

/** Set before the first test; a test that restarts the hub or the server sets its own. */
interface Playing {
  fleet: Fleet;
  hub: Started;
  db: Connection;
}

interface Played extends Playing {
  /** Ended after the test. */
  readonly startAgent: Fleet['startAgent'];
  /** The message of a refusal, once it has also been logged. */
  readonly refused: (call: Promise<unknown>) => Promise<string>;
}

/** Call it inside `describe`. */
export const playFleet = (
  hosts: readonly string[],
  heartbeatSeconds: number,
  suitesOfTest: Readonly<Record<string, object>> = {},
): Played => {
  const agents: Started[] = [];
  const play: Played = {
    ...({} as Playing),
    startAgent: (host, store, env) => {
      const agent = play.fleet.startAgent(host, store, env);
      agents.push(agent);
      return agent;
    },
    refused: async (call) => {
      const message = await call.then(
        () => 'not refused',
        (error: Error) => error.message,
      );
      const isLogged = async (): Promise<boolean> => {
        const {rows} = await play.db.query('select from fleet.log where refused and detail = $1', [
          message,
        ]);
        return rows.length > 0;
      };
      expect(await until(isLogged, 5), `${message} is logged`).toBe(true);
      return message;
    },
  };
  beforeAll(async () => {
    play.fleet = await startFleet(hosts, heartbeatSeconds, suitesOfTest);
    play.hub = await play.fleet.startHub();
    play.db = await connect(play.fleet.server.url);
  }, 300_000);
  afterEach(async () => {
    for (const agent of agents.splice(0)) {
      agent.process.kill('SIGKILL');
      await agent.ended;
    }
    await play.db.query('delete from boss.job_common');
    await play.db.query('update fleet.host set agent = null, drained = false');
  });
  afterAll(async () => {
    await play.db?.end();
    await play.fleet?.stop();
  });
  return play;
};
