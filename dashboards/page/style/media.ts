// What differs on a phone and on paper.

export const mediaRules = `
@media screen and (max-width: 700px) {
  main,
  header.top,
  footer {
    padding-left: 20px;
    padding-right: 20px;
  }
  header.top {
    padding-top: 22px;
  }
  h1 {
    font-size: 24px;
  }
  h2 {
    margin-top: 44px;
  }
  .glance {
    grid-template-columns: 1fr;
    gap: 10px;
  }
  .glance .answer {
    font-size: 21px;
  }
  figure .wide {
    display: none;
  }
  figure .narrow {
    display: block;
  }
  figure.drawn .narrow {
    display: none;
  }
  table.rows thead {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  table.rows,
  table.rows tbody {
    display: block;
  }
  table.rows tr {
    display: grid;
    grid-template-columns: 1fr 1fr;
    column-gap: 16px;
    padding: 10px 0;
    border-bottom: 1px solid var(--grid);
  }
  table.rows td {
    display: block;
    border: 0;
    padding: 1px 0;
    text-align: left;
    min-width: 0;
  }
  table.rows td[data-label]::before {
    content: attr(data-label) " ";
    color: var(--muted);
    font-size: 12.5px;
  }
  table.rows td.event,
  table.rows td.full {
    grid-column: 1/-1;
  }
  table.rows td.full small {
    display: inline;
    margin-left: 10px;
  }
  dl.facts {
    grid-template-columns: 1fr;
    gap: 0;
  }
  dl.facts dd {
    margin-bottom: 8px;
  }
}
@media print {
  :root {
    color-scheme: light;
  }
  body {
    font-size: 11pt;
  }
  main,
  header.top,
  footer {
    max-width: none;
    padding: 0;
  }
  figure,
  .glance > div,
  tr {
    break-inside: avoid;
  }
  h2,
  h3,
  figcaption {
    break-after: avoid;
  }
  a {
    color: inherit;
  }
  .controls,
  nav.toc,
  .numbers,
  .bubble,
  figure .live {
    display: none;
  }
  figure.drawn .wide {
    display: block;
  }
}
`;
