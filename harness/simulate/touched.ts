// Reads lackey's trace: which pages and lines the code of an image touches in each program
// execution.
import {lineBytes, pageBytes} from './geometry.ts';

/** What one execution touched, each page and line once. */
export interface Touched {
  readonly codePages: number;
  readonly codeLines: number;
  readonly dataPages: number;
  /** Instructions of the image, and its memory accesses as in the trace. */
  readonly instructions: number;
  readonly loads: number;
  readonly stores: number;
}

export interface TraceRange {
  /** The image is in [low, high). */
  readonly low: number;
  readonly high: number;
  /** An execution starts each time the instruction here is reached: tail calls land after it. */
  readonly entry: number;
}

/**
 * Executions in order. A line of the trace is `I address,size` for an instruction or ` L`, ` S`, `
 * M` (load, store, both) for an access of the instruction before it (valgrind manual, "Lackey").
 * Accesses of helpers and the shim are left out.
 */
export const parseTrace = (trace: string, {low, high, entry}: TraceRange): readonly Touched[] => {
  const executions: Touched[] = [];
  let [codePages, codeLines, dataPages] = [new Set<number>(), new Set<number>(), new Set<number>()];
  let [instructions, loads, stores] = [0, 0, 0];
  const finish = (): void => {
    if (instructions > 0)
      executions.push({
        codePages: codePages.size,
        codeLines: codeLines.size,
        dataPages: dataPages.size,
        instructions,
        loads,
        stores,
      });
    [codePages, codeLines, dataPages] = [new Set(), new Set(), new Set()];
    [instructions, loads, stores] = [0, 0, 0];
  };
  let inside = false;
  for (const line of trace.split('\n')) {
    const match = /^(I | [LSM]) +([0-9a-f]+),(\d+)$/.exec(line);
    if (match === null) continue;
    const kind = match[1].trim();
    const address = Number.parseInt(match[2], 16);
    const last = address + Number(match[3]) - 1;
    if (kind === 'I') {
      inside = address >= low && address < high;
      if (address === entry) finish();
    }
    if (!inside) continue;
    if (kind === 'I') {
      instructions++;
      addSpan(codePages, address, last, pageBytes);
      addSpan(codeLines, address, last, lineBytes);
      continue;
    }
    loads += kind === 'S' ? 0 : 1;
    stores += kind === 'L' ? 0 : 1;
    addSpan(dataPages, address, last, pageBytes);
  }
  finish();
  return executions;
};

const addSpan = (set: Set<number>, first: number, last: number, size: number): void => {
  for (let number = Math.floor(first / size); number <= Math.floor(last / size); number++)
    set.add(number);
};
