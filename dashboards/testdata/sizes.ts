// Size reports for pages: many programs with changes in both directions, one program, none that
// changed, and names and reasons that come from outside.
import {sizeReport} from '../../results/size/report.ts';
import type {RefusedProgram, SizedProgram, SideSize} from '../../results/size/types.ts';
import type {SizeDocument} from '../size/index.ts';

const side = (prologue: number, body: number, unwind: number): SideSize => ({
  bytes: prologue + body + unwind + 9,
  steps: {prologue, body, 'tail call': 0, unwind, exit: 9},
});

const documentOf = (
  after: string,
  programs: readonly SizedProgram[],
  refused: readonly RefusedProgram[] = [],
): SizeDocument => ({
  report: sizeReport({before: 'v58', after}, programs, refused),
  programs,
  refused,
});

/** `count` programs: most shrink by a few bytes, every sixth grows by its unwinding. */
const made = (count: number, name = ''): readonly SizedProgram[] =>
  Array.from({length: count}, (_, at) => ({
    file: `objects/${name}filter_${at % 7}.bpf.o`,
    folder: `${name}objects/${['cilium', 'katran', 'selftests'][at % 3]}`,
    program: `${name}handle_packet_${at}`,
    type: 'xdp',
    instructions: 20 + at,
    before: side(22, 120 + ((at * 37) % 400), 0),
    after: side(22 - (at % 5), 120 + ((at * 37) % 400), at % 6 === 0 ? 24 + at : 0),
  }));

const refused = (name = ''): readonly RefusedProgram[] => [
  {file: `${name}old.o`, program: '', by: 'loader', reason: `map type ringbuf${name}`},
  {file: `${name}new.o`, program: `${name}probe`, by: 'after', reason: `arena${name}`},
];

export const sizeDocuments = {
  many: [documentOf('rfc1', made(400), refused())],
  'two sides': [documentOf('rfc1', made(60), refused()), documentOf('v510', made(12))],
  one: [documentOf('rfc1', made(1))],
  same: [
    documentOf(
      'v58',
      made(20).map((one) => ({...one, after: one.before})),
    ),
  ],
  'no steps': [
    documentOf(
      'kernel',
      made(8).map((one) => ({...one, after: {...one.after, steps: null}})),
    ),
  ],
  'long names': [
    documentOf(
      'emitter:/opt/a_folder_with_a_long_name/emitter --with-many-options'.repeat(3),
      made(30, 'a_program_with_a_very_long_name_that_somebody_made_by_a_script_'.repeat(3)),
      refused('a_long_reason_without_any_space_'.repeat(6)),
    ),
  ],
} satisfies Record<string, readonly SizeDocument[]>;

/** Every text of it holds `evil`. */
export const hostileSizes = (evil: string): readonly SizeDocument[] =>
  [evil, `${evil}2`].map((after) => documentOf(after, made(9, evil), refused(evil)));
