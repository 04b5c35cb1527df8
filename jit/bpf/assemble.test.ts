import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {assemble} from './assemble.ts';
import {parseConformance} from './conformance-file.ts';

const folder = new URL('../../../shared/fixtures/conformance/', import.meta.url);

describe.skipIf(!existsSync(folder))('conformance files (skipped without ../shared/fixtures)', () => {
  test('every case assembles', () => {
    const failures: string[] = [];
    const files = readdirSync(folder).filter((file) => file.endsWith('.data'));
    for (const file of files) {
      try {
        assemble(parseConformance(readFileSync(new URL(file, folder), 'utf8')).asm, {name: file, type: 'xdp'});
      } catch (error) {
        failures.push(String(error));
      }
    }
    expect(failures).toEqual([]);
    expect(files).toHaveLength(313);
  });
});
