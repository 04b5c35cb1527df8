// The record of a running night, written to the store whenever something is added.
import type {Night} from '../../results/history/index.ts';
import {writeNight} from '../../results/history/index.ts';
import {newSessionId} from '../../results/store/index.ts';
import {thisProcess} from '../../results/store/owner.ts';
import type {HostRecord} from '../../results/types.ts';
import type {NightWorld} from './night-task.ts';
import type {Suite} from './suite/suite.ts';

export interface NightWriter {
  readonly night: () => Night;
  readonly save: (more: Partial<Night>) => void;
  readonly end: (more: Partial<Night>) => void;
}

export const newRecord = (
  world: NightWorld,
  store: string,
  suite: Suite,
  host: HostRecord,
): NightWriter => {
  const begun = world.now();
  let night: Night = {
    schema: 'jitstat/night/1',
    id: newSessionId(begun, world.random),
    night: begun.toISOString().slice(0, 10),
    created: begun.toISOString(),
    finished: null,
    status: 'unfinished',
    machine: host.name,
    host,
    suite: suite.name,
    aa: null,
    workloads: [],
    alerts: [],
    notes: [],
    exitCode: null,
    owner: thisProcess(),
  };
  const save = (more: Partial<Night>): void => {
    night = {...night, ...more};
    writeNight(store, night);
  };
  save({});
  return {
    night: () => night,
    save,
    end: (more) => {
      const {owner: _owner, ...rest} = night;
      night = rest;
      save({...more, finished: world.now().toISOString()});
    },
  };
};
