// The report's map of errors and the ranking beside it, drawn from coordinates alone.
function places() {
  const box = find('map'), list = find('ranking');
  const choice = document.getElementById('error');
  if (!box || !data.places.length) return;
  const shown = data.models.filter(m => data.places.some(p => isNumber(p.errors[m.id])));
  const role = name => shown.find(m => m.role === name);
  const main = role('distilledStudent') || role('teacher') || shown[0];
  const modes = shown.map(m => ({label: m.name, value: p => p.errors[m.id]}));
  modes.sort((a, b) => (b.label === main.name) - (a.label === main.name));
  const alone = role('conventionalStudent'), distilled = role('distilledStudent');
  if (alone && distilled) modes.push({label: 'What distilling gained', gain: true,
    value: p => p.errors[alone.id] - p.errors[distilled.id]});
  modes.forEach((m, i) => choice.append(html('option', {value: i}, m.label)));
  const located = data.places.filter(p => isNumber(p.latitude) && isNumber(p.longitude));
  let mode = modes[0], edges = [], name = 's';
  const dots = new Map(), labels = new Map();
  function scale() {
    const values = data.places.map(mode.value).filter(isNumber).sort((a, b) => a - b);
    if (mode.gain) {
      const size = Math.max(...values.map(Math.abs)) || 1;
      name = 'd';
      edges = [.3, .06, -.06, -.3].map(f => f * size);
      return;
    }
    name = 's';
    edges = [1, 2, 3, 4, 5].map(i => values[Math.floor(i * values.length / 6)]);
  }
  const level = v => !isNumber(v) ? -1
    : edges.filter(e => mode.gain ? v < e : v >= e).length;
  const color = v => level(v) < 0 ? 'var(--line)' : `var(--${name}${level(v)})`;
  const unit = data.unit ? ' ' + data.unit : '';
  const text = v => (mode.gain && v > 0 ? '+' : '') + format(v) + unit;
  function describe(p) {
    const rows = [[mode.gain ? 'Gain' : data.metricTitle, text(mode.value(p)), color(mode.value(p))]];
    if (isNumber(p.level)) rows.push(['Mean observed', format(p.level) + unit]);
    if (isNumber(p.level) && p.level > 0 && !mode.gain)
      rows.push(['In proportion', format(100 * mode.value(p) / p.level) + ' %']);
    return rows;
  }
  function highlight(p, on) {
    if (dots.has(p)) dots.get(p).style.strokeWidth = on ? '3' : '';
    if (labels.has(p)) labels.get(p).style.fontWeight = on ? '700' : '';
  }
  const redrawMap = located.length < 2 ? () => {} : responsive(box, width => {
    const middle = located.reduce((s, p) => s + p.latitude, 0) / located.length;
    const shrink = Math.cos(middle * Math.PI / 180);
    const xs = located.map(p => p.longitude * shrink), ys = located.map(p => p.latitude);
    const wide = Math.max(...xs) - Math.min(...xs) || 1e-3;
    const high = Math.max(...ys) - Math.min(...ys) || 1e-3;
    const pad = 22, factor = Math.min((width - 2 * pad) / wide, 460 / high);
    const height = Math.max(220, Math.round(high * factor + 2 * pad + 22));
    const offX = (width - wide * factor) / 2;
    const px = p => offX + (p.longitude * shrink - Math.min(...xs)) * factor;
    const py = p => pad + (Math.max(...ys) - p.latitude) * factor;
    const root = svg('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img',
      'aria-label': 'Map of the error by place'});
    for (const [a, b] of data.edges) {
      const from = data.places[a], to = data.places[b];
      if (!located.includes(from) || !located.includes(to)) continue;
      root.append(svg('line', {class: 'axis', x1: px(from), y1: py(from), x2: px(to),
        y2: py(to)}));
    }
    const tip = tooltip(box);
    const rank = p => level(mode.value(p));
    for (const p of [...located].sort((a, b) => rank(a) - rank(b))) {
      const dot = svg('circle', {cx: px(p), cy: py(p), r: located.length > 80 ? 5 : 9,
        stroke: 'var(--ink)', 'stroke-opacity': .55,
        style: `fill:${color(mode.value(p))}`});
      dot.onpointerenter = () => { highlight(p, true);
        tip.show(px(p), py(p), p.name, describe(p)); };
      dot.onpointerleave = () => { highlight(p, false); tip.hide(); };
      dots.set(p, dot);
      root.append(dot);
    }
    // The places with the most of what is shown, as many as fit.
    const taken = located.map(p => [px(p) - 10, py(p) - 10, px(p) + 10, py(p) + 10]);
    const largest = [...located].filter(p => isNumber(mode.value(p)))
      .sort((a, b) => Math.abs(mode.value(b)) - Math.abs(mode.value(a))).slice(0, 5);
    for (const p of largest) {
      const text = p.name.length > 28 ? p.name.slice(0, 27).trim() + '…' : p.name;
      const size = text.length * 6.8;
      for (const [dx, dy, anchor] of [[13, 4, 'start'], [-13, 4, 'end'],
        [0, -14, 'middle'], [0, 23, 'middle']]) {
        const x = px(p) + dx, y = py(p) + dy;
        const from = anchor === 'start' ? x : anchor === 'end' ? x - size : x - size / 2;
        const area = [from, y - 11, from + size, y + 3];
        if (area[0] < 0 || area[2] > width || area[1] < 0 || area[3] > height - 22
          || taken.some(t => t[2] >= area[0] && t[0] <= area[2]
            && t[3] >= area[1] && t[1] <= area[3])) continue;
        taken.push(area);
        root.append(svg('text', {class: 'name', x, y, 'text-anchor': anchor}, text));
        break;
      }
    }
    const metres = wide * 111320 * 90 / (wide * factor);
    const power = 10 ** Math.floor(Math.log10(metres));
    const round = [5, 2, 1].map(f => f * power).find(v => v <= metres);
    const bar = round / 111320 * factor;
    root.append(svg('path', {d: `M8 ${height - 14}v5h${bar}v-5`, fill: 'none',
      style: 'stroke:var(--muted)'}));
    root.append(svg('text', {x: 8 + bar + 8, y: height - 8},
      round >= 1000 ? `${round / 1000} km` : `${round} m`));
    return root;
  });
  const redrawList = responsive(list, width => {
    const rows = [...data.places].filter(p => isNumber(mode.value(p)))
      .sort((a, b) => mode.value(b) - mode.value(a));
    const count = rows.length, few = count <= 24 ? rows
      : [...rows.slice(0, 12), null, ...rows.slice(-8)];
    const height = few.length * 22 + 6, left = Math.min(width * .5,
      8 + 6.6 * Math.max(...few.filter(Boolean).map(p => p.name.length)));
    const values = rows.map(mode.value), low = Math.min(0, ...values);
    const high = Math.max(0, ...values), span = high - low || 1;
    const px = v => left + 8 + (v - low) / span * (width - left - 74);
    const root = svg('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img',
      'aria-label': 'Places by error'});
    few.forEach((p, i) => {
      const y = i * 22 + 15;
      if (!p) { root.append(svg('text', {x: left, y, 'text-anchor': 'end'}, '…')); return; }
      const v = mode.value(p), letters = Math.floor((left - 8) / 6.3);
      const label = svg('text', {x: left, y, 'text-anchor': 'end'},
        p.name.length > letters ? p.name.slice(0, letters - 1).trim() + '…' : p.name);
      label.append(svg('title', {}, p.name));
      const group = svg('g');
      group.append(svg('rect', {x: 0, y: y - 15, width, height: 22, fill: 'transparent'}),
        label, svg('rect', {x: Math.min(px(0), px(v)), y: y - 11, height: 14, rx: 2,
          width: Math.max(1, Math.abs(px(v) - px(0))), style: `fill:${color(v)}`}),
        svg('text', {x: Math.max(px(v), px(0)) + 6, y}, format(v)));
      labels.set(p, label);
      group.onpointerenter = () => highlight(p, true);
      group.onpointerleave = () => highlight(p, false);
      root.append(group);
    });
    return root;
  });
  const key = html('div', {class: 'scale'});
  list.after(key);
  function drawKey() {
    const cells = html('span', {class: 'cells'});
    for (let i = 0; i < (mode.gain ? 5 : 6); i++)
      cells.append(html('i', {style: `background:var(--${name}${mode.gain ? 4 - i : i})`}));
    const values = data.places.map(mode.value).filter(isNumber);
    key.replaceChildren(mode.gain ? 'lost' : format(Math.min(...values)), cells,
      mode.gain ? 'gained' : format(Math.max(...values)) + unit);
  }
  choice.onchange = () => {
    mode = modes[choice.value]; scale(); redrawMap(); redrawList(); drawKey();
  };
  scale(); redrawMap(); redrawList(); drawKey();
  if (located.length < 2) box.replaceChildren(
    html('p', {class: 'hint'}, 'No coordinates were given, so there is no map.'));
}
