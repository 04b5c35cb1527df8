// Forms that no compiler here writes but images of other emitters may hold: rows for the
// disassembler alone, in the notation of forms.ts. If both have a form, the row in forms.ts counts.
//
//   N    16, 32 and 64 bits: three forms, with the prefix 66, without a prefix, and with REX.W
//   iN   an immediate of 2, 4 and 4 bytes; its operand is immN
import type {FormRow} from './forms.ts';

/** The eight operations that share one layout of opcodes, at their /digit times 8. */
const arithmetic = ['add', 'or', 'adc', 'sbb', 'and', 'sub', 'xor', 'cmp'] as const;
/** Shifts and rotations by /digit; /6 is not documented. */
const shifts = {rol: 0, ror: 1, rcl: 2, rcr: 3, shl: 4, shr: 5, sar: 7} as const;
const bitTests = {bt: 4, bts: 5, btr: 6, btc: 7} as const;

const hex = (opcode: number): string => opcode.toString(16).toUpperCase().padStart(2, '0');

// prettier-ignore
const arithmeticRows = (mnemonic: string, digit: number): readonly FormRow[] => {
  const opcode = (form: number): string => hex(8 * digit + form);
  return [
    [mnemonic, 'r/m8, r8',   `${opcode(0)} /r`],
    [mnemonic, 'r/mN, rN',   `${opcode(1)} /r`],
    [mnemonic, 'r8, r/m8',   `${opcode(2)} /r`],
    [mnemonic, 'rN, r/mN',   `${opcode(3)} /r`],
    [mnemonic, 'al, imm8',   `${opcode(4)} ib`],
    [mnemonic, 'aN, immN',   `${opcode(5)} iN`],
    [mnemonic, 'r/m8, imm8', `80 /${digit} ib`],
    [mnemonic, 'r/mN, immN', `81 /${digit} iN`],
    [mnemonic, 'r/mN, imm8', `83 /${digit} ib`],
  ];
};

// prettier-ignore
const shiftRows = ([mnemonic, digit]: readonly [string, number]): readonly FormRow[] => [
  [mnemonic, 'r/m8, imm8', `C0 /${digit} ib`],
  [mnemonic, 'r/mN, imm8', `C1 /${digit} ib`],
  [mnemonic, 'r/m8, 1',    `D0 /${digit}`],
  [mnemonic, 'r/mN, 1',    `D1 /${digit}`],
  [mnemonic, 'r/m8, cl',   `D2 /${digit}`],
  [mnemonic, 'r/mN, cl',   `D3 /${digit}`],
];

// prettier-ignore
const bitTestRows = ([mnemonic, digit]: readonly [string, number]): readonly FormRow[] => [
  [mnemonic, 'r/mN, rN',   `0F ${hex(0x83 + 8 * digit)} /r`],
  [mnemonic, 'r/mN, imm8', `0F BA /${digit} ib`],
];

