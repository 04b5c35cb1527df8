// The form of slices.json.gz: what every process of slices reported, one summary per pair and step.
// It carries its own checksum.
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import * as v from 'valibot';
import type {SliceProcess} from '../compare/slices/types.ts';
import {UserError} from '../error.ts';
import {checkDocument, sealDocument} from './checksum.ts';
import {readStored} from './read.ts';
import {unpack} from './runs-file.ts';

export const slicesFile = 'slices.json.gz';

const number = v.number();
const step = v.tuple([number, number, number, number, number]);
const process = v.object({
  index: v.pipe(number, v.integer()),
  aa: v.boolean(),
  event: v.exactOptional(v.string()),
  executions: v.array(number),
  clock: v.object({
    name: v.picklist(['tsc', 'thread', 'counter']),
    nsPerTick: number,
    overheadNs: number,
  }),
  pairs: v.array(v.object({steps: v.array(step), entries: v.tuple([number, number])})),
});
const document = v.object({
  schema: v.literal('jitstat/slices/1'),
  id: v.string(),
  processes: v.array(process),
});

/** Whether a journal's line holds a whole process. */
export const isSliceProcess = (value: unknown): value is SliceProcess => v.is(process, value);

export const encodeSlices = (id: string, processes: readonly SliceProcess[]): Buffer =>
  gzipSync(sealDocument({schema: 'jitstat/slices/1', id, processes}));

/** The processes of a stored session, null if it has none. Throws a UserError on damage. */
export const loadSlices = (folder: string, id: string): readonly SliceProcess[] | null => {
  const file = join(folder, slicesFile);
  if (!existsSync(file)) return null;
  try {
    const bytes = unpack(readStored(file));
    if (!checkDocument(bytes)) throw new Error('it has no checksum');
    const parsed = v.parse(document, JSON.parse(bytes.toString()));
    if (parsed.id !== id) throw new Error(`it belongs to session ${parsed.id}`);
    return parsed.processes;
  } catch (error) {
    throw new UserError(
      `${file} is damaged (${error instanceof Error ? error.message : String(error)}).`,
      'The summary in session.json can still be read; restore the file from a backup.',
    );
  }
};
