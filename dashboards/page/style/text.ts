// Findings, tables, lists of facts, code and forms.

export const textRules = `
ul.findings {
  margin: 12px 0 0;
  padding: 0;
  list-style: none;
}
ul.findings li {
  padding: 9px 0 9px 16px;
  border-left: 3px solid var(--grid);
  margin: 0 0 8px;
  overflow-wrap: anywhere;
}
ul.findings .code {
  display: block;
  font-size: 12.5px;
  color: var(--muted);
}
table {
  border-collapse: collapse;
  width: 100%;
  font-size: 14px;
  margin: 14px 0 0;
}
th {
  font-weight: 500;
  color: var(--muted);
  text-align: right;
  font-size: 13px;
  padding: 6px 0 6px 14px;
  border-bottom: 1px solid var(--line);
  vertical-align: bottom;
}
td {
  text-align: right;
  padding: 6px 0 6px 14px;
  border-bottom: 1px solid var(--grid);
  vertical-align: top;
}
th:first-child,
td:first-child {
  text-align: left;
  padding-left: 0;
}
td.text,
th.text {
  text-align: left;
}
td.event {
  overflow-wrap: anywhere;
}
tr.primary td.event {
  font-weight: 620;
}
td small {
  display: block;
  color: var(--muted);
  font-size: 12.5px;
  line-height: 1.4;
}
td small.news {
  color: var(--ink);
  font-weight: 620;
}
a.quiet {
  color: inherit;
}
td.text {
  white-space: normal;
}
details {
  margin: 16px 0 0;
}
summary {
  cursor: pointer;
  font-size: 14px;
  color: var(--muted);
}
dl.facts {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 4px 20px;
  font-size: 14px;
  margin: 12px 0 0;
}
dl.facts dt {
  color: var(--muted);
}
dl.facts dd {
  margin: 0;
  overflow-wrap: anywhere;
}
code,
pre {
  font:
    13px/1.5 ui-monospace,
    SFMono-Regular,
    Menlo,
    Consolas,
    "DejaVu Sans Mono",
    monospace;
}
pre {
  background: var(--card);
  border-radius: 8px;
  padding: 12px 14px;
  margin: 10px 0 0;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
code {
  overflow-wrap: anywhere;
}
form.search {
  display: flex;
  flex-wrap: wrap;
  gap: 8px 12px;
  align-items: center;
  margin: 12px 0 0;
}
form.search label {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 8px;
  align-items: center;
  min-width: 0;
}
footer {
  margin-top: 64px;
  padding-bottom: 48px;
  color: var(--muted);
  font-size: 13px;
}
section.session + section.session {
  border-top: 1px solid var(--grid);
  margin-top: 72px;
}
section.session > h1 {
  margin-top: 40px;
}
`;
