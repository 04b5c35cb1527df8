// Whole images of small programs, as published for five variants (facts sheet, appendix A), with
// their poke sites.
import {expect, test} from 'vitest';
import {answerBatch} from './batch.ts';
import {assemble} from './bpf/text/assemble.ts';

const map = 'r2 = 0xffff888812345678 ll';

interface Source {
  readonly text: string;
  readonly stackDepth: number;
  /** The descriptor number of its tail call; 0 = indirect. */
  readonly tailCall?: number;
}

/** `call 12` is the tail call. */
// prettier-ignore
const programs: Readonly<Record<string, Source>> = {
  P0: {text: 'r0 = 7; exit', stackDepth: 0},
  P1: {text: 'r6 = r1; r7 = 1; r8 = 2; r9 = 3; r0 = 0; exit', stackDepth: 0},
  P2: {text: '*(u32 *)(r10 - 12) = 5; r0 = 0; exit', stackDepth: 12},
  P3: {text: `r6 = r1; ${map}; r3 = 0; r1 = r6; call 12; r1 = r6; r0 = 3; exit`,
    stackDepth: 0, tailCall: 1},
  P4: {text: `r6 = r1; r7 = 1; r8 = 2; r9 = 3; *(u64 *)(r10 - 16) = 5; ${map}; r3 = 0; r1 = r6; ` +
      'call 12; r0 = 3; exit',
    stackDepth: 16, tailCall: 1},
  P5: {text: `r6 = r1; r3 = *(u32 *)(r1 + 8); ${map}; r1 = r6; call 12; r0 = 3; exit`,
    stackDepth: 0, tailCall: 0},
  P6: {text: 'r2 = 9; r3 = 4; r2 *= r3; r2 *= 10; r2 /= r3; r2 %= 7; w3 /= w2; r2 <<= r3; w4 >>= w3; ' +
      'r5 s>>= r4; r0 = 0; exit',
    stackDepth: 0},
  P7: {text: 'r2 = *(u32 *)(r1 + 0); if r2 != 0 goto +2; r0 = 1; exit; goto +0; r0 = 2; exit', stackDepth: 0},
};

type Image = readonly [code: string, poke?: Readonly<Record<string, number>>];

