(() => {
  'use strict';

  const page = JSON.parse(document.getElementById('data').textContent);
  const RADII = { H: 0.31, C: 0.76, N: 0.71, O: 0.66, F: 0.57, S: 1.05, P: 1.07, Cl: 1.02, Br: 1.2, I: 1.39, B: 0.84, Si: 1.11 };
  const COLORS = { H: '#c9d2de', N: '#3f62d8', O: '#d8382f', F: '#3aa85a', Cl: '#2f9e44', Br: '#a1452c', I: '#7a3fa3', S: '#c9a227', P: '#dd7a1c', B: '#d89a86', Si: '#b79a6b' };

  // ---- small things ----

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
      else if (value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function figure(value) {
    if (value === null) return '–';
    if (typeof value === 'string') return value;
    if (Number.isInteger(value)) return Math.abs(value) < 1e5 ? String(value) : value.toLocaleString('en');
    const size = Math.abs(value);
    return size >= 1e5 || size < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  }

  function segments(names, chosen, onChoose) {
    const buttons = names.map(name => element('button', {
      type: 'button', 'aria-pressed': String(name === chosen),
      onclick: () => {
        buttons.forEach(b => b.setAttribute('aria-pressed', String(b.textContent === name)));
        onChoose(name);
      },
    }, name));
    return element('div', { class: 'seg', role: 'group' }, ...buttons);
  }

  function sizedCanvas(canvas) {
    const ratio = window.devicePixelRatio || 1;
    const box = canvas.getBoundingClientRect();
    canvas.width = Math.max(1, Math.round(box.width * ratio));
    canvas.height = Math.max(1, Math.round(box.height * ratio));
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { context, width: box.width, height: box.height };
  }

  const redraws = [];
  const onRedraw = draw => { redraws.push(draw); return draw; };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => redraws.forEach(draw => draw()));
  let resizing = 0;
  addEventListener('resize', () => { clearTimeout(resizing); resizing = setTimeout(() => redraws.forEach(draw => draw()), 120); });

  // ---- facts and tables ----

  function facts(section) {
    const list = element('dl', { class: 'facts' },
      ...section.values.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))));
    return section.open ? list : element('details', {}, element('summary', {}, `Show all ${section.values.length}`), list);
  }

  function table(section) {
    const numeric = section.columns.map((_, c) => section.rows.some(row => typeof row[c] === 'number')
      && section.rows.every(row => row[c] === null || typeof row[c] === 'number' || row[c] === ''));
    const body = element('tbody');
    const rows = section.rows.slice();
    let sorted = { column: -1, up: true };
    const fill = () => body.replaceChildren(...rows.map(row => element('tr', {},
      ...row.map((cell, c) => element('td', numeric[c] ? { class: 'number' } : {}, figure(cell))))));
    const sortBy = column => {
      sorted = { column, up: sorted.column === column ? !sorted.up : !numeric[column] };
      const sign = sorted.up ? 1 : -1;
      rows.sort((a, b) => {
        const [x, y] = [a[column], b[column]];
        if (x === null || y === null) return (x === null) - (y === null);
        return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y)));
      });
      fill();
    };
    fill();
    return element('div', { class: 'scroll' }, element('table', {},
      element('thead', {}, element('tr', {}, ...section.columns.map((name, c) => element('th', numeric[c] ? { class: 'number' } : {},
        element('button', { type: 'button', title: 'Sort', onclick: () => sortBy(c) }, name))))),
      body));
  }

  // ---- charts ----

  function chart(section) {
    const box = element('div', { class: 'chart' });
    let logarithmic = section.logarithmic;
    const positive = section.series.every(s => s.y.every(y => y === null || y > 0));
    const xs = [...new Set(section.series.flatMap(s => s.x))].sort((a, b) => a - b);
    const columns = section.series.map(s => {
      const at = new Map(s.x.map((x, i) => [x, s.y[i]]));
      return xs.map(x => at.has(x) ? at.get(x) : undefined);
    });
    let plot = null;
    const draw = onRedraw(() => {
      if (plot) plot.destroy();
      const axis = { stroke: color('--soft'), grid: { stroke: color('--grid'), width: 1 }, ticks: { stroke: color('--grid'), width: 1 }, font: '12px system-ui, sans-serif', labelFont: '12.5px system-ui, sans-serif', labelSize: 22 };
      plot = new uPlot({
        width: Math.max(280, box.clientWidth), height: 320,
        cursor: { drag: { x: true, y: false, uni: 20 }, points: { size: 7 } },
        scales: { x: { time: false }, y: { distr: logarithmic ? 3 : 1 } },
        axes: [{ ...axis, label: section.x }, { ...axis, label: section.y, size: 64, values: (_, ticks) => ticks.map(t => t === null ? '' : figure(t)) }],
        series: [{ label: section.x }, ...section.series.map((s, i) => ({
          label: s.name, stroke: color(`--s${i % 6 + 1}`), width: s.line === 'FAINT' ? 1 : 2, alpha: s.line === 'FAINT' ? 0.45 : 1,
          spanGaps: true, points: { show: s.line === 'POINTS', size: 6, fill: color(`--s${i % 6 + 1}`) }, value: (_, v) => v == null ? '–' : figure(v),
        }))],
      }, [xs, ...columns], box);
    });
    requestAnimationFrame(draw);
    const controls = element('div', { class: 'bar' });
    if (positive) controls.append(segments(['linear', 'logarithmic'], logarithmic ? 'logarithmic' : 'linear', name => { logarithmic = name === 'logarithmic'; draw(); }));
    controls.append(element('span', { class: 'legend' }, 'drag to zoom, double-click to go back, click a name to hide its curve'));
    return element('div', {}, controls, box);
  }

  // ---- the plane ----

  function plane(section) {
    const canvas = element('canvas', { class: 'plane', role: 'img', 'aria-label': section.title });
    const draw = onRedraw(() => {
      const { context: g, width, height } = sizedCanvas(canvas);
      const all = section.groups.flatMap(group => group.xy).filter(v => v !== null);
      const reach = 1.08 * Math.max(1e-9, ...all.map(Math.abs));
      const margin = 40, scale = (Math.min(width, height) - 2 * margin) / (2 * reach);
      const X = x => width / 2 + x * scale, Y = y => height / 2 - y * scale;
      g.clearRect(0, 0, width, height);
      g.font = '12px system-ui, sans-serif'; g.lineWidth = 1;
      const step = Math.pow(10, Math.floor(Math.log10(reach))), tick = reach / step > 5 ? 2 * step : reach / step > 2 ? step : step / 2;
      for (let v = -Math.floor(reach / tick) * tick; v <= reach; v += tick) {
        g.strokeStyle = color(Math.abs(v) < 1e-9 ? '--line' : '--grid');
        g.beginPath(); g.moveTo(X(v), Y(-reach)); g.lineTo(X(v), Y(reach)); g.moveTo(X(-reach), Y(v)); g.lineTo(X(reach), Y(v)); g.stroke();
        g.fillStyle = color('--soft'); g.textAlign = 'center'; g.fillText(figure(Number(v.toPrecision(6))), X(v), Y(-reach) + 16);
        g.textAlign = 'right'; g.fillText(figure(Number(v.toPrecision(6))), X(-reach) - 6, Y(v) + 4);
      }
      g.textAlign = 'center'; g.fillText(section.x, width / 2, Y(-reach) + 34);
      g.save(); g.translate(10, height / 2); g.rotate(-Math.PI / 2); g.fillText(section.y, 0, 0); g.restore();
      section.groups.forEach((group, i) => {
        g.strokeStyle = g.fillStyle = color(`--s${i % 6 + 1}`);
        const n = group.xy.length / 2;
        if (group.joined) {
          g.globalAlpha = 0.85; g.lineWidth = 1.6; g.beginPath();
          let pen = false;
          for (let k = 0; k < n; k++) {
            const [x, y] = [group.xy[2 * k], group.xy[2 * k + 1]];
            if (x === null) { pen = false; continue; }
            if (pen) g.lineTo(X(x), Y(y)); else g.moveTo(X(x), Y(y));
            pen = true;
          }
          g.stroke();
        } else {
          g.globalAlpha = n > 2000 ? 0.35 : 0.7;
          for (let k = 0; k < n; k++) { g.beginPath(); g.arc(X(group.xy[2 * k]), Y(group.xy[2 * k + 1]), n > 500 ? 1.5 : 2.4, 0, 7); g.fill(); }
        }
        g.globalAlpha = 1;
      });
    });
    requestAnimationFrame(draw);
    return element('div', {}, element('div', { class: 'bar' }, ...section.groups.map((group, i) => element('span', { class: 'legend' }, element('i', { style: `background:var(--s${i % 6 + 1})` }), group.name))), canvas);
  }

  // ---- pictures ----

  function picture(section) {
    const box = element('div', { class: 'scroll' });
    box.innerHTML = section.svg;
    return box;
  }

  // ---- checks ----

  function gauge(check) {
    const NS = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(NS, 'svg');
    const part = (name, attributes) => { const p = document.createElementNS(NS, name); for (const [k, v] of Object.entries(attributes)) p.setAttribute(k, v); svg.append(p); return p; };
    svg.setAttribute('class', 'gauge'); svg.setAttribute('viewBox', '0 0 260 22'); svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', `value ${figure(check.value)}, expected ${figure(check.expected)}, limit ${figure(check.limit)}`);
    const ratio = check.value === null ? Infinity : Math.abs(check.value - check.expected) / Math.abs(check.limit);
    const place = r => 130 + 60 * Math.log10(Math.min(100, Math.max(0.01, r)));
    const tone = check.passed ? (check.control ? 'var(--s3)' : 'var(--good)') : 'var(--bad)';
    part('rect', { x: check.control ? 130 : 4, y: 7, width: check.control ? 126 : 126, height: 8, rx: 4, fill: 'var(--accent-soft)' });
    part('line', { x1: 4, x2: 256, y1: 11, y2: 11, stroke: 'var(--line)' });
    part('line', { x1: 130, x2: 130, y1: 2, y2: 20, stroke: 'var(--soft)', 'stroke-width': 1.5 });
    part('circle', { cx: place(ratio || 0.01), cy: 11, r: 5, fill: tone });
    return svg;
  }

  function checks(section) {
    let shown = 'all';
    const body = element('tbody');
    const wrong = section.checks.filter(c => !c.passed).length;
    const fill = () => body.replaceChildren(...section.checks
      .filter(c => shown === 'all' || (shown === 'claims' ? !c.control : shown === 'negative controls' ? c.control : !c.passed))
      .map(c => element('tr', {}, element('td', {}, c.group), element('td', {}, c.subject), element('td', {}, c.statistic),
        element('td', { class: 'number' }, figure(c.value)), element('td', { class: 'number' }, figure(c.expected)), element('td', { class: 'number' }, `${c.control ? '>' : '±'} ${figure(c.limit)}`),
        element('td', {}, gauge(c)),
        element('td', {}, element('span', { class: `verdict ${c.passed ? (c.control ? 'detected' : 'good') : 'bad'}` },
          c.control ? (c.passed ? '✓ fault detected' : '✗ fault missed') : (c.passed ? '✓ holds' : '✗ fails'))))));
    fill();
    const heads = ['space', 'subject', 'statistic', 'value', 'expected', 'limit', 'distance ÷ limit: 0.01 … 1 … 100', 'verdict'];
    return element('div', {}, element('div', { class: 'bar' },
      segments(['all', 'claims', 'negative controls', `not as it should be (${wrong})`], 'all', name => { shown = name; fill(); })),
      element('div', { class: 'scroll' }, element('table', {}, element('thead', {}, element('tr', {}, ...heads.map((h, i) => element('th', i >= 3 && i <= 5 ? { class: 'number' } : {}, h)))), body)));
  }

  // ---- molecules ----

  const UNIT = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const times = (a, b) => [0, 3, 6].flatMap(r => [0, 1, 2].map(c => a[r] * b[c] + a[r + 1] * b[3 + c] + a[r + 2] * b[6 + c]));
  const turnX = a => [1, 0, 0, 0, Math.cos(a), -Math.sin(a), 0, Math.sin(a), Math.cos(a)];
  const turnY = a => [Math.cos(a), 0, Math.sin(a), 0, 1, 0, -Math.sin(a), 0, Math.cos(a)];

  // Rows are the principal axes of a cloud, widest first, by Jacobi rotations of its 3 x 3 covariance.
  function principalAxes(xyz) {
    const n = xyz.length / 3, mean = [0, 1, 2].map(k => xyz.reduce((s, v, i) => s + (i % 3 === k ? v : 0), 0) / n);
    const a = [0, 1, 2].map(r => [0, 1, 2].map(c => { let s = 0; for (let i = 0; i < n; i++) s += (xyz[3 * i + r] - mean[r]) * (xyz[3 * i + c] - mean[c]); return s; }));
    const v = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    for (let sweep = 0; sweep < 12; sweep++) for (const [p, q] of [[0, 1], [0, 2], [1, 2]]) {
      if (Math.abs(a[p][q]) < 1e-12) continue;
      const angle = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]), c = Math.cos(angle), s = Math.sin(angle);
      for (let k = 0; k < 3; k++) { const [x, y] = [a[k][p], a[k][q]]; a[k][p] = c * x - s * y; a[k][q] = s * x + c * y; }
      for (let k = 0; k < 3; k++) { const [x, y] = [a[p][k], a[q][k]]; a[p][k] = c * x - s * y; a[q][k] = s * x + c * y; }
      for (let k = 0; k < 3; k++) { const [x, y] = [v[k][p], v[k][q]]; v[k][p] = c * x - s * y; v[k][q] = s * x + c * y; }
    }
    const order = [0, 1, 2].sort((i, j) => a[j][j] - a[i][i]);
    const rows = order.map(i => [v[0][i], v[1][i], v[2][i]]);
    const [x, y] = rows, z = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
    return { turn: [...x, ...y, ...z], mean };
  }

  // References are of one colour; an ensemble's carbons tell that it is generated.
  function tone(symbol, shape, ensemble) {
    if (shape.reference) return color('--reference');
    return COLORS[symbol] || color(ensemble ? '--generated' : '--carbon');
  }

  // Draws sticks on a plain canvas; far ones first.
  function sketch(canvas, molecule, shapes, turn, hydrogens, mean, ensemble) {
    const { context: g, width, height } = sizedCanvas(canvas);
    g.clearRect(0, 0, width, height);
    const placed = shapes.map(shape => {
      const out = [];
      for (let i = 0; i < shape.xyz.length; i += 3) {
        const d = [0, 1, 2].map(k => shape.xyz[i + k] / 1000 - mean[k]);
        out.push([0, 3, 6].map(r => turn[r] * d[0] + turn[r + 1] * d[1] + turn[r + 2] * d[2]));
      }
      return out;
    });
    const reachX = Math.max(0.6, ...placed.flat().map(p => Math.abs(p[0]))) + 0.5, reachY = Math.max(0.6, ...placed.flat().map(p => Math.abs(p[1]))) + 0.5;
    const scale = Math.min(width / (2 * reachX), height / (2 * reachY));
    const X = p => width / 2 + p[0] * scale, Y = p => height / 2 - p[1] * scale;
    const sticks = [];
    shapes.forEach((shape, s) => {
      for (let b = 0; b < molecule.bonds.length; b += 3) {
        const [i, j] = [molecule.bonds[b], molecule.bonds[b + 1]];
        if (!hydrogens && (molecule.symbols[i] === 'H' || molecule.symbols[j] === 'H')) continue;
        sticks.push({ s, i, j, z: placed[s][i][2] + placed[s][j][2], shape });
      }
    });
    sticks.sort((a, b) => a.z - b.z);
    g.lineCap = 'round';
    g.lineWidth = Math.max(1.4, Math.min(7, scale * (shapes.length > 1 ? 0.12 : 0.2)));
    for (const { s, i, j, shape } of sticks) {
      const p = placed[s][i], q = placed[s][j], m = [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
      for (const [from, atom] of [[p, i], [q, j]]) {
        g.strokeStyle = tone(molecule.symbols[atom], shape, ensemble);
        g.beginPath(); g.moveTo(X(from), Y(from)); g.lineTo(X(m), Y(m)); g.stroke();
      }
    }
  }

  // A stage on a plain canvas, turned by dragging: what is used where the viewer is not.
  function canvasStage(box) {
    const canvas = element('canvas');
    box.append(canvas);
    let scene = null, turn = UNIT;
    const draw = onRedraw(() => { if (scene) sketch(canvas, scene.molecule, scene.shapes, turn, scene.hydrogens, scene.mean, scene.ensemble); });
    let last = null;
    canvas.addEventListener('pointerdown', e => { last = [e.clientX, e.clientY]; canvas.setPointerCapture(e.pointerId); });
    canvas.addEventListener('pointerup', () => { last = null; });
    canvas.addEventListener('pointermove', e => {
      if (!last) return;
      turn = times(times(turnX((e.clientY - last[1]) * 0.01), turnY((e.clientX - last[0]) * 0.01)), turn);
      last = [e.clientX, e.clientY];
      draw();
    });
    return {
      show(next, fresh) {
        const axes = principalAxes(next.base.map(v => v / 1000));
        scene = { ...next, mean: axes.mean };
        if (fresh) turn = axes.turn;
        requestAnimationFrame(draw);
      },
    };
  }

  // A stage drawn by 3Dmol.js.
  function viewerStage(box) {
    const viewer = $3Dmol.createViewer(box, { backgroundColor: color('--stage'), backgroundAlpha: 0, antialias: true });
    onRedraw(() => { viewer.resize(); viewer.render(); });
    function add(scene, shape) {
      const model = viewer.addModel();
      const { molecule } = scene, atoms = [];
      const turned = v => [0, 3, 6].map(r => scene.turn[r] * v[0] + scene.turn[r + 1] * v[1] + scene.turn[r + 2] * v[2]);
      for (let i = 0; i < molecule.symbols.length; i++) {
        const [x, y, z] = turned([0, 1, 2].map(k => shape.xyz[3 * i + k] / 1000 - scene.mean[k]));
        atoms.push({ elem: molecule.trace ? 'C' : molecule.symbols[i], x, y, z, bonds: [], bondOrder: [], serial: i,
          ...(molecule.trace ? { atom: 'CA', resn: 'GLY', resi: i + 1, chain: 'A' } : {}) });
      }
      for (let b = 0; b < molecule.bonds.length; b += 3) {
        const [i, j, order] = molecule.bonds.slice(b, b + 3);
        if (!scene.hydrogens && (molecule.symbols[i] === 'H' || molecule.symbols[j] === 'H')) continue;
        atoms[i].bonds.push(j); atoms[i].bondOrder.push(order);
        atoms[j].bonds.push(i); atoms[j].bondOrder.push(order);
      }
      model.addAtoms(atoms);
      const many = scene.shapes.length > 1, radius = shape.reference ? 0.05 : many ? 0.08 : 0.13;
      const scheme = atom => tone(atom.elem, shape, scene.ensemble);
      const stick = { radius, singleBonds: many, doubleBondScaling: 0.6, tripleBondScaling: 0.5, colorfunc: scheme };
      const style = { stick };
      if (!many && !molecule.trace) style.sphere = { scale: 0.22, colorfunc: scheme };
      model.setStyle({}, molecule.trace ? { stick: { radius: many ? 0.3 : 0.45, colorfunc: atom => shape.reference ? color('--reference') : `hsl(${Math.round(240 - 240 * atom.serial / molecule.symbols.length)} 60% 50%)` } } : style);
      if (!scene.hydrogens) model.setStyle({ elem: 'H' }, {});
    }
    return {
      show(next, fresh) {
        const axes = principalAxes(next.base.map(v => v / 1000));
        const scene = { ...next, turn: axes.turn, mean: axes.mean };
        viewer.removeAllModels();
        scene.shapes.forEach(shape => add(scene, shape));
        if (fresh) { viewer.resize(); viewer.setView([0, 0, 0, 0, 0, 0, 0, 1]); viewer.zoomTo(); viewer.zoom(scene.hydrogens ? 1.15 : 1.5); }
        viewer.render();
      },
    };
  }

  function hasWebGl() {
    try { return !!document.createElement('canvas').getContext('webgl2') || !!document.createElement('canvas').getContext('webgl'); } catch { return false; }
  }

  function gallery(section) {
    const stageBox = element('div', { class: 'stage' });
    const controls = element('div', { class: 'bar' }), lower = element('div', { class: 'bar' }), under = element('div', { class: 'under' });
    let stage = null, molecule = section.molecules[0], mode = 'ensemble', hydrogens = molecule.trace || molecule.conformers.length < 3, references = true, index = 0, frame = 0, playing = 0;

    const made = () => molecule.conformers.filter(c => !c.reference);
    const known = () => molecule.conformers.filter(c => c.reference);

    function shapes() {
      if (mode === 'trajectory') return [{ label: '', reference: false, xyz: molecule.trajectory[frame].xyz }];
      const chosen = mode === 'ensemble' ? made() : [made()[index] || molecule.conformers[0]];
      return references && mode === 'ensemble' ? [...known(), ...chosen] : chosen;
    }

    function show(fresh) {
      stage.show({ molecule, shapes: shapes(), hydrogens, base: molecule.conformers[0].xyz, ensemble: mode === 'ensemble' }, fresh);
      describe();
    }

    function describe() {
      const rows = [...molecule.facts];
      if (mode === 'one by one' && made()[index]) rows.unshift(['shown', made()[index].label]);
      if (mode === 'trajectory') rows.unshift(['time', figure(molecule.trajectory[frame].time)]);
      under.replaceChildren(...rows.map(([name, value]) => element('div', {}, element('span', {}, `${name} `), element('b', {}, value))));
    }

    function stop() { clearInterval(playing); playing = 0; }

    function fillControls() {
      stop();
      const modes = ['ensemble', 'one by one', ...(molecule.trajectory.length ? ['trajectory'] : [])];
      if (!modes.includes(mode)) mode = 'ensemble';
      controls.replaceChildren(segments(modes, mode, name => { mode = name; fillControls(); show(name === 'trajectory'); }));
      if (!molecule.trace) controls.append(element('label', {}, box(hydrogens, on => { hydrogens = on; show(false); }), 'hydrogens'));
      if (known().length && mode === 'ensemble') {
        controls.append(element('label', {}, box(references, on => { references = on; show(false); }), `references (${known().length})`),
          element('span', { class: 'legend' }, element('i', { style: 'background:var(--generated)' }), 'generated', element('i', { style: 'background:var(--reference);margin-left:8px' }), 'reference'));
      }
      lower.replaceChildren();
      if (mode === 'one by one' && made().length > 1) {
        index = Math.min(index, made().length - 1);
        lower.append(range(made().length, index, i => { index = i; show(false); }), `${made().length} conformers`);
      }
      if (mode === 'trajectory') {
        const slider = range(molecule.trajectory.length, frame = molecule.trajectory.length - 1, i => { stop(); frame = i; show(false); });
        lower.append(element('button', { class: 'plain', type: 'button', onclick: () => {
          if (playing) return stop();
          frame = frame === molecule.trajectory.length - 1 ? 0 : frame;
          playing = setInterval(() => { slider.value = ++frame; show(false); if (frame >= molecule.trajectory.length - 1) stop(); }, 60);
        } }, 'play'), slider, 'from noise (0) to molecule (1)');
      }
    }

    function box(on, onChange) {
      const input = element('input', { type: 'checkbox', onchange: () => onChange(input.checked) });
      input.checked = on;
      return input;
    }

    function range(count, at, onChange) {
      const input = element('input', { type: 'range', min: 0, max: count - 1, step: 1, 'aria-label': 'position', oninput: () => onChange(Number(input.value)) });
      input.value = at;
      return input;
    }

    const cards = section.molecules.map(one => {
      const thumb = element('canvas');
      const fact = one.facts.length ? `${one.facts[0][0]} ${one.facts[0][1]}` : `${one.conformers.length} conformers`;
      const card = element('button', { type: 'button', 'aria-pressed': 'false', title: one.name, onclick: () => choose(one) },
        thumb, element('div', {}, element('b', {}, one.name), element('span', {}, fact)));
      requestAnimationFrame(onRedraw(() => {
        const axes = principalAxes(one.conformers[0].xyz.map(v => v / 1000));
        sketch(thumb, one, [{ xyz: one.conformers[0].xyz, reference: false }], axes.turn, false, axes.mean, false);
      }));
      return card;
    });

    function choose(one) {
      molecule = one;
      if (one.trace) hydrogens = true;
      index = 0;
      cards.forEach((card, i) => card.setAttribute('aria-pressed', String(section.molecules[i] === one)));
      fillControls();
      show(true);
    }

    requestAnimationFrame(() => {
      const viewer = typeof $3Dmol !== 'undefined' && hasWebGl();
      stage = viewer ? viewerStage(stageBox) : canvasStage(stageBox);
      stageBox.append(element('span', { class: 'hint' }, viewer ? 'drag to turn, scroll to zoom' : 'drag to turn'));
      choose(section.molecules[0]);
    });
    return element('div', { class: 'gallery' }, element('div', { class: 'cards' }, ...cards), element('div', {}, controls, stageBox, element('div', { style: 'height:10px' }), lower, under));
  }

  // ---- the page ----

  const drawers = { facts, table, chart, plane, picture, checks, gallery };

  document.getElementById('top').append(element('div', { class: 'inner' },
    element('div', { class: 'eyebrow' }, 'Quotient'), element('h1', {}, page.title), element('p', {}, page.subtitle),
    ...(page.highlights.length ? [element('dl', { class: 'highlights' }, ...page.highlights.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))))] : [])));
  const links = page.sections.map((section, i) => {
    const body = element('div', { class: 'body' }, drawers[section.type](section));
    document.getElementById('sections').append(element('section', { id: `s${i}` }, element('h2', {}, section.title),
      ...(section.note ? [element('p', { class: 'note' }, section.note)] : []), body));
    const link = element('a', { href: `#s${i}` }, section.title);
    document.getElementById('contents').append(link);
    return link;
  });
  const seen = new IntersectionObserver(entries => entries.forEach(entry => {
    if (entry.isIntersecting) links.forEach(link => link.classList.toggle('here', link.getAttribute('href') === `#${entry.target.id}`));
  }), { rootMargin: '-10% 0px -75% 0px' });
  document.querySelectorAll('main section').forEach(section => seen.observe(section));
})();
