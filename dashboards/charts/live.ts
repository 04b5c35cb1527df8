// What all charts of a live page share: signals for the marked runs and the zoom, and how marks
// react to them.
import {colour} from './palette.ts';

/**
 * `from`, `to`: marked runs (from 0 = none); `zoomFrom`, `zoomTo`: the visible range. The page's
 * script sets them in every chart.
 */
export const liveRuns = {
  params: (last: number) => [
    {name: 'from', value: 0},
    {name: 'to', value: 0},
    {name: 'zoomFrom', value: 0.5},
    {name: 'zoomTo', value: last + 0.5},
    {name: 'lastRun', value: last},
  ],
  domain: [{expr: 'zoomFrom'}, {expr: 'zoomTo'}],
  opacity: {
    condition: {test: 'from > 0 && (datum.run < from || datum.run > to)', value: 0.15},
    value: 1,
  },
  overlapOpacity: {
    condition: {test: 'from > 0 && (datum.lastRun < from || datum.firstRun > to)', value: 0.12},
    value: 0.9,
  },
  selectedOnly: {
    condition: {test: 'from > 0 && datum.run >= from && datum.run <= to', value: 1},
    value: 0,
  },
  band: {
    data: {values: [{}]},
    transform: [
      {calculate: 'from > 0 ? max(from - 0.5, zoomFrom) : zoomFrom', as: 'bandFrom'},
      {calculate: 'from > 0 ? min(to + 0.5, zoomTo) : zoomFrom', as: 'bandTo'},
    ],
    mark: {
      type: 'rect',
      color: colour.less,
      opacity: 0.12,
      clip: true,
      tooltip: null,
      cursor: 'crosshair',
    },
  },
} as const;