const rows: readonly (readonly [string, Readonly<Record<string, Image>>])[] = [
  [
    'P0',
    {
      v58: ['0f1f440000554889e54881ec00000000534155415641576a00b8070000005b415f415e415d5bc9c3'],
      rfc1: ['0f1f4400006690554889e54881ec00000000b807000000c9c3'],
      v510: ['0f1f4400006690554889e5b807000000c9c3'],
      v61: ['0f1f4400006690554889e5b807000000c9c3'],
      v618: ['0f1f4400000f1f00554889e5b807000000c9c3'],
    },
  ],
  [
    'P1',
    {
      v58: [
        '0f1f440000554889e54881ec00000000534155415641576a004889fb41bd0100000041be0200000041bf' +
          '0300000031c05b415f415e415d5bc9c3',
      ],
      rfc1: [
        '0f1f4400006690554889e54881ec00000000534155415641574889fb41bd0100000041be0200000041bf' +
          '0300000031c0415f415e415d5bc9c3',
      ],
      v510: [
        '0f1f4400006690554889e5534155415641574889fb41bd0100000041be0200000041bf0300000031c041' +
          '5f415e415d5bc9c3',
      ],
      v61: [
        '0f1f4400006690554889e5534155415641574889fb41bd0100000041be0200000041bf0300000031c041' +
          '5f415e415d5bc9c3',
      ],
      v618: [
        '0f1f4400000f1f00554889e5534155415641574889fb41bd0100000041be0200000041bf0300000031c0' +
          '415f415e415d5bc9c3',
      ],
    },
  ],
  [
    'P2',
    {
      v58: [
        '0f1f440000554889e54881ec10000000534155415641576a00c745f40500000031c05b415f415e415d5bc9c3',
      ],
      rfc1: ['0f1f4400006690554889e54881ec10000000c745f40500000031c0c9c3'],
      v510: ['0f1f4400006690554889e54881ec10000000c745f40500000031c0c9c3'],
      v61: ['0f1f4400006690554889e54881ec10000000c745f40500000031c0c9c3'],
      v618: ['0f1f4400000f1f00554889e54881ec10000000c745f40500000031c0c9c3'],
    },
  ],
  [
    'P3',
    {
      v58: [
        '0f1f440000554889e54881ec00020000534155415641576a004889fb48be785634128888ffff31d24889' +
          'df8b85dcfdffff83f820770e83c0018985dcfdffff0f1f4400004889dfb8030000005b415f415e415d5b' +
          'c9c3',
        {ip: 63, adj: 25},
      ],
      rfc1: [
        '0f1f44000031c0554889e54881ec0000000050534889fb48be785634128888ffff31d24889df8b85fcff' +
          'ffff83f820771c83c0018985fcffffffe90e0000005b584881c4000000000f1f4400004889dfb8030000' +
          '005b59c9c3',
        {ip: 72, ip_aux: 58, adj: 11},
      ],
      v510: [
        '0f1f44000031c0554889e550534889fb48be785634128888ffff31d24889df8b85fcffffff83f8207715' +
          '83c0018985fcffffffe9070000005b580f1f4400004889dfb8030000005bc9c3',
        {target: 58, bypass: 51, bypass_addr: 63, adj: 11},
      ],
      v61: [
        '0f1f44000031c0554889e550534889fb48be785634128888ffff31d24889df8b85fcffffff83f8217315' +
          '83c0018985fcffffffe9070000005b580f1f4400004889dfb8030000005bc9c3',
        {target: 58, bypass: 51, bypass_addr: 63, adj: 11},
      ],
      v618: [
        '0f1f4400004831c0554889e54883f8217706504889e0eb015050534889fb48be785634128888ffff31d2' +
          '4889df488b85f0ffffff488338217311e90c000000488300015b58580f1f4400004889dfb8030000005b' +
          'c9c3',
        {bypass: 58, target: 70},
      ],
    },
  ],
  [
    'P4',
    {
      v58: [
        '0f1f440000554889e54881ec00020000534155415641576a004889fb41bd0100000041be0200000041bf' +
          '0300000048c745f00500000048be785634128888ffff31d24889df8b85dcfdffff83f820770e83c00189' +
          '85dcfdffff0f1f440000b8030000005b415f415e415d5bc9c3',
        {ip: 89, adj: 25},
      ],
      rfc1: [
        '0f1f44000031c0554889e54881ec1000000050534155415641574889fb41bd0100000041be0200000041' +
          'bf0300000048c745f00500000048be785634128888ffff31d24889df8b85ecffffff83f820772283c001' +
          '8985ecffffffe914000000415f415e415d5b584881c4100000000f1f440000b803000000415f415e415d' +
          '5b59c9c3',
        {ip: 110, ip_aux: 90, adj: 11},
      ],
      v510: [
        '0f1f44000031c0554889e54881ec1000000050534155415641574889fb41bd0100000041be0200000041' +
          'bf0300000048c745f00500000048be785634128888ffff31d24889df8b85ecffffff83f820772283c001' +
          '8985ecffffffe914000000415f415e415d5b584881c4100000000f1f440000b803000000415f415e415d' +
          '5bc9c3',
        {target: 110, bypass: 90, bypass_addr: 115, adj: 11},
      ],
      v61: [
        '0f1f44000031c0554889e54881ec1000000050534155415641574889fb41bd0100000041be0200000041' +
          'bf0300000048c745f00500000048be785634128888ffff31d24889df8b85ecffffff83f821732283c001' +
          '8985ecffffffe914000000415f415e415d5b584881c4100000000f1f440000b803000000415f415e415d' +
          '5bc9c3',
        {target: 110, bypass: 90, bypass_addr: 115, adj: 11},
      ],
      v618: [
        '0f1f4400004831c0554889e54881ec100000004883f8217706504889e0eb015050534155415641574889' +
          'fb41bd0100000041be0200000041bf0300000048c745f00500000048be785634128888ffff31d24889df' +
          '488b85e0ffffff48833821731ee91900000048830001415f415e415d5b58584881c4100000000f1f4400' +
          '00b803000000415f415e415d5bc9c3',
        {bypass: 97, target: 122},
      ],
    },
  ],
  [
    'P5',
    {
      v58: [
        '0f1f440000554889e54881ec00020000534155415641576a004889fb8b570848be785634128888ffff48' +
          '89df89d2395624763a8b85dcfdffff83f820772f83c0018985dcfdffff488b84d6d00000004885c07419' +
          '488b40304883c019e807000000f3900faee8ebf948890424c3b8030000005b415f415e415d5bc9c3',
      ],
      rfc1: [
        '0f1f44000031c0554889e54881ec0000000050534889fb8b570848be785634128888ffff4889df89d239' +
          '562476438b85fcffffff83f820773883c0018985fcffffff488b8cd6d00000004885c974225b584881c4' +
          '00000000488b49304883c10be807000000f3900faee8ebf948890c24c3b8030000005b59c9c3',
      ],
      v510: [
        '0f1f44000031c0554889e550534889fb8b570848be785634128888ffff4889df89d2395624763c8b85fc' +
          'ffffff83f820773183c0018985fcffffff488b8cd6d00000004885c9741b5b58488b49304883c10be807' +
          '000000f3900faee8ebf948890c24c3b8030000005bc9c3',
      ],
      v61: [
        '0f1f44000031c0554889e550534889fb8b570848be785634128888ffff4889df89d2395624762d8b85fc' +
          'ffffff83f821732283c0018985fcffffff488b8cd6d00000004885c9740c5b58488b49304883c10bffe1' +
          'b8030000005bc9c3',
      ],
      v618: [
        '0f1f4400004831c0554889e54883f8217706504889e0eb015050534889fb8b570848be785634128888ff' +
          'ff4889df89d2395624762e488b85f0ffffff488338217321488b8cd6d00000004885c97414488300015b' +
          '5858488b49304883c10ce9b5fffff1b8030000005bc9c3',
      ],
    },
  ],
  [
    'P6',
    {
      v58: [
        '0f1f440000554889e54881ec00000000534155415641576a00be09000000ba0400000050524989f34889' +
          'd049f7e35a4889c65850524989f3b80a00000049f7e35a4889c65850524989d34889f031d249f7f34989' +
          'c35a584c89de505249c7c3070000004889f031d249f7f34989d35a584c89de50524989f34889d031d241' +
          'f7f34989c35a584c89da514889d148d3e6594989cb514889d141d3eb594c89d949d3f831c05b415f415e' +
          '415d5bc9c3',
      ],
      rfc1: [
        '0f1f4400006690554889e54881ec00000000be09000000ba0400000050524989f34889d049f7e35a4889' +
          'c65850524989f3b80a00000049f7e35a4889c65850524989d34889f031d249f7f34989c35a584c89de50' +
          '5249c7c3070000004889f031d249f7f34989d35a584c89de50524989f34889d031d241f7f34989c35a58' +
          '4c89da514889d148d3e6594989cb514889d141d3eb594c89d949d3f831c0c9c3',
      ],
      v510: [
        '0f1f4400006690554889e5be09000000ba0400000050524989f34889d049f7e35a4889c65850524989f3' +
          'b80a00000049f7e35a4889c65850524989d34889f031d249f7f34989c35a584c89de505249c7c3070000' +
          '004889f031d249f7f34989d35a584c89de50524989f34889d031d241f7f34989c35a584c89da514889d1' +
          '48d3e6594989cb514889d141d3eb594c89d949d3f831c0c9c3',
      ],
      v61: [
        '0f1f4400006690554889e5be09000000ba04000000480faff2486bf60a50524989d34889f031d249f7f3' +
          '4889c65a58505249c7c3070000004889f031d249f7f34889d65a585089d031d2f7f689c258514889d148' +
          'd3e6594989cb514889d141d3eb594c89d949d3f831c0c9c3',
      ],
      v618: [
        '0f1f4400000f1f00554889e5be09000000ba04000000480faff2486bf60a50524989d34889f031d249f7' +
          'f34889c65a58505249c7c3070000004889f031d249f7f34889d65a585089d031d2f7f689c258c4e2e9f7' +
          'f6c4e26bf7c949d3f831c0c9c3',
      ],
    },
  ],
  [
    'P7',
    {
      v58: [
        '0f1f440000554889e54881ec00000000534155415641576a008b77004885f6750fb8010000005b415f41' +
          '5e415d5bc9c3b802000000ebef',
      ],
      rfc1: ['0f1f4400006690554889e54881ec000000008b77004885f67507b801000000c9c3b802000000ebf7'],
      v510: ['0f1f4400006690554889e58b77004885f67507b801000000c9c3b802000000ebf7'],
      v61: ['0f1f4400006690554889e58b77004885f67507b801000000c9c3b802000000ebf7'],
      v618: ['0f1f4400000f1f00554889e58b77004885f67507b801000000c9c3b802000000ebf7'],
    },
  ],
];

