// What bench:import times is really read: each kind finds its tables, in one piece and in many.
import {expect, test} from 'vitest';
import {kinds, textOf} from './import-kinds.ts';

test.each(kinds.map((kind) => [kind.name, kind] as const))('%s', (_name, kind) => {
  const [one, many] = [1, 20_000].map((bytes) => kind.read(textOf(kind, bytes)));
  expect([one > 0, many > 0]).toEqual([kind.finds, kind.finds]);
  expect(Buffer.byteLength(textOf(kind, 20_000))).toBeLessThan(25_000);
});
