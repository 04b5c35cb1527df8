// What may follow the name of an event at once: its unit, its PMU, its control group.
import {skipBlank} from './perf-codes.ts';
import type {Draft} from './perf-draft.ts';
import {at, startsName, sticky} from './perf-tokens.ts';
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

/**
 * Reads what belongs to the name. The unit is there in perf up to 4.18, the PMU in 5.13 to 6.4
 * (hybrid), the control group with -G.
 */
export const readTail = (row: Draft): void => {
  const {text, codes, event} = row;
  row.pmu = row.group = null;
  row.next = skipBlank(codes, row.nameEnd);
  const code = codes[row.next];
  if (code === 40 || code === 91) {
    const found = at(nameTail, text, row.nameEnd);
    if (found === null) return;
    if (found[1] !== undefined) row.unit = found[1];
    if (found[2] !== undefined && found[2] !== 'software') row.pmu = found[2];
    goOn(row, nameTail.lastIndex);
  }
  if (codes[row.next] === 47) {
    const found = at(cgroup, text, row.nameEnd);
    if (found === null) return;
    row.group = found[1];
    goOn(row, cgroup.lastIndex);
    return;
  }
  const named =
    startsName(codes[row.next]) && looksLikeEvent(event)
      ? at(namedCgroup, text, row.nameEnd)
      : null;
  if (named === null) return;
  const isBeforeComment = codes[skipBlank(codes, namedCgroup.lastIndex)] === 35;
  if (!isBeforeComment && !(row.isInTable && nameWidths.has(event.length + named[1].length - 1)))
    return;
  row.group = named[2];
  goOn(row, namedCgroup.lastIndex);
};

const goOn = (row: Draft, end: number): void => {
  row.nameEnd = end;
  row.next = skipBlank(row.codes, end);
};
