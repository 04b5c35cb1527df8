// Paper, headings, links and the cards of answers, light and dark.
import {darkRules, palette} from '../../charts/palette.ts';
import {fontStack} from '../../charts/theme.ts';

const tokens = (mode: 'light' | 'dark'): string =>
  Object.entries(palette)
    .map(([name, pair]) => `--${name}: ${pair[mode]}`)
    .join('; ');

export const pageRules = `
:root {
  color-scheme: light dark;
  ${tokens('light')};
  --card: #f6f7f9;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    ${tokens('dark')};
    --card: #1b212a;
  }
${darkRules('figure svg')}
}
* {
  box-sizing: border-box;
}
html {
  -webkit-text-size-adjust: 100%;
}
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 16px/1.55 ${fontStack};
  font-variant-numeric: tabular-nums;
}
main,
header.top,
footer {
  max-width: 840px;
  margin: 0 auto;
  padding: 0 28px;
}
header.top {
  padding-top: 36px;
}
.brand {
  font-size: 13px;
  letter-spacing: 0.02em;
  color: var(--muted);
  margin: 0 0 18px;
}
.brand b {
  color: var(--ink);
  font-weight: 600;
}
h1 {
  font-size: 30px;
  line-height: 1.2;
  font-weight: 650;
  letter-spacing: -0.012em;
  margin: 0 0 8px;
  overflow-wrap: anywhere;
}
h2 {
  font-size: 20px;
  line-height: 1.3;
  font-weight: 620;
  margin: 56px 0 6px;
  letter-spacing: -0.005em;
}
h3.apart {
  margin-top: 30px;
}
h3 {
  font-size: 16px;
  line-height: 1.4;
  font-weight: 620;
  margin: 0;
  overflow-wrap: anywhere;
}
p {
  margin: 0 0 12px;
}
.sub,
.note,
figcaption p,
.meta {
  color: var(--muted);
  font-size: 14px;
}
.sub {
  margin: 0 0 4px;
  overflow-wrap: anywhere;
}
a {
  color: var(--less);
  text-decoration-thickness: 1px;
  text-underline-offset: 2px;
}
a:focus-visible,
button:focus-visible,
summary:focus-visible,
[tabindex]:focus-visible,
input:focus-visible {
  outline: 2px solid var(--less);
  outline-offset: 2px;
  border-radius: 3px;
}
.skip {
  position: absolute;
  left: -9999px;
}
.skip:focus {
  left: 12px;
  top: 12px;
  background: var(--paper);
  padding: 6px 10px;
  z-index: 2;
}
nav.toc {
  margin: 18px 0 0;
  font-size: 14px;
  display: flex;
  flex-wrap: wrap;
  gap: 4px 18px;
}
.glance {
  display: grid;
  grid-template-columns: 1fr 1fr;
  gap: 14px;
  margin: 26px 0 8px;
  padding: 0;
}
.glance > div {
  background: var(--card);
  border-radius: 10px;
  padding: 16px 18px 14px;
  min-width: 0;
}
.glance dt {
  font-size: 13px;
  color: var(--muted);
  margin: 0;
}
.glance dd {
  margin: 0;
}
.glance .answer {
  font-size: 24px;
  line-height: 1.25;
  font-weight: 640;
  letter-spacing: -0.01em;
  margin: 2px 0 6px;
  overflow-wrap: anywhere;
}
.glance .detail {
  font-size: 14px;
  line-height: 1.45;
  color: var(--muted);
  overflow-wrap: anywhere;
}
.more {
  color: var(--more);
}
.less {
  color: var(--less);
}
.equal {
  color: var(--equal);
}
.unsettled {
  color: var(--unsettled);
}
`;
