// Pages of a fleet: changes with a cell for each host, and small multiples.

export const fleetRules = `
body.fleet main,
body.fleet header.top,
body.fleet footer {
  max-width: 1160px;
}
body.fleet main > .note {
  margin: 22px 0 0;
}
nav.fleet {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 18px;
  font-size: 14px;
  margin: 14px 0 0;
}
nav.fleet [aria-current] {
  color: var(--ink);
  font-weight: 600;
  text-decoration: none;
}
.change {
  margin: 26px 0 0;
  padding: 16px 0 0;
  border-top: 1px solid var(--grid);
}
.change p {
  margin: 2px 0 0;
  font-size: 14px;
  overflow-wrap: anywhere;
}
.change .meta {
  font-size: 13px;
}
ul.cells {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(124px, 1fr));
  gap: 6px;
  list-style: none;
  margin: 10px 0 0;
  padding: 0;
}
ul.cells li {
  background: var(--card);
  border-radius: 8px;
  padding: 7px 10px 6px;
  min-width: 0;
  font-size: 14px;
  line-height: 1.35;
  overflow-wrap: anywhere;
  border-left: 3px solid transparent;
}
ul.cells li.is-more {
  border-left-color: var(--more);
}
ul.cells li.is-less {
  border-left-color: var(--less);
}
ul.cells small {
  display: block;
  color: var(--muted);
  font-size: 12px;
}
ul.multiples {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
  gap: 22px 26px;
  list-style: none;
  margin: 18px 0 0;
  padding: 0;
}
ul.multiples li {
  min-width: 0;
}
ul.multiples figure {
  margin: 6px 0 0;
}
ul.multiples p {
  font-size: 13px;
  margin: 2px 0 0;
  color: var(--muted);
  overflow-wrap: anywhere;
}
form.act {
  display: flex;
  flex-wrap: wrap;
  gap: 8px 12px;
  align-items: center;
  margin: 12px 0 0;
  font-size: 14px;
}
form.act label {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 8px;
  align-items: center;
  min-width: 0;
}
`;
