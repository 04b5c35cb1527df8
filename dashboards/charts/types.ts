// What a chart is: a title that says the finding, a text alternative, its numbers, and a Vega-Lite
// spec for a given width.

/** A Vega-Lite specification (or a part of one) as plain JSON. */
export type Spec = Readonly<Record<string, unknown>>;

/** One row of a chart's numbers, as it is written to CSV and JSON. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** What every chart has. `name` is the stem of its files. */
interface ChartText {
  readonly name: string;
  /** What the page groups and styles charts by; the same for charts that look alike. */
  readonly kind: string;
  /** The finding, in one sentence. */
  readonly title: string;
  /** How to read it, in one sentence. */
  readonly subtitle: string;
  /** The text alternative, for readers who cannot see the picture. */
  readonly description: string;
  readonly rows: readonly Row[];
  /** Texts too long for the picture, which refers to them by a letter. */
  readonly notes?: readonly string[];
}

/**
 * A chart that Vega draws: `spec` draws it no wider than `width` CSS pixels, without its title;
 * `live` adds tooltips and what the page's script needs to zoom and to mark runs.
 */
export interface SpecChart extends ChartText {
  readonly spec: (width: number, live?: boolean) => Spec;
}

/** Address of a session's page; null if there is none. */
export type SessionLink = (session: string) => string | null;

/**
 * A chart that draws itself as SVG; its points lead to the pages of their sessions, and it needs no
 * script to be read.
 */
export interface PictureChart extends ChartText {
  readonly picture: (width: number, link: SessionLink | null) => string;
}

/** A finished chart. */
export type Chart = SpecChart | PictureChart;

/** Widths in CSS pixels: on a desk, and on a phone or next to a mail. */
export const widths = {wide: 760, narrow: 344} as const;

/** Below this width a chart uses its narrow layout. */
export const isNarrow = (width: number): boolean => width < 520;
