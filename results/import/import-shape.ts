// The shape of an import document, `jitstat/import/1`: what other programs may rely on, and what is
// checked when such a document is read back.
import * as v from 'valibot';

const text = v.string();
const number = v.number();
const numberOrNull = v.nullable(number);
const textOrNull = v.nullable(text);
const warnings = v.array(v.object({code: text, text, data: v.optional(v.record(text, v.any()))}));

const row = v.object({
  event: text,
  value: numberOrNull,
  unit: text,
  sem: numberOrNull,
  running: numberOrNull,
  metric: numberOrNull,
  metricUnit: textOrNull,
  status: v.picklist(['ok', 'not-supported', 'not-counted']),
  metrics: v.optional(v.array(v.object({value: numberOrNull, unit: text}))),
  aggregate: v.optional(text),
  time: v.optional(number),
  group: v.optional(v.boolean()),
  direction: v.optional(v.nullable(v.picklist(['higher', 'lower']))),
  exact: v.optional(v.literal(true)),
  isShare: v.optional(v.literal(true)),
  runs: v.optional(number),
  sd: v.optional(number),
  sdAtMost: v.optional(number),
  interval: v.optional(
    v.object({
      of: v.picklist(['mean', 'median']),
      low: number,
      high: number,
      level: numberOrNull,
    }),
  ),
  min: v.optional(number),
  max: v.optional(number),
  stated: v.optional(
    v.object({
      ratio: numberOrNull,
      low: v.optional(number),
      high: v.optional(number),
      p: v.optional(number),
      shown: v.optional(v.boolean()),
    }),
  ),
});

const elapsed = v.object({
  seconds: number,
  sem: numberOrNull,
  semSeconds: v.optional(number),
  sdSeconds: v.optional(number),
  min: v.optional(number),
  max: v.optional(number),
});

const table = v.object({
  command: textOrNull,
  label: textOrNull,
  runs: numberOrNull,
  elapsed: v.nullable(elapsed),
  format: v.optional(text),
  side: v.optional(v.picklist(['before', 'after'])),
  pair: v.optional(number),
  about: v.optional(v.string()),
  operations: v.optional(v.object({count: number, of: text, isRate: v.boolean()})),
  fixedTime: v.optional(v.literal(true)),
  outcome: v.optional(text),
  kind: v.optional(text),
  user: v.optional(number),
  sys: v.optional(number),
  rows: v.array(row),
  samples: v.array(v.object({event: text, unit: text, values: v.array(numberOrNull)})),
  warnings,
});

export const importShape = v.object({
  schema: v.literal('jitstat/import/1'),
  source: text,
  tables: v.array(table),
  warnings,
});
