// Notes: one file each, apart for machines, workloads and scripts, the same for the same words.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {readNotes, writeNote} from './notes.ts';

let store: string;
beforeAll(() => void (store = mkdtempSync(join(tmpdir(), 'jitstat-notes-test-'))));
afterAll(() => rmSync(store, {recursive: true}));

test('notes of other machines, workloads and scripts are kept next to each other', () => {
  const date = '2026-11-22';
  const notes = [
    {text: 'new microcode'},
    {text: 'New microcode!'},
    {text: 'new-microcode'},
    {text: 'new microcode', machine: 'a'},
    {text: 'new microcode', machine: 'b'},
    {text: 'new microcode', workload: 'w'},
    {text: '\u65b0\u3057\u3044'},
    {text: '\u5225'},
  ];
  const paths = notes.map((note) => writeNote(store, {date, ...note}));
  expect(basename(paths[0])).toBe('2026-11-22-new-microcode.json');
  expect(new Set(paths).size).toBe(notes.length);
  expect(writeNote(store, {date, ...notes[3]})).toBe(paths[3]);
  expect(readNotes(store).notes.length).toBe(notes.length);
});

test('a damaged file is reported', () => {
  writeFileSync(writeNote(store, {date: '2026-11-23', text: 'x'}), '{');
  expect(() => writeNote(store, {date: '2026-11-23', text: 'x'})).toThrow(/is damaged/);
});
