// Reads callgrind's output made with `--dump-instr=yes --dump-line=no --compress-pos=no
// --compress-strings=no`: costs per instruction address.

/** Self costs of one instruction by callgrind's short event names (`Ir`, `Dr`, …). */
export type Costs = Readonly<Record<string, number>>;

/** One part of a run: callgrind writes one at each dump trigger and one at the end. */
export interface CallgrindPart {
  readonly events: readonly string[];
  /** Absolute addresses, only those in the requested range. */
  readonly costs: ReadonlyMap<number, Costs>;
}

/**
 * Costs at addresses in [low, high). The line after `calls=` holds the callee's cost and is left
 * out; lines after `jump=` and `jcnd=` hold no costs (format: callgrind manual, "Callgrind Format
 * Specification").
 */
export const parseCallgrind = (text: string, low: number, high: number): CallgrindPart => {
  const events = /^events: (.+)$/m.exec(text)?.[1].trim().split(/\s+/) ?? [];
  const positions = /^positions: (.+)$/m.exec(text)?.[1].trim().split(/\s+/).length ?? 1;
  const sums = new Map<number, number[]>();
  let anonymous = true;
  let skipNext = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('ob=')) anonymous = line === 'ob=???';
    if (line.startsWith('calls=') || line.startsWith('jump=') || line.startsWith('jcnd=')) {
      skipNext = true;
      continue;
    }
    if (!line.startsWith('0x')) continue;
    if (skipNext) {
      skipNext = false;
      continue;
    }
    if (!anonymous) continue;
    const columns = line.trim().split(' ');
    const address = Number(columns[0]);
    const costs = columns.slice(positions);
    if (address < low || address >= high || costs.length === 0) continue;
    const sum = sums.get(address) ?? new Array<number>(events.length).fill(0);
    costs.forEach((cost, index) => {
      sum[index] += Number(cost);
    });
    sums.set(address, sum);
  }
  const costs = new Map(
    [...sums].map(([address, sum]) => [
      address,
      Object.fromEntries(events.map((event, index) => [event, sum[index]])),
    ]),
  );
  return {events, costs};
};
