// The report's charts: small SVG primitives without a library.
//
// All text enters through `textContent`, so nothing from data is ever read as markup.
'use strict';
const NS = 'http://www.w3.org/2000/svg';
function svg(name, attributes, text) {
  const node = document.createElementNS(NS, name);
  for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  return node;
}
function html(name, attributes, text) {
  const node = document.createElement(name);
  for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  return node;
}
const isNumber = v => typeof v === 'number' && isFinite(v);
function format(v) {
  if (!isNumber(v)) return '–';
  const size = Math.abs(v);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return v.toLocaleString('en', {maximumFractionDigits: digits,
    minimumFractionDigits: Math.min(digits, 2)}).replace('-', '−');
}
function short(v) {
  for (const [limit, mark] of [[1e9, ' G'], [1e6, ' M'], [1e3, ' k']])
    if (Math.abs(v) >= limit) return +(v / limit).toPrecision(3) + mark;
  return String(+v.toPrecision(3));
}
function ticks(low, high, count) {
  const raw = (high - low) / count || 1, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map(f => f * power).find(s => s >= raw * .72);
  const result = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-6; v += step)
    result.push(+v.toPrecision(12));
  return result;
}
/** Draws now and whenever the width changes; `draw(width)` returns an SVG. */
function responsive(box, draw) {
  let last = 0;
  const render = force => {
    const width = Math.max(260, Math.floor(box.clientWidth));
    if (width === last && !force) return;
    last = width;
    box.querySelectorAll(':scope > svg, :scope > .tip').forEach(n => n.remove());
    box.append(draw(width));
  };
  new ResizeObserver(() => render(false)).observe(box);
  render(true);
  return () => render(true);
}
function tooltip(box) {
  const tip = html('div', {class: 'tip', hidden: ''});
  box.append(tip);
  return {
    hide() { tip.hidden = true; },
    show(x, y, title, rows) {
      tip.replaceChildren(html('b', {}, title));
      for (const [label, value, color] of rows) {
        const row = html('div'), left = html('span');
        if (color) left.append(html('i', {class: 'dot', style: `background:${color}`}));
        left.append(label);
        row.append(left, html('span', {}, value));
        tip.append(row);
      }
      tip.hidden = false;
      const room = box.clientWidth - tip.offsetWidth;
      tip.style.left = Math.max(0, x + 16 > room ? Math.min(x - tip.offsetWidth - 16, room)
        : x + 16) + 'px';
      tip.style.top = Math.max(-20, y - 20) + 'px';
    }
  };
}
function legend(box, series, redraw) {
  const bar = html('div', {class: 'legend'});
  for (const one of series) {
    const button = html('button', {type: 'button', 'aria-pressed': String(!one.hidden),
      title: 'Show or hide'});
    const key = svg('svg', {viewBox: '0 0 22 10', 'aria-hidden': 'true'});
    key.append(svg('line', {x1: 1, y1: 5, x2: 21, y2: 5, 'stroke-dasharray': one.dash || '',
      style: `stroke:${one.color};stroke-width:${one.width || 2.5}`}));
    button.append(key, one.label);
    button.onclick = () => {
      one.hidden = !one.hidden;
      button.setAttribute('aria-pressed', String(!one.hidden));
      redraw();
    };
    bar.append(button);
  }
  box.before(bar);
  return bar;
}
/**
 * series: [{label, color, dash, width, hidden, values: [number|null]}] over labels `x`.
 * options: title (y axis), xTitle, zero, unit, from (index of a vertical mark), height.
 */
