// Charts, the bubble at a marked run, and the bar that marks runs.
import {fontStack} from '../../charts/theme.ts';

export const figureRules = `
figure {
  margin: 30px 0 0;
  padding: 0;
}
figure > .note {
  margin: 2px 0 0;
}
figcaption {
  margin: 0 0 12px;
}
figcaption p {
  margin: 2px 0 0;
}
figure svg,
figure img,
figure .live {
  display: block;
  max-width: 100%;
  height: auto;
}
figure a:hover circle {
  stroke: var(--less);
  stroke-width: 4;
}
figure svg text {
  font-family: ${fontStack.replaceAll('"', "'")};
  font-variant-numeric: tabular-nums;
}
svg.spark {
  display: block;
}
svg.spark path {
  fill: none;
  stroke: var(--line);
  stroke-width: 1.4;
}
svg.spark circle {
  fill: var(--ink);
}
figure .narrow,
figure.drawn .wide {
  display: none;
}
.live svg {
  overflow: visible;
}
figure[data-kind="strip"] .live {
  cursor: crosshair;
  touch-action: pan-y;
  user-select: none;
}
.bubble {
  position: absolute;
  z-index: 3;
  pointer-events: none;
  background: var(--ink);
  color: var(--paper);
  font-size: 12.5px;
  line-height: 1.45;
  padding: 7px 10px;
  border-radius: 6px;
  max-width: 320px;
  overflow-wrap: anywhere;
}
.bubble span {
  opacity: 0.65;
}
.controls {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 12px;
  font-size: 14px;
  margin: 14px 0 0;
  padding: 10px 14px;
  background: var(--card);
  border-radius: 10px;
}
.controls[hidden],
.bubble[hidden] {
  display: none;
}
.controls input,
.controls button,
form.search input,
form.search button,
form.search select,
form.act input,
form.act button,
form.act select {
  font: inherit;
  color: inherit;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 6px;
  padding: 3px 8px;
  max-width: 100%;
}
.controls input {
  width: 5.5em;
}
.controls button:disabled {
  opacity: 0.45;
}
.controls output {
  color: var(--muted);
  flex-basis: 100%;
}
.numbers {
  font-size: 13px;
  color: var(--muted);
  margin: 8px 0 0;
}
.numbers a {
  color: var(--muted);
}
`;
