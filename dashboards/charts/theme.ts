// The Vega-Lite configuration that all charts share: fonts, axes, colours; no label is ever cut.
import {colour} from './palette.ts';
import type {Spec} from './types.ts';

export const fontStack =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif';

export const fontSize = {label: 12, note: 11, title: 15, subtitle: 12} as const;

export const config: Spec = {
  font: fontStack,
  background: null,
  aria: false,
  padding: {left: 1, top: 2, right: 1, bottom: 5},
  view: {stroke: null},
  axis: {
    labelFontSize: fontSize.label,
    titleFontSize: fontSize.note,
    titleFontWeight: 'normal',
    labelColor: colour.ink,
    titleColor: colour.muted,
    gridColor: colour.grid,
    domainColor: colour.line,
    tickColor: colour.line,
    labelLimit: 0,
    titleLimit: 0,
    tickSize: 4,
    labelPadding: 4,
  },
  axisY: {domain: false, ticks: false, labelPadding: 8},
  header: {
    labelFontSize: fontSize.label,
    labelColor: colour.ink,
    labelLimit: 0,
    titleLimit: 0,
    title: null,
  },
  legend: {
    labelFontSize: fontSize.label,
    labelColor: colour.ink,
    labelLimit: 0,
    titleLimit: 0,
    title: null,
    orient: 'top',
    offset: 8,
    padding: 0,
  },
  title: {
    anchor: 'start',
    frame: 'bounds',
    fontSize: fontSize.title,
    fontWeight: 600,
    color: colour.ink,
    limit: 0,
    lineHeight: 20,
    offset: 14,
    subtitleFontSize: fontSize.subtitle,
    subtitleColor: colour.muted,
    subtitleLineHeight: 17,
    subtitlePadding: 6,
  },
  text: {fontSize: fontSize.label, color: colour.ink},
  range: {
    category: [
      colour.after,
      colour.before,
      colour.less,
      colour.unsettled,
      colour.line,
      colour.more,
    ],
  },
};
