// The kernel's lib/test_bpf.c: nanoseconds of each test, one run, with or without the JIT.
import type {ImportRow, Warning} from '../../types.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, linesWith, newNamer, row, shortLine, table} from './reader.ts';
import {holdsWord} from '../lines.ts';

const testLine = new RegExp(
  String.raw`^\s*(?:\[\s*[\d.]+\]\s*)?(?:<\d>\s*)?test_bpf:\s+(#\d{1,6}\s+\S.{0,300}?)` +
    String.raw`\s+jited:([01u])\s+(\d+(?:\s+\d+)*)?\s*(PASS|FAIL.*|ret .*)?\s*$`,
);
const otherLine = /^\s*(?:\[\s*[\d.]+\]\s*)?test_bpf:\s/;

/** A table while its lines are read: until a test comes again or words are between. */
interface Open {
  readonly first: number;
  last: number;
  readonly names: Set<string>;
  readonly rows: ImportRow[];
  readonly warnings: Warning[];
}

/** Lines of other text between two tests of one run. */
const mostInside = 2;

export const testBpf: Reader = {
  name: 'test_bpf',
  toldBy: '`test_bpf: #829 NAME jited:1 160000 PASS`',
  gives:
    'nanoseconds a test (lower is better), one run; tests without the JIT have names of their own',
  sniff: (text) => holdsWord(text, 'test_bpf:') && holdsWord(text, 'jited:'),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    const claimedOnly: number[] = [];
    let open: Open | null = null;
    const close = (): void => {
      if (open !== null && open.rows.length + open.warnings.length > 0) {
        const {first, last, rows, warnings} = open;
        const label = nameOf(first, last);
        found.push({
          first,
          last,
          table: table('test_bpf', {command: 'test_bpf', label, rows, warnings}),
        });
      }
      open = null;
    };
    for (const i of linesWith(lines, 'test_bpf:')) {
      const line = shortLine(lines, i);
      const match = testLine.exec(line);
      if (match === null) {
        if (otherLine.test(line)) claimedOnly.push(i);
        continue;
      }
      const name = match[1] + (match[2] === '1' ? '' : ` (jited:${match[2]})`);
      const current: Open | null = open;
      if (
        current !== null &&
        ((current as Open).names.has(name) || i > (current as Open).last + mostInside)
      )
        close();
      open ??= {first: i, last: i, names: new Set(), rows: [], warnings: []};
      const at: Open = open;
      at.last = i;
      at.names.add(name);
      const times = (match[3] ?? '').split(/\s+/).filter((time) => time !== '');
      if (match[4] !== undefined && match[4] !== 'PASS')
        at.warnings.push({code: 'failed-runs', text: `${name} did not pass: ${match[4]}`});
      else
        times.forEach((time, k) =>
          at.rows.push(
            row(times.length > 1 ? `${name} [${k + 1}]` : name, Number(time), 'ns', {
              direction: 'lower',
            }),
          ),
        );
    }
    close();
    const read = claimAll(lines, found);
    for (const i of claimedOnly) if (read.claimed !== null) read.claimed[i] = 1;
    return read;
  },
  example: [
    'test_bpf: #829 ALU64_MOV_K: all immediate value magnitudes jited:1 160000 PASS',
    'test_bpf: #831 ALU64_OR_K: all immediate value magnitudes jited:1 170000 PASS',
  ].join('\n'),
};
