// The colours of every chart and page, by what they mean, for light and dark; red and blue differ
// in lightness, and no colour says "good".

/**
 * One row per meaning: `light` is what a chart writes, `dark` what a dark page shows instead.
 * `part1` to `part8` distinguish the parts of a whole. Each `light` occurs once, so a style sheet
 * can exchange them.
 */
export const palette = {
  paper: {light: '#ffffff', dark: '#14181f'},
  ink: {light: '#1b2330', dark: '#e6eaf0'},
  muted: {light: '#566172', dark: '#a3afc0'},
  line: {light: '#8d97a5', dark: '#778393'},
  grid: {light: '#e7eaef', dark: '#272e39'},
  band: {light: '#eceff4', dark: '#232a35'},
  more: {light: '#cf3f2b', dark: '#f27a63'},
  less: {light: '#1f5296', dark: '#a3c8ff'},
  equal: {light: '#6a7584', dark: '#95a1b1'},
  unsettled: {light: '#7a5200', dark: '#dfae3c'},
  moreFill: {light: '#f7d3cc', dark: '#5c2b23'},
  lessFill: {light: '#cddff5', dark: '#25436e'},
  equalFill: {light: '#eaedf1', dark: '#28303b'},
  unsettledFill: {light: '#f6e6bf', dark: '#4d3e14'},
  before: {light: '#919baa', dark: '#7f8b9c'},
  after: {light: '#232d3d', dark: '#dfe5ee'},
  part1: {light: '#3d5a80', dark: '#6f93c4'},
  part2: {light: '#98b4d4', dark: '#b9d3f2'},
  part3: {light: '#b08968', dark: '#c79c74'},
  part4: {light: '#e3cdb4', dark: '#ecd9c0'},
  part5: {light: '#6d597a', dark: '#9b82ab'},
  part6: {light: '#b8a9c4', dark: '#d3c5de'},
  part7: {light: '#5c6b73', dark: '#8a9aa3'},
  part8: {light: '#c2c9cf', dark: '#4b545e'},
} as const;

export type ColourName = keyof typeof palette;

export const colour = Object.fromEntries(
  Object.entries(palette).map(([name, pair]) => [name, pair.light]),
) as Record<ColourName, string>;

/** The style rules that turn a chart's light colours into dark ones, for elements under `scope`. */
export const darkRules = (scope: string): string =>
  Object.values(palette)
    .map(
      ({light, dark}) =>
        `${scope} [fill="${light}"]{fill:${dark}}${scope} [stroke="${light}"]{stroke:${dark}}`,
    )
    .join('\n');