// prettier-ignore
const otherRows: readonly FormRow[] = [
  ['test',     'r/m8, r8',         '84 /r'],
  ['test',     'r/mN, rN',         '85 /r'],
  ['test',     'al, imm8',         'A8 ib'],
  ['test',     'aN, immN',         'A9 iN'],
  ['test',     'r/m8, imm8',       'F6 /0 ib'],
  ['test',     'r/mN, immN',       'F7 /0 iN'],
  ['not',      'r/m8',             'F6 /2'],
  ['not',      'r/mN',             'F7 /2'],
  ['neg',      'r/m8',             'F6 /3'],
  ['neg',      'r/mN',             'F7 /3'],
  ['mul',      'r/m8',             'F6 /4'],
  ['mul',      'r/mN',             'F7 /4'],
  ['imul',     'r/m8',             'F6 /5'],
  ['imul',     'r/mN',             'F7 /5'],
  ['div',      'r/m8',             'F6 /6'],
  ['div',      'r/mN',             'F7 /6'],
  ['idiv',     'r/m8',             'F6 /7'],
  ['idiv',     'r/mN',             'F7 /7'],
  ['inc',      'r/m8',             'FE /0'],
  ['inc',      'r/mN',             'FF /0'],
  ['dec',      'r/m8',             'FE /1'],
  ['dec',      'r/mN',             'FF /1'],
  ['imul',     'rN, r/mN',         '0F AF /r'],
  ['imul',     'rN, r/mN, imm8',   '6B /r ib'],
  ['imul',     'rN, r/mN, immN',   '69 /r iN'],

  ['mov',      'r8, r/m8',         '8A /r'],
  ['mov',      'r16, r/m16',       '66 8B /r'],
  ['mov',      'r8, imm8',         'B0+rd ib'],
  ['mov',      'r16, imm16',       '66 B8+rd iw'],
  ['lea',      'rN, m',            '8D /r'],
  ['movzx',    'r16, r/m8',        '66 0F B6 /r',       'movzbw'],
  ['movzx',    'r32, r/m8',        '0F B6 /r',          'movzbl'],
  ['movsx',    'r16, r/m8',        '66 0F BE /r',       'movsbw'],
  ['movsx',    'r32, r/m8',        '0F BE /r',          'movsbl'],
  ['cmovcc',   'rN, r/mN',         '0F 40+cc /r'],
  ['setcc',    'r/m8',             '0F 90+cc /0'],
  ['cbw',      '',                 '66 98',             'cbtw'],
  ['cwde',     '',                 '98',                'cwtl'],
  ['cdqe',     '',                 'REX.W 98',          'cltq'],
  ['cwd',      '',                 '66 99',             'cwtd'],

  ['xchg',     'r/m8, r8',         '86 /r'],
  ['xchg',     'r/mN, rN',         '87 /r'],
  ['xchg',     'rN, aN',           '90+rd'],
  ['xadd',     'r/m8, r8',         '0F C0 /r'],
  ['xadd',     'r/mN, rN',         '0F C1 /r'],
  ['cmpxchg',  'r/m8, r8',         '0F B0 /r'],
  ['cmpxchg',  'r/mN, rN',         '0F B1 /r'],
  ['cmpxchg8b',  'm64',            '0F C7 /1'],
  ['cmpxchg16b', 'm64',            'REX.W 0F C7 /1'],

  ['shld',     'r/mN, rN, imm8',   '0F A4 /r ib'],
  ['shld',     'r/mN, rN, cl',     '0F A5 /r'],
  ['shrd',     'r/mN, rN, imm8',   '0F AC /r ib'],
  ['shrd',     'r/mN, rN, cl',     '0F AD /r'],
  ['bsf',      'rN, r/mN',         '0F BC /r'],
  ['bsr',      'rN, r/mN',         '0F BD /r'],
  ['popcnt',   'r32, r/m32',       'F3 0F B8 /r'],
  ['popcnt',   'r64, r/m64',       'F3 REX.W 0F B8 /r'],
  ['tzcnt',    'r32, r/m32',       'F3 0F BC /r'],
  ['tzcnt',    'r64, r/m64',       'F3 REX.W 0F BC /r'],
  ['lzcnt',    'r32, r/m32',       'F3 0F BD /r'],
  ['lzcnt',    'r64, r/m64',       'F3 REX.W 0F BD /r'],

  ['movsb',    '',                 'A4',                'movsb %ds:(%rsi),%es:(%rdi)'],
  ['movsw',    '',                 '66 A5',             'movsw %ds:(%rsi),%es:(%rdi)'],
  ['movsd',    '',                 'A5',                'movsl %ds:(%rsi),%es:(%rdi)'],
  ['movsq',    '',                 'REX.W A5',          'movsq %ds:(%rsi),%es:(%rdi)'],
  ['stosb',    '',                 'AA',                'stos %al,%es:(%rdi)'],
  ['stosw',    '',                 '66 AB',             'stos %ax,%es:(%rdi)'],
  ['stosd',    '',                 'AB',                'stos %eax,%es:(%rdi)'],
  ['stosq',    '',                 'REX.W AB',          'stos %rax,%es:(%rdi)'],
  ['lodsb',    '',                 'AC',                'lods %ds:(%rsi),%al'],
  ['lodsw',    '',                 '66 AD',             'lods %ds:(%rsi),%ax'],
  ['lodsd',    '',                 'AD',                'lods %ds:(%rsi),%eax'],
  ['lodsq',    '',                 'REX.W AD',          'lods %ds:(%rsi),%rax'],
  ['cmpsb',    '',                 'A6',                'cmpsb %es:(%rdi),%ds:(%rsi)'],
  ['cmpsw',    '',                 '66 A7',             'cmpsw %es:(%rdi),%ds:(%rsi)'],
  ['cmpsd',    '',                 'A7',                'cmpsl %es:(%rdi),%ds:(%rsi)'],
  ['cmpsq',    '',                 'REX.W A7',          'cmpsq %es:(%rdi),%ds:(%rsi)'],
  ['scasb',    '',                 'AE',                'scas %es:(%rdi),%al'],
  ['scasw',    '',                 '66 AF',             'scas %es:(%rdi),%ax'],
  ['scasd',    '',                 'AF',                'scas %es:(%rdi),%eax'],
  ['scasq',    '',                 'REX.W AF',          'scas %es:(%rdi),%rax'],

  ['push',     'r/m64',            'FF /6'],
  ['push',     'imm32',            '68 id'],
  ['pop',      'r/m64',            '8F /0'],
  ['pushf',    '',                 '9C'],
  ['popf',     '',                 '9D'],
  ['call',     'r/m64',            'FF /2'],
  ['ret',      'imm16',            'C2 iw'],
  ['loop',     'rel8',             'E2 cb'],
  ['jrcxz',    'rel8',             'E3 cb'],
  ['int',      'imm8',             'CD ib'],
  ['ud2',      '',                 '0F 0B'],
  ['hlt',      '',                 'F4'],
  ['syscall',  '',                 '0F 05'],
  ['cpuid',    '',                 '0F A2'],
  ['rdtsc',    '',                 '0F 31'],
  ['rdtscp',   '',                 '0F 01 F9'],
  ['swapgs',   '',                 '0F 01 F8'],
  ['clac',     '',                 '0F 01 CA'],
  ['stac',     '',                 '0F 01 CB'],
  ['cmc',      '',                 'F5'],
  ['clc',      '',                 'F8'],
  ['stc',      '',                 'F9'],
  ['cli',      '',                 'FA'],
  ['sti',      '',                 'FB'],
  ['cld',      '',                 'FC'],
  ['std',      '',                 'FD'],
  ['mfence',   '',                 '0F AE F0'],
  ['sfence',   '',                 '0F AE F8'],
  ['endbr32',  '',                 'F3 0F 1E FB'],
  ['prefetchnta', 'm8',            '0F 18 /0'],
  ['prefetcht0',  'm8',            '0F 18 /1'],
  ['prefetcht1',  'm8',            '0F 18 /2'],
  ['prefetcht2',  'm8',            '0F 18 /3'],
  ['prefetchw',   'm8',            '0F 0D /1'],
];

/** Accumulator, prefix and immediate by width in bits. */
const widths = {
  16: {accumulator: 'ax', prefix: '66 ', immediate: ['16', 'iw']},
  32: {accumulator: 'eax', prefix: '', immediate: ['32', 'id']},
  64: {accumulator: 'rax', prefix: 'REX.W ', immediate: ['32', 'id']},
} as const;

/** The three forms of a row with N; any other row as it is. */
const widened = (row: FormRow): readonly FormRow[] => {
  const [mnemonic, operands, encoding] = row;
  if (!operands.includes('N')) return [row];
  return Object.entries(widths).map(([bits, {accumulator, prefix, immediate}]) => [
    mnemonic,
    operands
      .replaceAll('aN', accumulator)
      .replaceAll('immN', `imm${immediate[0]}`)
      .replaceAll('N', bits),
    `${prefix}${encoding.replace('iN', immediate[1])}`,
  ]);
};

export const decodeOnlyRows: readonly FormRow[] = [
  ...arithmetic.flatMap(arithmeticRows),
  ...Object.entries(shifts).flatMap(shiftRows),
  ...Object.entries(bitTests).flatMap(bitTestRows),
  ...otherRows,
].flatMap(widened);
