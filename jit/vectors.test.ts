// Every recorded image of kernels and historical emitters, byte for byte, through the batch
// interface.
import {expect, test} from 'vitest';
import {answerBatch} from './batch.ts';
import {recordedVectors, vectorFiles} from './testdata/vectors.ts';
import type {Recorded} from './testdata/vectors.ts';

interface Answer {
  readonly id: string;
  readonly image?: string;
  readonly functionLengths?: readonly number[];
  readonly pokes?: readonly Record<string, number>[];
  readonly reason?: string;
}

/**
 * What differs, in words; null if nothing does. Kernel records have fewer poke fields than
 * answers.
 */
const difference = ({id, expect: wanted, ...request}: Recorded): string | null => {
  const answer = JSON.parse(answerBatch(JSON.stringify({id, ...request}))) as Answer;
  if (answer.id !== id) return `${id}: answered as ${answer.id}`;
  if (answer.image === undefined) return `${id}: ${answer.reason}`;
  if (answer.image !== wanted.image)
    return `${id}: image differs at byte ${firstDifference(answer.image, wanted.image)}`;
  if (String(answer.functionLengths) !== String(wanted.functionLengths))
    return `${id}: function lengths`;
  if (wanted.pokes === null) return null;
  if (answer.pokes!.length !== wanted.pokes.length)
    return `${id}: ${answer.pokes!.length} pokes, not ${wanted.pokes.length}`;
  const wrong = wanted.pokes.findIndex((poke, index) =>
    Object.entries(poke).some(([name, value]) => answer.pokes![index][name] !== value),
  );
  return wrong < 0 ? null : `${id}: poke ${wrong} is ${JSON.stringify(answer.pokes![wrong])}`;
};

const firstDifference = (a: string, b: string): number => {
  let at = 0;
  while (a.slice(at, at + 2) === b.slice(at, at + 2)) at += 2;
  return at / 2;
};

test.each(vectorFiles)('%s: all %i images are identical', (name, count) => {
  const all = recordedVectors(name);
  expect(all.length).toBe(count);
  expect(
    all
      .map(difference)
      .filter((each) => each !== null)
      .slice(0, 20),
  ).toEqual([]);
});
