// Runs in the reader's browser, in pages made with --interactive: draws the charts with Vega, shows what lies under the pointer, marks and zooms runs.
// JavaScript and not TypeScript because it is bundled for browsers, whose types would otherwise be visible in all of the project.
import {View, parse} from 'vega';

/** @type {Record<string, {wide: object, narrow: object}>} Vega specifications by chart name, both layouts. */
const specs = JSON.parse(document.getElementById('chart-specs').textContent);
const narrow = window.matchMedia('(max-width:700px)');

/** @type {Map<string, View>} */
const views = new Map();
let selection = readHash();
let zoom = null;

const bubble = document.body.appendChild(document.createElement('div'));
bubble.className = 'bubble';
bubble.hidden = true;

/** The pointer's bubble: one line a field. */
const showTip = (_handler, event, _item, value) => {
  bubble.hidden = value === null || value === undefined || typeof value !== 'object';
  if (bubble.hidden) return;
  bubble.replaceChildren(...Object.entries(value).map(([name, text]) => {
    const line = document.createElement('div');
    const key = document.createElement('span');
    key.textContent = `${name} `;
    line.append(key, String(text));
    return line;
  }));
  const box = bubble.getBoundingClientRect();
  const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - box.width - 8);
  const above = event.clientY + 16 + box.height > window.innerHeight;
  bubble.style.left = `${Math.max(8, left) + window.scrollX}px`;
  bubble.style.top = `${(above ? event.clientY - box.height - 10 : event.clientY + 16) + window.scrollY}px`;
};

const draw = async () => {
  for (const view of views.values()) view.finalize();
  views.clear();
  for (const [name, pair] of Object.entries(specs)) {
    const figure = document.getElementById(name);
    if (figure === null) continue;
    let place = figure.querySelector('.live');
    if (place === null) {
      place = document.createElement('div');
      place.className = 'live';
      place.setAttribute('role', 'img');
      place.setAttribute('aria-label', figure.querySelector('svg')?.getAttribute('aria-label') ?? '');
      figure.querySelector('.wide').before(place);
    }
    const view = new View(parse(narrow.matches ? pair.narrow : pair.wide), {renderer: 'svg', container: place, hover: true});
    view.tooltip(showTip);
    await view.runAsync();
    figure.classList.add('drawn');
    views.set(name, view);
    if ('brush' in view.getState().signals) view.addSignalListener('brush', (_signal, value) => brushed(value));
  }
  apply();
};

/** A brush gives `{run: [a, b]}` (or a list of such pairs); an empty one clears. */
const brushed = (value) => {
  const numbers = Object.values(value ?? {}).flat(3).filter(Number.isFinite);
  select(numbers.length < 2 ? null : {from: Math.max(1, Math.ceil(Math.min(...numbers))), to: Math.max(1, Math.floor(Math.max(...numbers)))});
};

const select = (next) => {
  if (next !== null && next.to < next.from) return;
  selection = next;
  const hash = next === null ? '' : `#runs=${next.from}-${next.to}${zoom === null ? '' : '&zoom'}`;
  history.replaceState(null, '', `${location.pathname}${location.search}${hash}`);
  apply();
};

const zoomTo = (next) => {
  zoom = next;
  select(selection);
};

/** Sets the signals of every chart that has them. */
const apply = () => {
  for (const view of views.values()) {
    const signals = view.getState().signals;
    if (!('from' in signals)) continue;
    view.signal('from', selection?.from ?? 0).signal('to', selection?.to ?? 0);
    view.signal('zoomFrom', zoom === null ? 0.5 : zoom.from - 0.5).signal('zoomTo', zoom === null ? signals.lastRun + 0.5 : zoom.to + 0.5);
    view.runAsync();
  }
  for (const bar of document.querySelectorAll('.controls')) {
    bar.hidden = false;
    bar.querySelector('[name=from]').value = selection?.from ?? '';
    bar.querySelector('[name=to]').value = selection?.to ?? '';
    bar.querySelector('output').textContent = selection === null ? 'Drag over a strip to mark runs in all charts.' : 'Marked in all charts; the address of this page holds the selection.';
    bar.querySelector('[name=zoom]').disabled = selection === null;
    bar.querySelector('[name=clear]').disabled = selection === null && zoom === null;
  }
};

function readHash() {
  const found = /^#runs=(\d+)-(\d+)(&zoom)?$/.exec(location.hash);
  if (found === null || Number(found[2]) < Number(found[1]) || Number(found[1]) < 1) return null;
  return {from: Number(found[1]), to: Number(found[2]), zoomed: found[3] !== undefined};
}

const fromHash = () => {
  selection = readHash();
  zoom = selection?.zoomed === true ? {from: selection.from, to: selection.to} : null;
};

for (const bar of document.querySelectorAll('.controls')) {
  bar.addEventListener('change', (event) => {
    const from = Number(bar.querySelector('[name=from]').value);
    const to = Number(bar.querySelector('[name=to]').value) || from;
    if (event.target instanceof HTMLInputElement && from >= 1) select({from, to: Math.max(from, to)});
  });
  bar.addEventListener('submit', (event) => event.preventDefault());
  bar.querySelector('[name=zoom]').addEventListener('click', () => zoomTo(selection === null ? null : {from: selection.from, to: selection.to}));
  bar.querySelector('[name=clear]').addEventListener('click', () => {
    zoom = null;
    select(null);
  });
}
window.addEventListener('hashchange', () => {
  if (!location.hash.startsWith('#runs=')) return;
  fromHash();
  apply();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  bubble.hidden = true;
  zoom = null;
  select(null);
});
narrow.addEventListener('change', draw);
fromHash();
await draw();
document.documentElement.dataset.live = 'ready';
