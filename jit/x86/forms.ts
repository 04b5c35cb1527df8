// The x86-64 instructions that this compiler and the kernel's write: one row a form, laid out as in
// the Intel manual (SDM volume 2, chapters 3 to 6). Everything that writes or reads machine code
// takes its opcodes from here.
//
//   mnemonic, operands, encoding [, AT&T mnemonic if objdump calls it something else]
//
//   REX.W   a REX prefix with W = 1           /r      ModRM.reg is a register
//   REX     a REX prefix even without a bit   /0../7  ModRM.reg is part of the opcode
//   +rd     the register is added to the opcode, +cc the condition
//   ib iw id io   an immediate of 1, 2, 4, 8 bytes    cb cd   a displacement of 1, 4 bytes
//
// Without REX or REX.W a REX prefix is written if a register needs one.

export type FormRow = readonly [mnemonic: string, operands: string, encoding: string, att?: string];

// prettier-ignore
export const formRows = [
  ['add',     'r/m32, r32',       '01 /r'],
  ['add',     'r/m64, r64',       'REX.W 01 /r'],
  ['add',     'r64, r/m64',       'REX.W 03 /r'],
  ['add',     'r/m32, imm8',      '83 /0 ib'],
  ['add',     'r/m64, imm8',      'REX.W 83 /0 ib'],
  ['add',     'r/m32, imm32',     '81 /0 id'],
  ['add',     'r/m64, imm32',     'REX.W 81 /0 id'],
  ['add',     'eax, imm32',       '05 id'],
  ['add',     'rax, imm32',       'REX.W 05 id'],
  ['or',      'r/m32, r32',       '09 /r'],
  ['or',      'r/m64, r64',       'REX.W 09 /r'],
  ['or',      'r/m32, imm8',      '83 /1 ib'],
  ['or',      'r/m64, imm8',      'REX.W 83 /1 ib'],
  ['or',      'r/m32, imm32',     '81 /1 id'],
  ['or',      'r/m64, imm32',     'REX.W 81 /1 id'],
  ['or',      'eax, imm32',       '0D id'],
  ['or',      'rax, imm32',       'REX.W 0D id'],
  ['and',     'r/m32, r32',       '21 /r'],
  ['and',     'r/m64, r64',       'REX.W 21 /r'],
  ['and',     'r/m32, imm8',      '83 /4 ib'],
  ['and',     'r/m64, imm8',      'REX.W 83 /4 ib'],
  ['and',     'r/m32, imm32',     '81 /4 id'],
  ['and',     'r/m64, imm32',     'REX.W 81 /4 id'],
  ['and',     'eax, imm32',       '25 id'],
  ['and',     'rax, imm32',       'REX.W 25 id'],
  ['sub',     'r/m32, r32',       '29 /r'],
  ['sub',     'r/m64, r64',       'REX.W 29 /r'],
  ['sub',     'r/m32, imm8',      '83 /5 ib'],
  ['sub',     'r/m64, imm8',      'REX.W 83 /5 ib'],
  ['sub',     'r/m32, imm32',     '81 /5 id'],
  ['sub',     'r/m64, imm32',     'REX.W 81 /5 id'],
  ['sub',     'eax, imm32',       '2D id'],
  ['sub',     'rax, imm32',       'REX.W 2D id'],
  ['xor',     'r/m32, r32',       '31 /r'],
  ['xor',     'r/m64, r64',       'REX.W 31 /r'],
  ['xor',     'r/m32, imm8',      '83 /6 ib'],
  ['xor',     'r/m64, imm8',      'REX.W 83 /6 ib'],
  ['xor',     'r/m32, imm32',     '81 /6 id'],
  ['xor',     'r/m64, imm32',     'REX.W 81 /6 id'],
  ['xor',     'eax, imm32',       '35 id'],
  ['xor',     'rax, imm32',       'REX.W 35 id'],
  ['cmp',     'r/m32, r32',       '39 /r'],
  ['cmp',     'r/m64, r64',       'REX.W 39 /r'],
  ['cmp',     'r/m32, imm8',      '83 /7 ib'],
  ['cmp',     'r/m64, imm8',      'REX.W 83 /7 ib'],
  ['cmp',     'r/m32, imm32',     '81 /7 id'],
  ['cmp',     'r/m64, imm32',     'REX.W 81 /7 id'],
  ['test',    'r/m32, r32',       '85 /r'],
  ['test',    'r/m64, r64',       'REX.W 85 /r'],
  ['test',    'r/m32, imm32',     'F7 /0 id'],
  ['test',    'r/m64, imm32',     'REX.W F7 /0 id'],

  ['mov',     'r/m8, r8',         '88 /r'],
  ['mov',     'r/m16, r16',       '66 89 /r'],
  ['mov',     'r/m32, r32',       '89 /r'],
  ['mov',     'r/m64, r64',       'REX.W 89 /r'],
  ['mov',     'r32, r/m32',       '8B /r'],
  ['mov',     'r64, r/m64',       'REX.W 8B /r'],
  ['mov',     'r/m8, imm8',       'C6 /0 ib'],
  ['mov',     'r/m16, imm16',     '66 C7 /0 iw'],
  ['mov',     'r/m32, imm32',     'C7 /0 id'],
  ['mov',     'r/m64, imm32',     'REX.W C7 /0 id'],
  ['mov',     'r32, imm32',       'B8+rd id'],
  ['mov',     'r64, imm64',       'REX.W B8+rd io',             'movabs'],
  ['movzx',   'r32, r/m8',        '0F B6 /r',                   'movzbl'],
  ['movzx',   'r32, r/m16',       '0F B7 /r',                   'movzwl'],
  ['movzx',   'r64, r/m8',        'REX.W 0F B6 /r',             'movzbq'],
  ['movzx',   'r64, r/m16',       'REX.W 0F B7 /r',             'movzwq'],
  ['movsx',   'r32, r/m8',        'REX 0F BE /r',               'movsbl'],
  ['movsx',   'r32, r/m16',       '0F BF /r',                   'movswl'],
  ['movsx',   'r64, r/m8',        'REX.W 0F BE /r',             'movsbq'],
  ['movsx',   'r64, r/m16',       'REX.W 0F BF /r',             'movswq'],
  ['movsxd',  'r64, r/m32',       'REX.W 63 /r',                'movslq'],
  ['cmovcc',  'r64, r/m64',       'REX.W 0F 40+cc /r'],
  ['bswap',   'r32',              '0F C8+rd'],
  ['bswap',   'r64',              'REX.W 0F C8+rd'],

  ['imul',    'r32, r/m32',       '0F AF /r'],
  ['imul',    'r64, r/m64',       'REX.W 0F AF /r'],
  ['imul',    'r32, r/m32, imm8', '6B /r ib'],
  ['imul',    'r64, r/m64, imm8', 'REX.W 6B /r ib'],
  ['imul',    'r32, r/m32, imm32', '69 /r id'],
  ['imul',    'r64, r/m64, imm32', 'REX.W 69 /r id'],
  ['neg',     'r/m32',            'F7 /3'],
  ['neg',     'r/m64',            'REX.W F7 /3'],
  ['mul',     'r/m32',            'F7 /4'],
  ['mul',     'r/m64',            'REX.W F7 /4'],
  ['div',     'r/m32',            'F7 /6'],
  ['div',     'r/m64',            'REX.W F7 /6'],
  ['idiv',    'r/m32',            'F7 /7'],
  ['idiv',    'r/m64',            'REX.W F7 /7'],
  ['cdq',     '',                 '99',                         'cltd'],
  ['cqo',     '',                 'REX.W 99',                   'cqto'],

  ['ror',     'r/m16, imm8',      '66 C1 /1 ib'],
  ['rol',     'r/m64, imm8',      'REX.W C1 /0 ib'],
  ['shl',     'r/m32, 1',         'D1 /4'],
  ['shl',     'r/m64, 1',         'REX.W D1 /4'],
  ['shl',     'r/m32, imm8',      'C1 /4 ib'],
  ['shl',     'r/m64, imm8',      'REX.W C1 /4 ib'],
  ['shl',     'r/m32, cl',        'D3 /4'],
  ['shl',     'r/m64, cl',        'REX.W D3 /4'],
  ['shr',     'r/m32, 1',         'D1 /5'],
  ['shr',     'r/m64, 1',         'REX.W D1 /5'],
  ['shr',     'r/m32, imm8',      'C1 /5 ib'],
  ['shr',     'r/m64, imm8',      'REX.W C1 /5 ib'],
  ['shr',     'r/m32, cl',        'D3 /5'],
  ['shr',     'r/m64, cl',        'REX.W D3 /5'],
  ['sar',     'r/m32, 1',         'D1 /7'],
  ['sar',     'r/m64, 1',         'REX.W D1 /7'],
  ['sar',     'r/m32, imm8',      'C1 /7 ib'],
  ['sar',     'r/m64, imm8',      'REX.W C1 /7 ib'],
  ['sar',     'r/m32, cl',        'D3 /7'],
  ['sar',     'r/m64, cl',        'REX.W D3 /7'],
  ['shlx',    'r32, r/m32, r32',  'VEX.66.0F38.W0 F7 /r'],
  ['shlx',    'r64, r/m64, r64',  'VEX.66.0F38.W1 F7 /r'],
  ['sarx',    'r32, r/m32, r32',  'VEX.F3.0F38.W0 F7 /r'],
  ['sarx',    'r64, r/m64, r64',  'VEX.F3.0F38.W1 F7 /r'],
  ['shrx',    'r32, r/m32, r32',  'VEX.F2.0F38.W0 F7 /r'],
  ['shrx',    'r64, r/m64, r64',  'VEX.F2.0F38.W1 F7 /r'],

  ['xadd',    'r/m32, r32',       '0F C1 /r'],
  ['xadd',    'r/m64, r64',       'REX.W 0F C1 /r'],
  ['xchg',    'r/m32, r32',       '87 /r'],
  ['xchg',    'r/m64, r64',       'REX.W 87 /r'],
  ['cmpxchg', 'r/m32, r32',       '0F B1 /r'],
  ['cmpxchg', 'r/m64, r64',       'REX.W 0F B1 /r'],

  ['push',    'r64',              '50+rd'],
  ['push',    'imm8',             '6A ib'],
  ['pop',     'r64',              '58+rd'],
  ['leave',   '',                 'C9'],
  ['ret',     '',                 'C3'],
  ['call',    'rel32',            'E8 cd'],
  ['jmp',     'rel8',             'EB cb'],
  ['jmp',     'rel32',            'E9 cd'],
  ['jmp',     'r/m64',            'FF /4'],
  ['jcc',     'rel8',             '70+cc cb'],
  ['jcc',     'rel32',            '0F 80+cc cd'],

  ['nop',     '',                 '90'],
  ['xchg',    'ax, ax',           '66 90'],
  ['nop',     'r/m16',            '66 0F 1F /0'],
  ['nop',     'r/m32',            '0F 1F /0'],
  ['pause',   '',                 'F3 90'],
  ['lfence',  '',                 '0F AE E8'],
  ['endbr64', '',                 'F3 0F 1E FA'],
  ['int3',    '',                 'CC'],
] as const satisfies readonly FormRow[];

/** `add r/m64, imm8`, `leave`: how a form is named. */
export type FormName = NameOf<(typeof formRows)[number]>;
type NameOf<Row extends FormRow> = Row extends readonly [
  infer Mnemonic extends string,
  infer Operands extends string,
  ...unknown[],
]
  ? Operands extends ''
    ? Mnemonic
    : `${Mnemonic} ${Operands}`
  : never;

/** Prefixes that a form may have, by their name in listings. */
export const prefixBytes = {
  data16: 0x66,
  lock: 0xf0,
  repeat: 0xf3,
  repeatNot: 0xf2,
  fs: 0x64,
  gs: 0x65,
  cs: 0x2e,
} as const;
/** The byte before the second page of opcodes. */
export const escape = 0x0f;
/** The first byte of a three-byte VEX prefix. */
export const vexPrefix = 0xc4;
