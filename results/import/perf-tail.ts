// What may follow the name of an event at once: its unit, its PMU, its control group.
import type {Head} from './perf-head.ts';
import {at, skipBlank, startsName, sticky} from './perf-tokens.ts';
import {looksLikeEvent} from './vocabulary.ts';

const nameTail = sticky(String.raw` {0,40}(?:\((msec)\)|\[([a-z]\w{0,40})\])`);
const cgroup = sticky(
  String.raw`[ \t]{1,80}(\/[^\s#(\[]{0,200})(?=[ \t]{0,400}(?:#\s|[(\[][ \t]{0,4}[\d+]|\n|$))`,
);
/** Any word in the column of control groups, or before a comment. */
const namedCgroup = sticky(
  String.raw`([ \t]{1,80})([A-Za-z_][\w.:@/-]{0,200})(?=[ \t]{0,400}` +
    String.raw`(?:#[ \t]{1,40}[\d.,-]+[ \t]|\([ \t]{0,4}[\d+]|\n|$))`,
);
/** perf pads names to these widths before the control group (up to 6.1, later). */
const nameWidths: ReadonlySet<number> = new Set([25, 32]);

/** `next` is the first place after its end that is not a blank. */
export interface Tail {
  readonly end: number;
  readonly next: number;
  readonly unit: string | null;
  readonly pmu: string | null;
  readonly group: string | null;
}

/**
 * The unit is there in perf up to 4.18, the PMU in 5.13 to 6.4 (hybrid), the control group with
 * -G.
 */
export const readTail = (text: string, {end: position, event}: Head, isInTable: boolean): Tail => {
  let end = position;
  let unit: string | null = null;
  let pmu: string | null = null;
  let next = skipBlank(text, position);
  const code = text.charCodeAt(next);
  if (code === 40 || code === 91) {
    const found = at(nameTail, text, end);
    if (found === null) return {end, next, unit, pmu, group: null};
    end = nameTail.lastIndex;
    if (found[1] !== undefined) unit = found[1];
    if (found[2] !== undefined && found[2] !== 'software') pmu = found[2];
    next = skipBlank(text, end);
  }
  if (text.charCodeAt(next) === 47) {
    const group = at(cgroup, text, end);
    if (group === null) return {end, next, unit, pmu, group: null};
    end = cgroup.lastIndex;
    return {end, next: skipBlank(text, end), unit, pmu, group: group[1]};
  }
  const named =
    startsName(text.charCodeAt(next)) && looksLikeEvent(event) ? at(namedCgroup, text, end) : null;
  if (named === null) return {end, next, unit, pmu, group: null};
  const afterNamed = skipBlank(text, namedCgroup.lastIndex);
  const isBeforeComment = text.charCodeAt(afterNamed) === 35;
  const isInColumn = isInTable && nameWidths.has(event.length + named[1].length - 1);
  return isBeforeComment || isInColumn
    ? {end: namedCgroup.lastIndex, next: afterNamed, unit, pmu, group: named[2]}
    : {end, next, unit, pmu, group: null};
};
