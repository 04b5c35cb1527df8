import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {readElf} from './elf-file.ts';
import {loadObject} from './object.ts';

const folder = new URL('../testdata/', import.meta.url);

describe('objects built by clang 14', () => {
  const load = (file: string) => loadObject(readFileSync(new URL(file, folder)), file);
  test('all load', () => {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.o')))
      expect(load(file).length, file).toBeGreaterThan(0);
  });
  test('programs, merged functions and maps', () => {
    const programs = load('tc_b2b.v2.O2.o');
    expect(programs.map(({name, type}) => `${name} ${type}`)).toEqual([
      'leaf sched_cls',
      'leaf2 sched_cls',
      'main_ sched_cls',
    ]);
    expect(programs[2].functions.map(({name}) => name)).toEqual([
      'main_',
      'outer',
      'inner',
      'plain',
    ]);
    expect(programs[2].maps).toEqual([
      {name: 'cnt', type: 'array', keyBytes: 4, valueBytes: 8, maxEntries: 2},
      {name: 'jt', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 3},
    ]);
  });
  test('names are UTF-8', () => {
    const bytes = readFileSync(new URL('tc_b2b.v2.O2.o', folder));
    bytes.write('l\u00e9\u00f1', bytes.lastIndexOf('leaf2\0'));
    expect(loadObject(bytes, 'x.o')[1].name).toBe('l\u00e9\u00f1');
  });
  test('damage to relocations of what is not loaded changes nothing', () => {
    const file = 'tc_b2b.v2.O2.o';
    const bytes = readFileSync(new URL(file, folder));
    const name = '.rel.BTF.ext';
    const relocations = readElf(bytes, file).sections.find((section) => section.name === name)!;
    bytes.fill(0xff, bytes.indexOf(relocations.bytes), bytes.indexOf(relocations.bytes) + 16);
    expect(loadObject(bytes, file)).toEqual(load(file));
  });
  test('a name with a line break takes one line', () => {
    const bytes = readFileSync(new URL('tc_b2b.v2.O2.o', folder));
    bytes.write('l\nf\u001b2', bytes.lastIndexOf('leaf2\0'), 'latin1');
    expect(loadObject(bytes, 'x.o').map(({name}) => name)).toEqual([
      'leaf',
      'l\\u000af\\u001b2',
      'main_',
    ]);
  });
});
