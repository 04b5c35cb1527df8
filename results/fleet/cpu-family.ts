// From a CPU's model name to the names people use: vendor, family of cores, generation. Rows hold for
// server and desktop parts whose names carry the generation; for others only the vendor is known.

export interface CpuFamily {
  readonly vendor: string;
  /** `Zen`, `Skylake`: cores of one design line. */
  readonly family: string | null;
  /** `Zen 3`. */
  readonly generation: string | null;
}

interface Row {
  readonly pattern: RegExp;
  readonly family: string;
  readonly generation: string;
  readonly example: string;
}

/** The first row that matches wins; the examples are tests. */
// prettier-ignore
export const cpuRows: readonly Row[] = [
  {pattern: /EPYC 7\w\w1(?!\d)/, family: 'Zen', generation: 'Zen 1',
   example: 'AMD EPYC 7551P 32-Core Processor'},
  {pattern: /EPYC 7\w\w2(?!\d)/, family: 'Zen', generation: 'Zen 2',
   example: 'AMD EPYC 7402P 24-Core Processor'},
  {pattern: /EPYC 7\w\w3(?!\d)/, family: 'Zen', generation: 'Zen 3',
   example: 'AMD EPYC 7763 64-Core Processor'},
  {pattern: /EPYC [89]\w\w4(?!\d)/, family: 'Zen', generation: 'Zen 4',
   example: 'AMD EPYC 9554P 64-Core Processor'},
  {pattern: /EPYC 9\w\w5(?!\d)/, family: 'Zen', generation: 'Zen 5',
   example: 'AMD EPYC 9655 96-Core Processor'},
  {pattern: /EPYC-(Rome|Milan|Genoa|Turin)/, family: 'Zen', generation: 'Zen of a virtual machine',
   example: 'AMD EPYC-Milan Processor'},
  {pattern: /Ryzen .*\b[12]\d{3}X?\b/, family: 'Zen', generation: 'Zen 1',
   example: 'AMD Ryzen 7 1700X Eight-Core Processor'},
  {pattern: /Ryzen .*\b3\d{3}X?\b/, family: 'Zen', generation: 'Zen 2',
   example: 'AMD Ryzen 9 3900X 12-Core Processor'},
  {pattern: /Ryzen .*\b5\d{3}X?\b/, family: 'Zen', generation: 'Zen 3',
   example: 'AMD Ryzen 9 5950X 16-Core Processor'},
  {pattern: /Ryzen .*\b7\d{3}X?\b/, family: 'Zen', generation: 'Zen 4',
   example: 'AMD Ryzen 9 7950X 16-Core Processor'},
  {pattern: /Ryzen .*\b9\d{3}X?\b/, family: 'Zen', generation: 'Zen 5',
   example: 'AMD Ryzen 9 9950X 16-Core Processor'},
  {pattern: /E[357]-\d{4}L? v3\b/, family: 'Haswell', generation: 'Haswell',
   example: 'Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz'},
  {pattern: /E[357]-\d{4}L? v4\b/, family: 'Haswell', generation: 'Broadwell',
   example: 'Intel(R) Xeon(R) CPU E5-2640 v4 @ 2.40GHz'},
  {pattern: /(Gold|Silver|Bronze|Platinum) \d1\d\d/, family: 'Skylake', generation: 'Skylake',
   example: 'Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz'},
  {pattern: /(Gold|Silver|Bronze|Platinum) \d2\d\d/, family: 'Skylake', generation: 'Cascade Lake',
   example: 'Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz'},
  {pattern: /(Gold|Silver|Bronze|Platinum) \d3\d\d/, family: 'Ice Lake', generation: 'Ice Lake',
   example: 'Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz'},
  {pattern: /(Gold|Silver|Bronze|Platinum) \d4\d\d/, family: 'Golden Cove', generation: 'Sapphire Rapids',
   example: 'Intel(R) Xeon(R) Platinum 8488C'},
  {pattern: /(Gold|Silver|Bronze|Platinum) \d5\d\d/i, family: 'Golden Cove', generation: 'Emerald Rapids',
   example: 'INTEL(R) XEON(R) PLATINUM 8581C CPU @ 2.10GHz'},
  {pattern: /i[3579]-6\d{3}/, family: 'Skylake', generation: 'Skylake',
   example: 'Intel(R) Core(TM) i7-6700K CPU @ 4.00GHz'},
  {pattern: /i[3579]-[789]\d{3}/, family: 'Skylake', generation: 'Kaby or Coffee Lake',
   example: 'Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz'},
  {pattern: /i[3579]-10\d{3}/, family: 'Skylake', generation: 'Comet Lake',
   example: 'Intel(R) Core(TM) i9-10900K CPU @ 3.70GHz'},
  {pattern: /i[3579]-1[234]\d{3}/, family: 'Golden Cove', generation: 'Alder or Raptor Lake',
   example: '13th Gen Intel(R) Core(TM) i7-13700K'},
  {pattern: /Neoverse-N1/, family: 'Neoverse', generation: 'Neoverse N1',
   example: 'Neoverse-N1'},
];

const vendors: readonly (readonly [RegExp, string])[] = [
  [/AMD|EPYC|Ryzen/, 'AMD'],
  [/Intel|Xeon/i, 'Intel'],
  [/Neoverse|ARM|Ampere/, 'Arm'],
];

/** Null if the vendor is not known. */
export const cpuFamily = (model: string | null): CpuFamily | null => {
  const vendor = vendors.find(([pattern]) => pattern.test(model ?? ''))?.[1];
  if (vendor === undefined) return null;
  const row = cpuRows.find(({pattern}) => pattern.test(model!));
  return {vendor, family: row?.family ?? null, generation: row?.generation ?? null};
};
