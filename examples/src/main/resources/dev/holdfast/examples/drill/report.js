'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const KINDS = ['primary', 'fallback', 'degraded', 'interrupted', 'truncated', 'failed'];
const LEFT = 40, RIGHT = 10;
const end = data.end;
const byId = id => document.getElementById(id);
const color = name => `var(--${name})`;
const clock = t => `${Math.floor(t / 60)}:${String(Math.floor(t % 60)).padStart(2, '0')}`;

function html(parent, tag, text, cls) {
  const node = parent.appendChild(document.createElement(tag));
  if (text !== undefined) node.textContent = text;
  if (cls) node.className = cls;
  return node;
}

function svg(parent, tag, attributes, text) {
  const node = parent.appendChild(document.createElementNS('http://www.w3.org/2000/svg', tag));
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** An empty panel with the outages as bands, the time below it, and a cursor. */
function panel(parent, title, height, ticks, withTime) {
  html(parent, 'h4', title);
  const width = parent.clientWidth - 28;
  const bottom = withTime ? 20 : 4;
  const root = svg(parent, 'svg', {
    viewBox: `0 0 ${width} ${height + bottom}`, height: height + bottom, role: 'img', 'aria-label': title,
  });
  const x = t => LEFT + (width - LEFT - RIGHT) * t / end;
  for (const model of data.models) {
    for (const o of model.outages) {
      svg(root, 'rect', {class: 'band', x: x(o.from), width: x(o.until) - x(o.from), y: 0, height});
    }
  }
  for (const [y, label] of ticks) {
    svg(root, 'line', {class: 'grid', x1: LEFT, x2: width - RIGHT, y1: y, y2: y});
    svg(root, 'text', {x: LEFT - 6, y: y + 4, 'text-anchor': 'end'}, label);
  }
  if (withTime) {
    for (let t = 0; t <= end; t += 30) {
      svg(root, 'line', {class: 'base', x1: x(t), x2: x(t), y1: height, y2: height + 4});
      svg(root, 'text', {x: x(t), y: height + 16, 'text-anchor': 'middle'}, clock(t));
    }
  }
  return {root, x, width, height};
}

function linear(max, height, count) {
  const rough = max / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(s => s * power).find(s => s >= rough);
  const top = Math.ceil(max / step) * step;
  const y = value => height - (height - 8) * value / top;
  const ticks = [];
  for (let v = 0; v <= top; v += step) ticks.push([y(v), String(v)]);
  return {y, ticks};
}

function strips(parent, run) {
  const rows = data.models.length;
  const p = panel(parent, 'Models, and their breakers', rows * 50, [], false);
  data.models.forEach((model, i) => {
    const top = i * 50;
    const name = run.breakers ? `${model.name} and its breaker` : `${model.name} (no breaker)`;
    svg(p.root, 'text', {class: 'name', x: LEFT, y: top + 13}, name);
    const bar = (from, until, y, height, fill) => svg(p.root, 'rect', {
      x: p.x(from), width: Math.max(1, p.x(until) - p.x(from)), y: top + y, height, fill: color(fill),
    });
    bar(0, end, 19, 9, 'up');
    for (const o of model.outages) bar(o.from, o.until, 19, 9, o.condition);
    if (run.breakers) for (const s of run.breakers[model.name]) bar(s.from, s.until, 31, 9, s.state);
  });
  return p;
}

function answers(parent, run) {
  const max = Math.max(...data.runs.flatMap(r => r.answers.map(a => a.reduce((s, n) => s + n, 0))));
  const {y, ticks} = linear(max / data.bucket, 110, 3);
  const p = panel(parent, 'Answers per second', 110, ticks, false);
  const w = p.x(data.bucket) - p.x(0);
  run.answers.forEach((counts, i) => {
    let sum = 0;
    counts.forEach((n, kind) => {
      if (n === 0) return;
      const low = y(sum / data.bucket);
      sum += n;
      const high = y(sum / data.bucket);
      svg(p.root, 'rect', {
        x: p.x(i * data.bucket), width: Math.max(.8, w - .8), y: high, height: low - high, fill: color(KINDS[kind]),
      });
    });
  });
  return p;
}

function inFlight(parent, run) {
  const {y, ticks} = linear(Math.max(...data.runs.flatMap(r => r.inFlight)), 120, 4);
  const p = panel(parent, 'Calls in flight', 120, ticks, false);
  const points = run.inFlight.map((n, i) => `${p.x(i * data.step).toFixed(1)},${y(n).toFixed(1)}`);
  const last = p.x((run.inFlight.length - 1) * data.step);
  svg(p.root, 'polygon', {points: `${p.x(0)},${y(0)} ${points.join(' ')} ${last},${y(0)}`, fill: color('primary'), opacity: .18});
  svg(p.root, 'polyline', {points: points.join(' '), fill: 'none', stroke: color('primary'), 'stroke-width': 1.8});
  return p;
}

function wasted(parent, run) {
  const {y, ticks} = linear(Math.max(1, ...data.runs.flatMap(r => r.wasted)) / data.bucket, 70, 2);
  const p = panel(parent, 'Requests per second to a model that was down', 70, ticks, false);
  const w = p.x(data.bucket) - p.x(0);
  run.wasted.forEach((n, i) => n && svg(p.root, 'rect', {
    x: p.x(i * data.bucket), width: Math.max(.8, w - .8), y: y(n / data.bucket),
    height: y(0) - y(n / data.bucket), fill: color('hanging'),
  }));
  return p;
}

function latencies(parent, run) {
  const h = 150, low = Math.log(.1), high = Math.log(150);
  const y = s => h - 6 - (h - 14) * (Math.log(Math.max(.1, s)) - low) / (high - low);
  const ticks = [[.1, '\u2264 0.1 s'], [1, '1 s'], [10, '10 s'], [100, '100 s']].map(([s, text]) => [y(s), text]);
  const p = panel(parent, 'How long each call took, by when it was made', h, ticks, true);
  const paths = KINDS.map(() => '');
  for (const [due, latency, kind] of run.calls) {
    paths[kind] += `M${p.x(due).toFixed(1)} ${y(latency).toFixed(1)}h0`;
  }
  paths.forEach((d, kind) => d && svg(p.root, 'path', {
    d, stroke: color(KINDS[kind]), 'stroke-width': 3.4, 'stroke-linecap': 'round', opacity: .75,
  }));
  return p;
}

function follow(panels) {
  const cursors = panels.map(({p}) => svg(p.root, 'line', {class: 'cursor', y1: 0, y2: p.height, visibility: 'hidden'}));
  const tip = byId('tip');
  const hide = () => { tip.hidden = true; cursors.forEach(c => c.setAttribute('visibility', 'hidden')); };
  for (const {p, run} of panels) {
    p.root.addEventListener('mouseleave', hide);
    p.root.addEventListener('mousemove', event => {
      const share = (event.clientX - p.root.getBoundingClientRect().left - LEFT) / (p.width - LEFT - RIGHT);
      if (share < 0 || share > 1) return hide();
      const t = share * end;
      panels.forEach(({p: other}, i) => {
        cursors[i].setAttribute('visibility', 'visible');
        cursors[i].setAttribute('x1', other.x(t));
        cursors[i].setAttribute('x2', other.x(t));
      });
      const counts = run.answers[Math.floor(t / data.bucket)] || [0, 0, 0, 0];
      tip.textContent = `${run.name}, ${clock(t)}\nin flight  ${run.inFlight[Math.round(t / data.step)] ?? 0}\n` +
        KINDS.map((kind, i) => `${kind}  ${counts[i] / data.bucket} per s`).join('\n');
      tip.hidden = false;
      const right = event.clientX + 20 + tip.offsetWidth > innerWidth;
      tip.style.left = `${right ? event.clientX - 16 - tip.offsetWidth : event.clientX + 16}px`;
      tip.style.top = `${Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8)}px`;
    });
  }
}

function drawRuns() {
  byId('runs').replaceChildren();
  byId('tip').hidden = true;
  const cards = data.runs.map(run => {
    const card = html(byId('runs'), 'article', undefined, 'run');
    html(card, 'h3', run.name);
    return {card, run};
  });
  follow(cards.flatMap(({card, run}) =>
    [strips, answers, inFlight, wasted, latencies].map(draw => ({p: draw(card, run), run}))));
}

function drawTexts() {
  byId('lead').textContent = data.lead;
  byId('story').textContent = data.story;
  for (const {title, bare, holdfast} of data.tiles) {
    const tile = html(byId('tiles'), 'div', undefined, 'tile');
    html(tile, 'h3', title);
    const list = html(tile, 'dl');
    html(list, 'dt', 'bare client');
    html(list, 'dd', bare);
    html(list, 'dt', 'Holdfast');
    html(list, 'dd', holdfast, 'holdfast');
  }
  for (const {title, entries} of data.legend) {
    const list = html(byId('legend'), 'ul', undefined, 'legend');
    html(list, 'li', title, 'of');
    for (const [name, text] of entries) {
      const item = html(list, 'li');
      html(item, 'i').style.background = color(name);
      item.append(text);
    }
  }
  const head = html(html(byId('table'), 'thead'), 'tr');
  ['', 'bare client', 'Holdfast'].forEach(text => html(head, 'th', text));
  const body = html(byId('table'), 'tbody');
  for (const row of data.rows) {
    const line = html(body, 'tr');
    html(line, 'td', row.label.trim(), row.label.startsWith(' ') ? 'part' : '');
    html(line, 'td', row.bare);
    html(line, 'td', row.holdfast);
  }
}

drawTexts();
drawRuns();
let width = innerWidth;
addEventListener('resize', () => {
  if (innerWidth === width) return;
  width = innerWidth;
  drawRuns();
});
