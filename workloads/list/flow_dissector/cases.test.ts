// Packets and keys are built from fields; here they are compared with the bytes of the kernel's own
// test of July 2020.
import {expect, test} from 'vitest';
import {cases16, cases2020} from './cases.ts';
import {published} from './published.fixture.ts';

test.each(published)('%s', (name, packet, keys) => {
  const found = cases2020.find((entry) => entry.name === name);
  expect(found).toMatchObject({packet, keys, retval: 0});
});

test('there are 12 packets in 2020 and 16 in 6.18, all of 82 bytes', () => {
  expect(cases2020.map(({name}) => name)).toEqual(published.map(([name]) => name));
  expect(cases16).toHaveLength(16);
  for (const {packet, keys} of [...cases2020, ...cases16]) {
    expect(packet).toHaveLength(164);
    if (keys !== undefined) expect(keys).toHaveLength(112);
  }
});
