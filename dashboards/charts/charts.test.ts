// Numbers, axes and labels of charts, and what a chart says about edge cases.
import {describe, expect, test} from 'vitest';
import type {SpecChart} from './types.ts';
import {textWidth, wrapText} from './text-metrics.ts';
import {cases} from '../testdata/cases.ts';
import {thread} from '../testdata/thread.ts';
import {linearTicks, logAxis} from './axis.ts';
import {
  formatChange,
  formatCount,
  formatInterval,
  formatFactor,
  formatShare,
  plural,
} from './axis-format.ts';
import {
  bytes,
  calibration,
  decomposition,
  ecdf,
  forest,
  matrix,
  placementSweep,
  simulatedForest,
  steps,
  strip,
} from './index.ts';
import {breakName} from './chart-labels.ts';
import {palette} from './palette.ts';

const spaced = (text: string): string => text.replaceAll('\u00a0', ' ');

test.each([
  [formatChange(1.0645), '+6.45 %'],
  [formatChange(0.9), '−10.0 %'],
  [formatChange(1), '0.00 %'],
  [formatChange(1 - 1e-9), '0.00 %'],
  [formatChange(2.5), '+150 %'],
  [formatChange(21.48), '×21.5'],
  [formatChange(4.321), '×4.32'],
  [formatChange(25_000), '×25,000'],
  [formatInterval(1.0631, 1.0658), '[+6.31, +6.58] %'],
  [formatInterval(0.5, 62.8), '[−50.0 %, ×62.8]'],
  [formatFactor(0.06248), '+6.45 %'],
  [formatFactor(-0.01916), '−1.90 %'],
  [formatFactor(0), '0.00 %'],
  [formatCount(12_069_481), '12.07 M'],
  [formatCount(3554), '3,554'],
  [formatCount(703.0166, 'msec'), '703.0 msec'],
  [formatCount(1.358653e9, 'ns'), '1.36 s'],
  [formatCount(571), '571'],
  [formatCount(0), '0'],
  [formatShare(0.0005), '0.05 %'],
  [formatShare(0.9608), '96 %'],
  [formatShare(0.00001), '< 0.01 %'],
  [plural(1, 'run'), '1 run'],
  [plural(1024, 'run'), '1,024 runs'],
])('%s is %s', (text, wanted) => expect(spaced(text)).toBe(wanted));

describe('axes', () => {
  test.each([
    ['decades over a wide range', [480, 12e6], [1e3, 1e4, 1e5, 1e6, 1e7]],
    ['1, 2, 5 over a middle one', [10, 300], [10, 20, 50, 100, 200]],
    ['plain steps over a small one', [1340, 1427], [1340, 1360, 1380, 1400, 1420]],
  ] as const)('%s', (_name, values, ticks) => expect(logAxis(values).values).toEqual(ticks));
  test('zeros get an axis that shows them', () =>
    expect(logAxis([0, 3, 20])).toMatchObject({
      scale: {type: 'symlog'},
      values: expect.arrayContaining([0]),
    }));
  test('one value, no value and only zeros do not break', () => {
    for (const values of [[5], [], [0, 0], [NaN]])
      expect(logAxis(values).values.every(Number.isFinite)).toBe(true);
  });
  test('steps are round', () => expect(linearTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]));
});

