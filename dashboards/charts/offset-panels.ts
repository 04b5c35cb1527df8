// The two panels of charts by placement: where code starts in its cache line and in its page.
import {isNarrow} from './types.ts';
import type {Spec} from './types.ts';

/** `size` in bytes; `values` are the ticks of the axis. */
const panels = [
  {space: 'line', size: 64, values: [0, 16, 32, 48, 64], title: 'offset in the cache line, bytes'},
  {
    space: 'page',
    size: 4096,
    values: [0, 1024, 2048, 3072, 4096],
    title: 'offset in the page, bytes',
  },
] as const;

type OffsetPanel = (typeof panels)[number];

/** Room for the labels left of each panel. */
export const labelRoom = 62;

/** The panels next to each other, or one below the other if the page is narrow. */
export const offsetPanels = (
  width: number,
  view: (panel: OffsetPanel, index: number) => Spec,
): Spec => {
  const narrow = isNarrow(width);
  const plot = narrow ? width - labelRoom - 20 : Math.floor((width - 2 * labelRoom - 50) / 2);
  const views = panels.map((panel, i) => ({width: plot, height: 170, ...view(panel, i)}));
  return {spacing: 26, [narrow ? 'vconcat' : 'hconcat']: views};
};

export const offsetAxis = (field: string, {size, values, title}: OffsetPanel) => ({
  field,
  type: 'quantitative',
  scale: {domain: [0, size], nice: false},
  title,
  axis: {values, format: ',d', grid: false},
});
