// The style sheet of every page: calm paper, one column, light and dark, phone and printer.
import {darkRules, palette} from '../charts/palette.ts';
import {fontStack} from '../charts/theme.ts';

const tokens = (mode: 'light' | 'dark'): string =>
  Object.entries(palette)
    .map(([name, pair]) => `--${name}:${pair[mode]}`)
    .join(';');

export const styleSheet = `
:root{color-scheme:light dark;${tokens('light')};--card:#f6f7f9}
@media screen and (prefers-color-scheme:dark){:root{${tokens('dark')};--card:#1b212a}
${darkRules('figure svg')}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 ${fontStack};font-variant-numeric:tabular-nums}
main,header.top,footer{max-width:840px;margin:0 auto;padding:0 28px}
header.top{padding-top:36px}
.brand{font-size:13px;letter-spacing:.02em;color:var(--muted);margin:0 0 18px}
.brand b{color:var(--ink);font-weight:600}
h1{font-size:30px;line-height:1.2;font-weight:650;letter-spacing:-.012em;margin:0 0 8px;overflow-wrap:anywhere}
h2{font-size:20px;line-height:1.3;font-weight:620;margin:56px 0 6px;letter-spacing:-.005em}
h3.apart{margin-top:30px}
h3{font-size:16px;line-height:1.4;font-weight:620;margin:0;overflow-wrap:anywhere}
p{margin:0 0 12px}
.sub,.note,figcaption p,.meta{color:var(--muted);font-size:14px}
.sub{margin:0 0 4px;overflow-wrap:anywhere}
a{color:var(--less);text-decoration-thickness:1px;text-underline-offset:2px}
a:focus-visible,button:focus-visible,summary:focus-visible,[tabindex]:focus-visible,input:focus-visible{outline:2px solid var(--less);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-9999px}.skip:focus{left:12px;top:12px;background:var(--paper);padding:6px 10px;z-index:2}
nav.toc{margin:18px 0 0;font-size:14px;display:flex;flex-wrap:wrap;gap:4px 18px}
.glance{display:grid;grid-template-columns:1fr 1fr;gap:14px;margin:26px 0 8px;padding:0}
.glance>div{background:var(--card);border-radius:10px;padding:16px 18px 14px;min-width:0}
.glance dt{font-size:13px;color:var(--muted);margin:0}
.glance dd{margin:0}
.glance .answer{font-size:24px;line-height:1.25;font-weight:640;letter-spacing:-.01em;margin:2px 0 6px;overflow-wrap:anywhere}
.glance .detail{font-size:14px;line-height:1.45;color:var(--muted);overflow-wrap:anywhere}
.more{color:var(--more)}.less{color:var(--less)}.equal{color:var(--equal)}.unsettled{color:var(--unsettled)}
figure{margin:30px 0 0;padding:0}
figure>.note{margin:2px 0 0}
figcaption{margin:0 0 12px}
figcaption p{margin:2px 0 0}
figure svg,figure .live{display:block;max-width:100%;height:auto}
figure svg text{font-family:${fontStack.replaceAll('"', "'")};font-variant-numeric:tabular-nums}
figure .narrow,figure.drawn .wide{display:none}
.live svg{overflow:visible}
figure[data-kind=strip] .live{cursor:crosshair;touch-action:pan-y;user-select:none}
.bubble{position:absolute;z-index:3;pointer-events:none;background:var(--ink);color:var(--paper);font-size:12.5px;line-height:1.45;padding:7px 10px;border-radius:6px;max-width:320px;overflow-wrap:anywhere}
.bubble span{opacity:.65}
.controls{display:flex;flex-wrap:wrap;align-items:center;gap:8px 12px;font-size:14px;margin:14px 0 0;padding:10px 14px;background:var(--card);border-radius:10px}
.controls[hidden],.bubble[hidden]{display:none}
.controls input,.controls button,form.search input,form.search button,form.search select{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:3px 8px;max-width:100%}
.controls input{width:5.5em}
.controls button:disabled{opacity:.45}
.controls output{color:var(--muted);flex-basis:100%}
.numbers{font-size:13px;color:var(--muted);margin:8px 0 0}
.numbers a{color:var(--muted)}
ul.findings{margin:12px 0 0;padding:0;list-style:none}
ul.findings li{padding:9px 0 9px 16px;border-left:3px solid var(--grid);margin:0 0 8px;overflow-wrap:anywhere}
ul.findings .code{display:block;font-size:12.5px;color:var(--muted)}
table{border-collapse:collapse;width:100%;font-size:14px;margin:14px 0 0}
th{font-weight:500;color:var(--muted);text-align:right;font-size:13px;padding:6px 0 6px 14px;border-bottom:1px solid var(--line);vertical-align:bottom}
td{text-align:right;padding:6px 0 6px 14px;border-bottom:1px solid var(--grid);vertical-align:top}
th:first-child,td:first-child{text-align:left;padding-left:0}
td.text,th.text{text-align:left}
td.event{overflow-wrap:anywhere}
tr.primary td.event{font-weight:620}
td small{display:block;color:var(--muted);font-size:12.5px;line-height:1.4}
details{margin:16px 0 0}
summary{cursor:pointer;font-size:14px;color:var(--muted)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;font-size:14px;margin:12px 0 0}
dl.facts dt{color:var(--muted)}dl.facts dd{margin:0;overflow-wrap:anywhere}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre{background:var(--card);border-radius:8px;padding:12px 14px;margin:10px 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
code{overflow-wrap:anywhere}
form.search{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center;margin:12px 0 0}
form.search label{display:flex;flex-wrap:wrap;gap:2px 8px;align-items:center;min-width:0}
footer{margin-top:64px;padding-bottom:48px;color:var(--muted);font-size:13px}
section.session+section.session{border-top:1px solid var(--grid);margin-top:72px}
section.session>h1{margin-top:40px}
@media screen and (max-width:700px){
main,header.top,footer{padding-left:20px;padding-right:20px}
header.top{padding-top:22px}
h1{font-size:24px}h2{margin-top:44px}
.glance{grid-template-columns:1fr;gap:10px}
.glance .answer{font-size:21px}
figure .wide{display:none}figure .narrow{display:block}figure.drawn .narrow{display:none}
table.rows thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table.rows,table.rows tbody{display:block}
table.rows tr{display:grid;grid-template-columns:1fr 1fr;column-gap:16px;padding:10px 0;border-bottom:1px solid var(--grid)}
table.rows td{display:block;border:0;padding:1px 0;text-align:left;min-width:0}
table.rows td[data-label]::before{content:attr(data-label) " ";color:var(--muted);font-size:12.5px}
table.rows td.event,table.rows td.full{grid-column:1/-1}
table.rows td.full small{display:inline;margin-left:10px}
dl.facts{grid-template-columns:1fr;gap:0}
dl.facts dd{margin-bottom:8px}
}
@media print{
:root{color-scheme:light}
body{font-size:11pt}
main,header.top,footer{max-width:none;padding:0}
figure,.glance>div,tr{break-inside:avoid}
h2,h3,figcaption{break-after:avoid}
a{color:inherit}
.controls,nav.toc,.numbers,.bubble,figure .live{display:none}
figure.drawn .wide{display:block}
}
`.trim();
