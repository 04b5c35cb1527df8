// One small multiple: a host's nights as dots, with its levels, change points and changes of its
// record, on the scale that all hosts on the page share. Drawn by hand: twenty of them cost a few
// milliseconds.
import type {HostSeries} from '../../results/fleet/views.ts';
import {colour} from '../charts/palette.ts';
import type {Html} from '../page/html.ts';
import {html, raw} from '../page/html.ts';

/** In pixels of the picture's own grid; the picture is scaled to its column. */
const width = 300;
const height = 92;
const edge = 4;

/** Times in milliseconds since 1970, values as the series has them. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** Room above and below the values, as a share of their range. */
const margin = 0.08;

/** One scale for all hosts; spikes may lie outside and are drawn at its edge. */
export const sharedScale = (hosts: readonly HostSeries[], centre: number | null): Scale => {
  const times = hosts.flatMap(({at}) => [at[0], at.at(-1)!]).map((at) => Date.parse(at));
  const values = hosts.flatMap(({value, spikes}) => {
    const aside = new Set(spikes);
    return value.filter((one, at) => one !== null && !aside.has(at)) as number[];
  });
  const all = centre === null ? values : [...values, centre];
  const low = all.reduce((least, one) => Math.min(least, one), Infinity);
  const high = all.reduce((most, one) => Math.max(most, one), -Infinity);
  const room = (high - low) * margin || Math.abs(high) * margin || 1;
  return {from: Math.min(...times), to: Math.max(...times), low: low - room, high: high + room};
};

/** `centre` is drawn as a line: a ratio of 1. */
export const multiple = (
  series: HostSeries,
  scale: Scale,
  centre: number | null,
  label: string,
): Html => {
  const x = (at: number): string =>
    (edge + ((at - scale.from) / Math.max(1, scale.to - scale.from)) * (width - 2 * edge)).toFixed(
      1,
    );
  const y = (value: number): string => {
    const share = (value - scale.low) / (scale.high - scale.low);
    return (height - edge - Math.min(1, Math.max(0, share)) * (height - 2 * edge)).toFixed(1);
  };
  const spikes = new Set(series.spikes);
  const dots = (wanted: (at: number) => boolean): string =>
    series.at
      .flatMap((at, index) => {
        const value = series.value[index];
        return value === null || !wanted(index) ? [] : [`M${x(Date.parse(at))} ${y(value)}h0`];
      })
      .join('');
  const upright = (at: string): string => `M${x(Date.parse(at))} 0V${height}`;
  const levels = series.segments.flatMap(({from, to, level}) =>
    level === null ? [] : [`M${x(Date.parse(from))} ${y(level)}H${x(Date.parse(to))}`],
  );
  const lines = [
    centre === null ? '' : path(`M0 ${y(centre)}H${width}`, colour.line, 1),
    path(series.marks.map(({night}) => upright(night)).join(''), colour.line, 1, '1 3'),
    path(series.changes.map(({at}) => upright(at)).join(''), colour.unsettled, 1, '4 3'),
    path(
      dots((at) => !spikes.has(at)),
      colour.before,
      2.6,
    ),
    path(
      dots((at) => spikes.has(at)),
      colour.more,
      4,
    ),
    path(levels.join(''), colour.less, 2),
  ];
  return html`<figure>
    <svg viewBox="0 0 ${width} ${height}" width="100%" role="img" aria-label="${label}">
      ${raw(`<rect width="${width}" height="${height}" rx="4" fill="${colour.band}"/>`)}
      ${raw(lines.join(''))}
    </svg>
  </figure>`;
};

const path = (d: string, stroke: string, thick: number, dashes?: string): string =>
  d === ''
    ? ''
    : `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${thick}" ` +
      `stroke-linecap="${dashes === undefined ? 'round' : 'butt'}"` +
      `${dashes === undefined ? '' : ` stroke-dasharray="${dashes}"`}/>`;
