// A variant's identity: the code it emits for every kind of frame, which is all that its checks
// depend on.
import {createHash} from 'node:crypto';
import {sampleFrames} from './check-variant.ts';
import {exitOps, prologuePieces} from './derive.ts';
import {bytesOf} from './ops.ts';
import {tailCallSequence} from './sequence.ts';
import type {Variant} from './variant.ts';

/** SHA-256 in hex over rules, habits and the code of prologues, exits and tail calls. */
export const variantHash = (variant: Variant): string => {
  const {rules, habits, counter, driver, layout} = variant;
  const facts = {rules, habits, counter, driver, layout: {...layout, callBase: 0, percpuOffset: 0}};
  const hash = createHash('sha256').update(
    JSON.stringify(facts, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
  );
  for (const frame of sampleFrames(variant)) {
    for (const {step, bytes} of prologuePieces(variant, frame))
      hash.update(`${step}\0`).update(Uint8Array.from(bytes));
    hash.update(Uint8Array.from(bytesOf(exitOps(variant, frame))));
    if (!frame.hasTailCall) continue;
    for (const kind of ['direct', 'indirect'] as const)
      hash.update(tailCallSequence(variant, kind, frame).bytes);
  }
  return hash.digest('hex');
};
