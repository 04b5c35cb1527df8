// Doubled keys are found with their path, at any depth and in any spelling; strings that look like
// JSON are not.
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {duplicateKeys} from './duplicate-keys.ts';

test.each<[string, string[]]>([
  ['{}', []],
  ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}', []],
  ['{"a":1,"a":2}', ['a']],
  ['{"a":{"b":[1,{"c":1,"d":[],"c":{}}]}}', ['a.b[1].c']],
  ['{"a b":{"x":1,"x":2}}', ['["a b"].x']],
  ['{"a":1,"\\u0061":2}', ['a']],
  ['{"a":"{\\"b\\":1,\\"b\\":2}","c":"a","d":["a","a"]}', []],
  ['[{"a":true,"a":false,"a":null}]', ['[0].a', '[0].a']],
  ['{"a\\\\":1,"a\\\\":"\\\\\\"","b":1,"b":2}', ['["a\\\\"]', 'b']],
  ['{"a":[1,2],"b":-1.5e3,"a":"x"}', ['a']],
])('%s', (text, expected) => expect(duplicateKeys(text)).toEqual(expected));

test('strings of millions of characters', () => {
  const text = JSON.stringify({a: '00'.repeat(1e7), b: '\\"'.repeat(1e6)});
  expect(duplicateKeys(`[${text},{"c":1,"c":2}]`)).toEqual(['[1].c']);
});

test('no JSON that JSON.stringify writes has any', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(duplicateKeys(JSON.stringify(value, null, 1))).toEqual([]);
    }),
    {numRuns: 200, seed: 7},
  );
});