describe('text widths', () => {
  test('bold is wider, unknown characters count as wide', () => {
    expect(textWidth('abc', 10, true)).toBeGreaterThan(textWidth('abc', 10));
    expect(textWidth('…', 10)).toBeGreaterThan(textWidth('n', 10));
  });
  test('lines keep to their width', () =>
    expect(
      wrapText('a gap along the whole curve is a shift', 100, 12).every(
        (line) => textWidth(line, 12) <= 100,
      ),
    ).toBe(true));
  test('long names break after separators and lose nothing', () => {
    const name = 'cpu_core/mem_load_l3_hit_retired.xsnp_no_fwd/u';
    const lines = breakName(name, 150);
    expect(lines.join('')).toBe(name);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((line) => textWidth(line, 12) <= 150)).toBe(true);
    expect(breakName('x'.repeat(60), 100).join('')).toBe('x'.repeat(60));
  });
});

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const colourVision = [
  [
    'deuteranopia',
    [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
  ],
  [
    'protanopia',
    [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
  ],
  [
    'tritanopia',
    [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
  ],
] as const;

/** A colour as seen through a matrix, in CIE L*a*b* (D65); a distance of about 2 is just seen. */
const cielab = (
  matrix: readonly (readonly [number, number, number])[],
  hex: string,
): readonly number[] => {
  const rgb = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  const dot = ([x, y, z]: readonly [number, number, number], of: readonly number[]): number =>
    x * of[0] + y * of[1] + z * of[2];
  const seen = matrix.map((row) => Math.min(1, Math.max(0, dot(row, rgb))));
  const [x, y, z] = [
    dot([0.4124, 0.3576, 0.1805], seen) / 0.95047,
    dot([0.2126, 0.7152, 0.0722], seen),
    dot([0.0193, 0.1192, 0.9505], seen) / 1.08883,
  ].map((value) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};

describe('colours', () => {
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  test('each light colour occurs once, so that dark style rules can find it', () => {
    const lights = Object.values(palette).map((pair) => pair.light);
    expect(new Set(lights).size).toBe(lights.length);
  });
  test.each(['light', 'dark'] as const)('text colours read on %s paper (4.5 to 1)', (mode) => {
    for (const name of ['ink', 'muted', 'more', 'less', 'equal', 'unsettled'] as const)
      expect(`${name} ${contrast(palette[name][mode], palette.paper[mode]) >= 4.5}`).toBe(
        `${name} true`,
      );
    for (const name of ['moreFill', 'lessFill', 'equalFill', 'unsettledFill'] as const)
      expect(`${name} ${contrast(palette.ink[mode], palette[name][mode]) >= 4.5}`).toBe(
        `${name} true`,
      );
  });
  test.each(
    colourVision.flatMap(([name, matrix]) =>
      (['light', 'dark'] as const).map((mode) => ({name, matrix, mode})),
    ),
  )('verdicts can be distinguished with $name on $mode paper', ({matrix, mode}) => {
    const seen = (name: 'more' | 'less' | 'equal' | 'unsettled') =>
      cielab(matrix, palette[name][mode]);
    for (const [a, b] of [
      ['more', 'less'],
      ['more', 'unsettled'],
      ['less', 'unsettled'],
      ['equal', 'more'],
      ['equal', 'less'],
      ['equal', 'unsettled'],
    ] as const) {
      expect(`${a} ${b} ${Math.hypot(...seen(a).map((value, i) => value - seen(b)[i])) > 10}`).toBe(
        `${a} ${b} true`,
      );
    }
  });
  test.each(['light', 'dark'] as const)('more and less differ in lightness on %s paper', (mode) =>
    expect(contrast(palette.more[mode], palette.less[mode])).toBeGreaterThan(1.5),
  );
});

describe('every run of a strip lies within its axis', () => {
  test.each([
    ['still', false],
    ['live', true],
  ] as const)('%s', (_name, live) => {
    const {session, samples} = cases.full();
    for (const row of session.comparison!.rows) {
      const {vconcat} = (strip(row, samples, {before: 'a', after: 'b'}, 'x') as SpecChart).spec(
        760,
        live,
      ) as unknown as {vconcat: readonly {layer: readonly Layer[]}[]};
      for (const {data, encoding} of vconcat
        .flatMap(({layer}) => layer)
        .filter((one) => one.encoding.y !== undefined)) {
        const [low, high] = encoding.y!.scale.domain;
        for (const {value} of data.values)
          expect(`${row.event} ${value >= low && value <= high}`).toBe(`${row.event} true`);
      }
    }
  });
});

interface Layer {
  readonly data: {readonly values: readonly {readonly value: number}[]};
  readonly encoding: {readonly y?: {readonly scale: {readonly domain: readonly [number, number]}}};
}

describe('what charts say', () => {
  test('the thread: the clock is the largest part', () => {
    const chart = decomposition(thread())!;
    expect(spaced(chart.title)).toBe(
      'Time on the CPU +6.45 %; the largest part is clock period, +6.26 %',
    );
    expect(spaced(chart.description)).toBe(
      'instructions +2.12 %, cycles per instruction −1.90 %, clock period +6.26 %, time on the CPU +6.45 %',
    );
  });
  test('waiting leads from time on the CPU to elapsed time', () => {
    const comparison = {
      ...thread(),
      decomposition: {time: 0.02, instructions: null, cpi: null, clock: null, utilisation: 0.1},
    };
    expect(decomposition(comparison)!.rows.map((row) => [row['part'], row['value']])).toEqual([
      ['time on the CPU', 0.02],
      ['waiting', 0.1],
      ['elapsed time', 0.12000000000000001],
    ]);
  });
  test('simulated counts are never among measured ones', () => {
    const source = thread();
    const simulated = {...source.rows[0], event: 'callgrind/instructions/', kind: 'exact' as const};
    const comparison = {...source, rows: [...source.rows, simulated]};
    expect(forest(comparison)!.rows.some((row) => row['event'] === 'callgrind/instructions/')).toBe(
      false,
    );
    expect(simulatedForest(comparison)!.rows.map((row) => row['event'])).toEqual([
      'callgrind/instructions/',
    ]);
    expect(simulatedForest(source)).toBe(null);
    expect(matrix([{label: 'a', comparison}])!.title).toContain('of 16 measured cells');
  });
  test('nothing to draw gives no chart', () => {
    const {session, samples} = cases.allUnsupported();
    const row = thread().rows[0];
    expect([
      forest(session.comparison!),
      decomposition(session.comparison!),
      matrix([]),
      bytes([]),
      steps([], ''),
      calibration([]),
      strip(row, samples, {before: 'a', after: 'b'}, 'x'),
      ecdf(row, samples, {before: 'a', after: 'b'}, 'x'),
      placementSweep(row, session, samples, 'x'),
    ]).toEqual(Array(9).fill(null));
  });
});
