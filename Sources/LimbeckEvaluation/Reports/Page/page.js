// The report's sections: from the page's data to its charts.
const data = JSON.parse(document.getElementById('data').textContent);
const byId = Object.fromEntries(data.models.map(m => [m.id, m]));
const dashes = {persistence: '1 4', historicalAverage: '2 4', ridge: '6 3'};
// Further students have colours by their number.
const further = data.models.filter(m => m.role.startsWith('student ')).map(m => m.role);
const color = role => further.includes(role) ? `var(--further${further.indexOf(role) % 4})`
  : `var(--${role}, var(--historicalAverage))`;
const style = (id, rest) => ({id, label: byId[id] ? byId[id].name : id,
  color: color(byId[id] ? byId[id].role : 'persistence'),
  dash: byId[id] ? dashes[byId[id].role] || (isModel(id) ? '' : '5 2 1 2') : '',
  width: byId[id] && byId[id].role === 'distilledStudent' ? 3 : 2.2, ...rest});
const errorTitle = data.metricTitle + (data.unit ? `, ${data.unit}` : '');
const isModel = id => /teacher|[sS]tudent/.test(byId[id].role);
const find = name => document.querySelector(`[data-chart=${name}]`);
/** Baselines far above the rest start hidden: they would flatten every difference. */
function hideOutliers(series) {
  const mean = s => { const v = s.values.filter(isNumber);
    return v.reduce((a, b) => a + b, 0) / v.length; };
  const main = series.filter(s => byId[s.id] && /teacher|[sS]tudent/.test(byId[s.id].role));
  const limit = 1.35 * Math.max(...main.map(mean));
  for (const s of series) s.hidden = main.length > 0 && mean(s) > limit;
  return series;
}
function lines(name, x, series, options) {
  const box = find(name);
  if (!box || !series.length) return;
  const redraw = lineChart(box, x, series, options);
  legend(box, series, redraw);
}
function curves() {
  const count = Math.max(0, ...data.curves.map(c => c.validation.length));
  const x = Array.from({length: count}, (_, i) => String(i + 1));
  for (const [key, title] of [['validation', 'Validation ' + errorTitle],
    ['training', 'Training loss']])
    lines(key, x, data.curves.filter(c => c[key].some(isNumber))
      .map(c => style(c.model, {values: c[key]})),
      {title, xTitle: 'epoch', tickShift: 1, tipTitle: t => `Epoch ${t}`});
}
function byStep() {
  const rows = data.models.filter(m => (m.errorByHorizon || []).some(isNumber));
  const count = Math.max(0, ...rows.map(m => m.errorByHorizon.length));
  if (count > 1) lines('horizon', Array.from({length: count}, (_, i) => String(i + 1)),
    hideOutliers(rows.map(m => style(m.id, {values: m.errorByHorizon}))),
    {title: errorTitle, xTitle: `time ahead, ${data.stepUnit}`, zero: true,
      tipTitle: t => `${t} ${data.stepUnit} ahead`});
  const parts = data.models.filter(m => (m.errorByCourse || []).some(isNumber));
  const isHour = data.course === 'hour';
  lines('course', data.courseLabels,
    hideOutliers(parts.map(m => style(m.id, {values: m.errorByCourse}))),
    {title: errorTitle, xTitle: isHour ? 'local hour of the day' : '', zero: true,
      tipTitle: t => isHour ? `${t}:00–${(+t + 1) % 24}:00` : t});
}
function samples() {
  const box = find('samples');
  if (!box || !data.samples.length) return;
  const place = document.getElementById('place');
  const origin = document.getElementById('origin');
  const unique = list => [...new Set(list)];
  const fill = (select, items) => {
    const old = select.value;
    select.replaceChildren(...items.map(i => html('option', {value: i}, i)));
    if (items.includes(old)) select.value = old;
  };
  const hidden = {};
  let first = true;
  const draw = () => {
    fill(origin, data.samples.filter(s => s.place === place.value).map(s => s.origin));
    const sample = data.samples.find(
      s => s.place === place.value && s.origin === origin.value);
    const fresh = html('div', {class: 'chart', 'data-chart': 'samples'});
    const old = find('samples');
    const above = old.previousElementSibling;
    if (above.className === 'legend') above.remove();
    old.replaceWith(fresh);
    const count = Math.max(...Object.values(sample.forecasts).map(v => v.length), 0);
    const before = sample.times.length - count;
    const series = [{id: '', label: 'Observed', color: 'var(--ink)', width: 2.2,
      values: sample.truth}];
    for (const m of data.models) if (sample.forecasts[m.id]) series.push(style(m.id, {
      values: [...Array(before).fill(null), ...sample.forecasts[m.id]]}));
    for (const s of series) {
      if (first && byId[s.id]) hidden[s.id] = !/teacher|[sS]tudent/.test(byId[s.id].role);
      s.hidden = Boolean(hidden[s.id]);
    }
    first = false;
    const redraw = lineChart(fresh, sample.times, series, {title: sample.unit || data.unit || 'value',
      zero: true, from: before > 0 ? before - 1 : undefined, height: 320});
    legend(fresh, series, () => {
      for (const s of series) hidden[s.id] = s.hidden;
      redraw();
    });
  };
  fill(place, unique(data.samples.map(s => s.place)));
  place.onchange = origin.onchange = draw;
  draw();
}
/** An empty box in place of a drawn one, its legend gone. */
function emptied(name) {
  const old = find(name), box = html('div', {class: 'chart', 'data-chart': name});
  const above = old.previousElementSibling;
  if (above && above.className === 'legend') above.remove();
  old.replaceWith(box);
}
function labels() {
  if (!data.labels.length) return;
  const select = document.getElementById('label');
  const draw = () => {
    const label = data.labels[select ? +select.value : 0];
    for (const table of document.querySelectorAll('[data-label]'))
      table.hidden = select ? table.dataset.label !== select.value : false;
    const shares = count => Array.from({length: count}, (_, i) => i);
    const known = data.models.filter(m => label.curves[m.id]);
    const of = key => known.filter(m => label.curves[m.id][key].length)
      .map(m => style(m.id, {values: label.curves[m.id][key]}));
    for (const name of ['precision', 'roc', 'calibration']) emptied(name);
    lines('precision', shares(50).map(i => `${2 * (i + 1)} %`), of('precision'),
      {title: 'precision', xTitle: 'recall', zero: true, tickShift: 1, tipTitle: t => `Recall ${t}`});
    lines('roc', shares(51).map(i => `${2 * i} %`), of('recall'),
      {title: 'recall', xTitle: 'false alarms, share of what does not hold', zero: true,
        tipTitle: t => `False alarms ${t}`});
    lines('calibration', shares(10).map(i => `${10 * i}–${10 * i + 10} %`), [{id: '', label: 'As told',
      color: 'var(--muted)', dash: '4 4', width: 1.6, values: shares(10).map(i => i / 10 + .05)},
      ...of('calibration').map(s => ({...s, hidden: !isModel(s.id)}))],
      {title: 'came true', xTitle: 'probability', zero: true, dots: true, tipTitle: t => `Told ${t}`});
  };
  if (select) select.onchange = draw;
  draw();
}
function reliability() {
  if (!data.reliability) return;
  const levels = data.reliability.levels;
  lines('reliability', levels.map(v => String(v)), [{id: '', label: 'As promised', color: 'var(--muted)',
    dash: '4 4', width: 1.6, values: levels}, ...data.models.filter(m => data.reliability.shares[m.id])
    .map(m => style(m.id, {values: data.reliability.shares[m.id]}))],
    {title: 'at or below', xTitle: 'quantile', zero: true, dots: true, tipTitle: t => `Quantile ${t}`});
}
function costs() {
  for (const [name, key, xTitle, xName, xFormat] of [
    ['size', 'bytes', 'size of the file, log scale', 'Size',
      v => short(v).replace(/ ?([kMG]?)$/, ' $1B').trim()],
    ['latency', 'latencyMicroseconds', 'time for one forecast, log scale', 'Latency',
      v => v >= 1e6 ? short(v / 1e6) + ' s' : v >= 1e3 ? short(v / 1e3) + ' ms'
        : short(v) + ' µs']]) {
    const box = find(name);
    if (!box) continue;
    let points = data.models.filter(m => m[key] > 0 && isNumber(m.metrics[data.metric]))
      .map(m => ({...style(m.id), x: m[key], y: m.metrics[data.metric]}));
    const best = Math.min(...points.map(p => p.y));
    const left = points.filter(p => p.y > 1.35 * best);
    points = points.filter(p => p.y <= 1.35 * best);
    if (!points.length) continue;
    scatterChart(box, points, {title: errorTitle, xTitle, xName, xFormat});
    const free = data.models.filter(m => m[key] === 0 && isNumber(m.metrics[data.metric]))
      .map(m => `${m.name} (${format(m.metrics[data.metric])}) ${name === 'size'
        ? 'stores nothing' : 'takes no time'}`);
    const beyond = left.map(p => `${p.label} (${format(p.y)})`);
    const notes = [...(beyond.length ? ['Beyond the chart: ' + beyond.join(', ')] : []),
      ...(free.length ? ['Not on a log scale: ' + free.join(', ')] : [])];
    if (notes.length) box.after(html('p', {class: 'hint below'}, notes.join('. ') + '.'));
  }
}
function trials() {
  if (!data.trials.length) return;
  lines('trials', data.trials.map(t => String(t.number)), [{id: '', label: 'Student',
    color: 'var(--distilledStudent)', width: 3, values: data.trials.map(t => t.error)}],
    {title: 'Validation ' + errorTitle, xTitle: 'trial', height: 220, dots: true,
      tipTitle: t => `Trial ${t}`});
}
curves(); labels(); reliability(); byStep(); samples(); costs(); trials(); places();
