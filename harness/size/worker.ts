// A worker thread of `jitstat size`: takes items one at a time and answers with their sizes.
import {parentPort, workerData} from 'node:worker_threads';
import {resolveSides} from './resolve-sides.ts';
import {sizeItem} from './size-file.ts';
import type {Item, Sides} from './size-file.ts';

export interface WorkerInput {
  readonly sides: Sides;
  readonly cwd: string;
  readonly rules: string | null;
}

const {sides, cwd, rules} = workerData as WorkerInput;
await resolveSides(sides, {cwd, err: () => undefined, errIsTerminal: false}, rules);
parentPort!.on('message', (item: Item) => parentPort!.postMessage(sizeItem(item, sides)));
parentPort!.postMessage(null);
