// Bodies in base64 are found in one pass over the lines, however many mails a text holds.
import {expect, test} from 'vitest';
import {decodeBase64} from './base64.ts';

const body = Buffer.from('  1,000      cycles\n'.repeat(10)).toString('base64');
const mail = `Content-Transfer-Encoding: base64\n\n${body}\n\nRegards\n`;

/** How often a line is looked at. */
const readsOf = (mails: number): number => {
  let reads = 0;
  const text = mail.repeat(mails);
  const lines = new Proxy(text.split('\n'), {
    get: (target, key) => {
      reads++;
      return Reflect.get(target, key);
    },
  });
  const counted = {split: () => lines} as unknown as string;
  expect(decodeBase64(counted)).toEqual(decodeBase64(text));
  return reads;
};

test('each line is looked at a few times, however many bodies there are', () =>
  expect(readsOf(160)).toBeLessThan(10 * readsOf(20)));
