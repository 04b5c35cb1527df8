// Runs in the reader's browser, in pages made with --interactive: draws the charts with Vega, shows
// what is under the pointer, marks and zooms runs. JavaScript and not TypeScript because it is
// bundled for browsers, whose types would otherwise be visible in all of the project.
import {View, parse} from 'vega';
import {expressionInterpreter} from 'vega-interpreter';

/**
 * @type {Record<string, {wide: object, narrow: object}>} Vega specifications by chart name, both
 * layouts.
 */
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
  bubble.replaceChildren(
    ...Object.entries(value).map(([name, text]) => {
      const line = document.createElement('div');
      const key = document.createElement('span');
      key.textContent = `${name} `;
      line.append(key, String(text));
      return line;
    }),
  );
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
      place.setAttribute(
        'aria-label',
        figure.querySelector('svg')?.getAttribute('aria-label') ?? '',
      );
      figure.querySelector('.wide').before(place);
      if (figure.dataset.kind === 'strip')
        place.addEventListener('pointerdown', (event) => drag(event, name));
    }
    // Interpreted, not compiled: the page's policy forbids the evaluation of text.
    const runtime = parse(narrow.matches ? pair.narrow : pair.wide, null, {ast: true});
    const view = new View(runtime, {
      expr: expressionInterpreter,
      renderer: 'svg',
      container: place,
      hover: true,
    });
    view.tooltip(showTip);
    await view.runAsync();
    figure.classList.add('drawn');
    views.set(name, view);
  }
  apply();
};

/** Dragging along a lane of a strip marks the runs under it; a click without a drag clears. */
const drag = (event, name) => {
  const lane = [...event.currentTarget.querySelectorAll('.role-scope > g > path.background')]
    .map((path) => path.getBoundingClientRect())
    .find(
      (box) =>
        event.clientX >= box.left &&
        event.clientX <= box.right &&
        event.clientY >= box.top &&
        event.clientY <= box.bottom,
    );
  if (lane === undefined || event.button !== 0) return;
  event.preventDefault();
  const {zoomFrom, zoomTo, lastRun} = views.get(name).getState().signals;
  const runAt = (x) => zoomFrom + ((x - lane.left) / lane.width) * (zoomTo - zoomFrom);
  const begin = event.clientX;
  const move = (next) => {
    bubble.hidden = true;
    if (Math.abs(next.clientX - begin) < 3) return;
    const [low, high] = [begin, next.clientX].map(runAt).sort((a, b) => a - b);
    select({
      from: Math.max(1, Math.ceil(low)),
      to: Math.min(lastRun, Math.max(Math.ceil(low), Math.floor(high))),
    });
  };
  const end = (next) => {
    window.removeEventListener('pointermove', move);
    if (Math.abs(next.clientX - begin) < 3) select(null);
  };
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', end, {once: true});
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
    view
      .signal('zoomFrom', zoom === null ? 0.5 : zoom.from - 0.5)
      .signal('zoomTo', zoom === null ? signals.lastRun + 0.5 : zoom.to + 0.5);
    view.runAsync();
  }
  for (const bar of document.querySelectorAll('.controls')) {
    bar.hidden = false;
    bar.querySelector('[name=from]').value = selection?.from ?? '';
    bar.querySelector('[name=to]').value = selection?.to ?? '';
    bar.querySelector('output').textContent =
      selection === null
        ? 'Drag over a strip to mark runs in all charts.'
        : 'Marked in all charts; the address of this page holds the selection.';
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
    if (event.target instanceof HTMLInputElement && from >= 1)
      select({from, to: Math.max(from, to)});
  });
  bar.addEventListener('submit', (event) => event.preventDefault());
  bar
    .querySelector('[name=zoom]')
    .addEventListener('click', () =>
      zoomTo(selection === null ? null : {from: selection.from, to: selection.to}),
    );
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