const hexOf = ({text, tailCall}: Source): string =>
  Buffer.from(assemble(text.replaceAll('; ', '\n'), {name: 'p', type: 'sched_cls'}).insns)
    .toString('hex')
    .replace('850000000c000000', `f50000000${tailCall}000000`);

const indirect: Readonly<Record<string, string>> = {v61: 'plain', v618: 'thunk'};

const request = (name: string, variant: string): string => {
  const source = programs[name];
  const counts = source.tailCall !== undefined;
  return JSON.stringify({
    id: name,
    variant,
    insns: hexOf(source),
    functions: [
      {
        start: 0,
        base: '0x50000008',
        stackDepth: counts && variant === 'v58' ? 512 : source.stackDepth,
        tailCallReachable: counts,
        subprogram: false,
      },
    ],
    layout: {
      callBase: 0,
      indirectBranch: indirect[variant] ?? 'retpoline',
      indirectThunk: '0x42000020',
      returnThunk: null,
      sls: false,
      bmi2: true,
      maxEntriesOffset: 0x24,
      ptrsOffset: 0xd0,
      bpfFuncOffset: 0x30,
    },
  });
};

test.each(
  rows.flatMap(([name, images]) =>
    Object.entries(images).map(([variant, image]) => [name, variant, image] as const),
  ),
)('%s as %s', (name, variant, [code, poke]) => {
  const answer = JSON.parse(answerBatch(request(name, variant))) as {
    image: string;
    pokes: unknown[];
  };
  expect(answer.image).toBe(code);
  expect(answer.pokes).toEqual(poke === undefined ? [] : [expect.objectContaining(poke)]);
});