function lineChart(box, x, series, options) {
  const redraw = responsive(box, width => {
    const height = options.height || 280, count = x.length;
    const shown = series.filter(s => !s.hidden);
    const all = shown.flatMap(s => s.values).filter(isNumber);
    let low = options.zero ? 0 : Math.min(...all), high = Math.max(...all);
    if (!all.length) { low = 0; high = 1; }
    if (!options.zero) { const pad = (high - low) * .08 || Math.abs(high) * .1 || 1;
      low -= pad; high += pad;
    } else { high = high * 1.06 || 1; low = Math.min(low, ...all); }
    const labels = ticks(low, high, height > 220 ? 5 : 4);
    const left = 14 + 7 * Math.max(...labels.map(v => short(v).length), 2);
    const right = width - 12, top = 24, bottom = height - (options.xTitle ? 44 : 26);
    const px = i => left + (count < 2 ? .5 : i / (count - 1)) * (right - left);
    const py = v => bottom - (v - low) / (high - low) * (bottom - top);
    const root = svg('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img',
      'aria-label': `${options.title} by ${options.xTitle || 'time'}`});
    root.append(svg('text', {x: 0, y: 11}, options.title));
    for (const v of labels) {
      root.append(svg('line', {class: 'grid', x1: left, x2: right, y1: py(v), y2: py(v)}));
      root.append(svg('text', {x: left - 8, y: py(v) + 4, 'text-anchor': 'end'}, short(v)));
    }
    const widest = Math.max(...x.map(l => l.length)) * 7 + 16;
    const fits = Math.max(1, Math.floor((right - left) / widest));
    const every = [1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 24, 25, 50, 100, 200, 500, 1000]
      .find(n => Math.ceil(count / n) <= fits) || count;
    let free = -1;
    x.forEach((label, i) => {
      if ((i + (options.tickShift || 0)) % every) return;
      // A long label at either end would stick out of the chart.
      const half = label.length * 3.4;
      const anchor = px(i) + half > width ? 'end' : px(i) - half < 0 ? 'start' : 'middle';
      const from = anchor === 'end' ? width - 2 * half : anchor === 'start' ? 0 : px(i) - half;
      if (from < free) return;
      free = from + 2 * half + 8;
      root.append(svg('text', {x: anchor === 'end' ? width : anchor === 'start' ? 0 : px(i),
        y: bottom + 18, 'text-anchor': anchor}, label));
    });
    root.append(svg('line', {class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom}));
    if (options.xTitle) root.append(svg('text', {x: (left + right) / 2, y: height - 4,
      'text-anchor': 'middle'}, options.xTitle));
    if (options.from !== undefined) {
      const at = px(options.from);
      root.append(svg('rect', {x: at, y: top, width: right - at, height: bottom - top,
        style: 'fill:var(--panel);opacity:.7'}));
      root.append(svg('line', {x1: at, x2: at, y1: top, y2: bottom,
        style: 'stroke:var(--muted)', 'stroke-dasharray': '3 3'}));
      root.append(svg('text', {x: at + 6, y: top + 12}, 'forecast'));
    }
    for (const s of shown) {
      let path = '', pen = false, points = 0;
      s.values.forEach((v, i) => {
        if (!isNumber(v)) { pen = false; return; }
        path += `${pen ? 'L' : 'M'}${px(i).toFixed(1)} ${py(v).toFixed(1)}`;
        pen = true; points += 1;
      });
      root.append(svg('path', {d: path, fill: 'none', 'stroke-linejoin': 'round',
        'stroke-linecap': 'round', 'stroke-dasharray': s.dash || '',
        style: `stroke:${s.color};stroke-width:${s.width || 2.2}`}));
      if (points === 1 || options.dots) s.values.forEach((v, i) => {
        if (isNumber(v)) root.append(svg('circle', {cx: px(i), cy: py(v), r: 4,
          style: `fill:${s.color}`}));
      });
    }
    const cross = svg('line', {y1: top, y2: bottom, style: 'stroke:var(--muted)',
      visibility: 'hidden'});
    root.append(cross);
    const tip = tooltip(box);
    root.onpointermove = event => {
      const bounds = root.getBoundingClientRect();
      const at = (event.clientX - bounds.left) * width / bounds.width;
      const i = Math.round((at - left) / (right - left) * (count - 1));
      if (i < 0 || i >= count) { tip.hide(); return; }
      cross.setAttribute('x1', px(i)); cross.setAttribute('x2', px(i));
      cross.setAttribute('visibility', 'visible');
      tip.show(px(i), event.clientY - bounds.top, (options.tipTitle || (t => t))(x[i]),
        shown.filter(s => isNumber(s.values[i]))
          .map(s => [s.label, format(s.values[i]), s.color]));
    };
    root.onpointerleave = () => { tip.hide(); cross.setAttribute('visibility', 'hidden'); };
    return root;
  });
  return redraw;
}
/** points: [{label, x, y, color}]; x on a log axis, less of both is better. */
function scatterChart(box, points, options) {
  responsive(box, width => {
    const height = 320, top = 24, bottom = height - 44, left = 44, right = width - 16;
    const xs = points.map(p => Math.log10(p.x)), ys = points.map(p => p.y);
    let x0 = Math.min(...xs), x1 = Math.max(...xs);
    let y0 = Math.min(...ys), y1 = Math.max(...ys);
    const padX = Math.max(.25, (x1 - x0) * .12), padY = (y1 - y0) * .16 || y1 * .1 || 1;
    x0 -= padX; x1 += padX; y0 -= padY; y1 += padY;
    const px = v => left + (Math.log10(v) - x0) / (x1 - x0) * (right - left);
    const py = v => bottom - (v - y0) / (y1 - y0) * (bottom - top);
    const root = svg('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img',
      'aria-label': `${options.title} against ${options.xTitle}`});
    root.append(svg('text', {x: 0, y: 11}, options.title));
    for (const v of ticks(y0, y1, 5)) {
      root.append(svg('line', {class: 'grid', x1: left, x2: right, y1: py(v), y2: py(v)}));
      root.append(svg('text', {x: left - 8, y: py(v) + 4, 'text-anchor': 'end'}, short(v)));
    }
    const factors = x1 - x0 > 3 ? [1] : x1 - x0 > 1.2 ? [1, 3] : [1, 2, 5];
    for (let e = Math.floor(x0); e <= Math.ceil(x1); e++) for (const f of factors) {
      const v = f * 10 ** e;
      if (Math.log10(v) < x0 || Math.log10(v) > x1) continue;
      root.append(svg('line', {class: 'grid', x1: px(v), x2: px(v), y1: top, y2: bottom}));
      root.append(svg('text', {x: px(v), y: bottom + 18, 'text-anchor': 'middle'},
        options.xFormat(v)));
    }
    root.append(svg('line', {class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom}));
    root.append(svg('text', {x: (left + right) / 2, y: height - 4, 'text-anchor': 'middle'},
      options.xTitle));
    let best = Infinity, path = '', corner = null;
    const lines = [];
    for (const p of [...points].sort((a, b) => a.x - b.x || a.y - b.y)) {
      if (p.y >= best) continue;
      if (corner) lines.push([px(corner.x), py(corner.y), px(p.x), py(corner.y)],
        [px(p.x), py(corner.y), px(p.x), py(p.y)]);
      corner = p;
      path += path ? `H${px(p.x)}V${py(p.y)}` : `M${px(p.x)} ${py(p.y)}`;
      best = p.y;
    }
    root.append(svg('path', {d: path, fill: 'none', 'stroke-dasharray': '4 4',
      style: 'stroke:var(--muted)'}));
    const tip = tooltip(box), taken = points.map(p =>
      [px(p.x) - 9, py(p.y) - 9, px(p.x) + 9, py(p.y) + 9]);
    for (const p of points) {
      const dot = svg('circle', {cx: px(p.x), cy: py(p.y), r: 7,
        style: `fill:${p.color};stroke:var(--bg);stroke-width:2`});
      dot.onpointerenter = () => tip.show(px(p.x), py(p.y), p.label,
        [[options.title, format(p.y)], [options.xName, options.xFormat(p.x)]]);
      dot.onpointerleave = () => tip.hide();
      root.append(dot);
      const size = p.label.length * 6.8;
      const spots = [[12, 4, 'start'], [-12, 4, 'end'], [0, -14, 'middle'],
        [0, 23, 'middle'], [12, -12, 'start'], [12, 20, 'start'],
        [-12, -12, 'end'], [-12, 20, 'end']];
      // First where no dashed line is crossed, then where one must be.
      const places = [true, false].flatMap(isFree => spots.map(s => [...s, isFree]));
      for (const [dx, dy, anchor, isFree] of places) {
        const x = px(p.x) + dx, y = py(p.y) + dy;
        const from = anchor === 'start' ? x : anchor === 'end' ? x - size : x - size / 2;
        const area = [from, y - 11, from + size, y + 3];
        const clear = area[0] > left - 4 && area[2] < width && area[1] > top - 8
          && area[3] < bottom && !(isFree && lines.some(t => t[2] >= area[0]
            && t[0] <= area[2] && t[3] >= area[1] && t[1] <= area[3]))
          && taken.every(t => t[2] < area[0] || t[0] > area[2]
            || t[3] < area[1] || t[1] > area[3]);
        if (!clear) continue;
        taken.push(area);
        root.append(svg('text', {class: 'name', x, y, 'text-anchor': anchor}, p.label));
        break;
      }
    }
    return root;
  });
}
