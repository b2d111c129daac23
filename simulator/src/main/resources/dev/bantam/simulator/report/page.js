'use strict';
// Draws the report that lies in this page as JSON. Texts of the report go into the page as texts only, never as markup.
(() => {
  const {make, number, time, clock, words, sum, most, colour, card, table, dot} = pieces;
  const report = JSON.parse(document.getElementById('report').textContent);
  const page = document.getElementById('page');
  const series = report.series;
  const at = series.at_s;
  const perSecond = seconds => (count, i) => count == null ? null : count / seconds[i];
  // The last sample can be taken next to no time after the one before it.
  const spans = at.map((time, i) => Math.max(series.interval_s / 2, time - (i ? at[i - 1] : 0)));

  //---- what is above the plots

  const tile = (name, value, unit, more, bad) => make('div', {class: 'tile'},
    make('div', {class: 'name'}, name),
    make('div', {class: 'value'}, value, unit ? make('small', {}, unit) : null),
    make('div', {class: bad ? 'more bad-text' : 'more'}, more));

  const head = () => {
    const [mood, verdict] = !report.complete ? ['wait', 'Interrupted'] : report.ok ? ['good', '✓ As expected'] : ['bad', '✗ Not as expected'];
    document.title = report.scenario + ' – ' + verdict.replace(/^[✓✗] /, '').toLowerCase();
    const fact = (name, value, kind) => make('div', {}, make('dt', {}, name), make('dd', kind ? {class: kind} : {}, value));
    return [
      make('header', {},
        make('div', {class: 'head'}, make('h1', {}, report.scenario), make('span', {class: 'pill ' + mood, role: 'status'}, verdict)),
        report.summary ? make('p', {class: 'lead'}, report.summary) : null),
      make('dl', {class: 'facts'},
        fact('started', report.started_at.replace('T', ' ').replace('Z', ' UTC')),
        fact('took', number(report.wall_s) + ' s'),
        fact('speed', number(report.speed) + '×'),
        fact('seed', String(report.seed)),
        fact('schedule', report.schedule_sha256, 'hash'))];
  };

  const tiles = () => {
    const messages = report.messages, requests = report.requests;
    const missing = messages.dropped + messages.unacknowledged;
    const list = [];
    if (messages.scheduled > 0) {
      list.push(tile('Messages', number(messages.scheduled), '', missing ? number(missing) + ' lost' : 'none lost', missing > 0));
      list.push(tile('Messages a second', number((messages.sent + messages.acknowledged) / report.wall_s), '/s', 'on average'));
    }
    if (requests.sent > 0) {
      const rest = ['refused', 'expired', 'lost'].filter(key => requests[key] > 0).map(key => number(requests[key]) + ' ' + key).join(', ');
      list.push(tile('Requests answered', number(requests.answered), 'of ' + number(requests.sent), rest || 'none lost', requests.lost > 0));
      list.push(tile('Median answer', time(report.latency_ms.p50), '', '99 % within ' + time(report.latency_ms.p99)));
      list.push(tile('Answers a second', number(requests.answered / report.wall_s), '/s', 'on average'));
    }
    report.swaps.slots.forEach(slot => list.push(tile('Swaps: ' + slot.id, number(slot.results.SUCCESSFUL || 0), 'of ' + number(slot.count),
      slot.outcome_ms.count ? 'outcome in the median after ' + time(slot.outcome_ms.p50) : 'none successful', !slot.results.SUCCESSFUL)));
    list.push(tile('The simulator was late', time(report.lag_ms.p99), '', '99 % of the times; CPU ' + number(100 * report.cpu_s / report.wall_s) + ' % of a core'));
    return make('section', {class: 'tiles', 'aria-label': 'In short'}, list);
  };

  const expectations = () => {
    const shown = (what, value) => value == null ? 'not measured' : what.endsWith('_ms') ? time(value) : what.endsWith('_mib') ? number(value) + ' MiB' : number(value);
    const rows = report.expectations.map(each => {
      const bound = 'at_most' in each ? 'at most ' + shown(each.what, each.at_most) : 'at least ' + shown(each.what, each.at_least);
      return [words(each.what.replace(/_(ms|mib)$/, '')), bound, shown(each.what, each.found),
        make('span', {class: 'pill ' + (each.ok ? 'good' : 'bad')}, each.ok ? '✓ holds' : '✗ fails')];
    });
    return rows.length ? card('Expectations', table('Expectations', ['what', 'expected', 'found', ''], rows)) : null;
  };

  //---- plots

  const plots = [];
  const dashed = {fault: [], swap: [6, 4], device: [2, 3], event: [1, 5]};

  // How long faults lasted, and the time with swaps, as bands behind the lines.
  const drawBands = plot => {
    const context = plot.ctx, box = plot.bbox;
    const within = seconds => Math.min(box.left + box.width, Math.max(box.left, plot.valToPos(seconds, 'x', true)));
    const band = (kind, from, to) => {
      context.fillStyle = colour('mark-' + kind) + '1c';
      context.fillRect(within(from), box.top, within(to) - within(from), box.height);
    };
    context.save();
    report.faults.filter(fault => fault.mended_s != null).forEach(fault => band('fault', fault.began_s, fault.mended_s));
    report.swaps.phases.filter(phase => phase.name === 'swaps').forEach(phase => band('swap', phase.from_s, phase.to_s));
    context.restore();
  };

  // Lines that stand side by side hide the plot.
  const crowded = kind => report.marks.filter(mark => mark.kind === kind).length > 100;
  const drawnKinds = Object.keys(dashed).filter(kind => !crowded(kind));

  const drawMarks = plot => {
    const context = plot.ctx, box = plot.bbox, ratio = devicePixelRatio;
    context.save();
    report.marks.filter(mark => drawnKinds.includes(mark.kind)).forEach(mark => {
      const x = Math.round(plot.valToPos(mark.at_s, 'x', true));
      if (x < box.left || x > box.left + box.width) return;
      context.strokeStyle = context.fillStyle = colour('mark-' + mark.kind);
      context.lineWidth = 1.5 * ratio;
      context.setLineDash(dashed[mark.kind].map(length => length * ratio));
      context.beginPath();
      context.moveTo(x, box.top);
      context.lineTo(x, box.top + box.height);
      context.stroke();
      context.beginPath();
      context.moveTo(x - 4 * ratio, box.top);
      context.lineTo(x + 4 * ratio, box.top);
      context.lineTo(x, box.top + 6 * ratio);
      context.fill();
    });
    context.restore();
  };

  const axis = (extra) => ({
    stroke: () => colour('soft'), font: '12px system-ui, sans-serif', grid: {stroke: () => colour('grid'), width: 1},
    ticks: {stroke: () => colour('grid'), width: 1}, ...extra});

  // lines: [{label, values, colour, dash, fill}]
  const figure = (title, caption, unit, lines) => {
    const place = make('div', {class: 'plot'});
    const element = make('section', {class: 'card'},
      make('figure', {}, make('figcaption', {}, make('h2', {}, title), make('p', {}, caption)), place));
    const shown = (plot, value) => value == null ? '–' : number(value) + ' ' + unit;
    const draw = () => {
      const width = place.clientWidth || 480;
      const plot = new uPlot({
        width, height: width < 420 ? 200 : 240,
        cursor: {sync: {key: 'run'}, points: {size: 6}},
        scales: {x: {time: false}, y: {range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1]}},
        axes: [
          axis({values: (u, ticks) => ticks.map(clock), size: 34, incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400]}),
          axis({values: (u, ticks) => ticks.map(number), size: 54})],
        series: [{label: 'at', value: (u, value) => value == null ? '–' : clock(value)}].concat(lines.map(line => ({
          label: line.label, value: shown, width: line.width || 1.75, dash: line.dash, spanGaps: false,
          points: {size: 4, show: at.length <= 60 || line.values.some((value, i) => value != null && line.values[i - 1] == null && line.values[i + 1] == null)},
          stroke: () => colour(line.colour), fill: line.fill ? () => colour(line.colour) + '22' : undefined}))),
        hooks: {drawClear: [drawBands], draw: [drawMarks]},
      }, [at].concat(lines.map(line => line.values)), place);
      const canvas = place.querySelector('canvas');
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', title + '. ' + caption);
      place.querySelectorAll('.u-legend .u-series:not(:first-child) th').forEach(name => {
        name.tabIndex = 0;
        name.setAttribute('role', 'button');
        name.title = 'show or hide';
        name.addEventListener('keydown', event => {
          if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            name.click();
          }
        });
      });
      plots.push(plot);
      new ResizeObserver(() => {
        const now = place.clientWidth;
        if (now && now !== plot.width) plot.setSize({width: now, height: now < 420 ? 200 : 240});
      }).observe(place);
    };
    return {element, draw};
  };

  const figures = () => {
    const list = [];
    const requests = series.requests, messages = series.messages, latency = series.latency_ms;
    if (sum(requests.answered) > 0) {
      list.push(figure('Time to answer', 'Half of the requests were answered within ' + time(report.latency_ms.p50) + ', 99 % within ' + time(report.latency_ms.p99) + '; the latest took ' + time(report.latency_ms.max) + '.', 'ms', [
        {label: 'median', values: latency.p50, colour: 'c1', fill: true},
        {label: '90 %', values: latency.p90, colour: 'c3'},
        {label: '99 %', values: latency.p99, colour: 'c2'},
        {label: 'latest', values: latency.max, colour: 'c4', width: 1, dash: [3, 3]}]));
    }
    if (sum(requests.sent) > 0) {
      const rate = perSecond(spans);
      const lines = [
        {label: 'sent', values: requests.sent.map(rate), colour: 'c1', dash: [5, 4]},
        {label: 'answered', values: requests.answered.map(rate), colour: 'c3', fill: true}];
      [['refused', 'c5'], ['expired', 'c4'], ['lost', 'c2']].forEach(([key, own]) => {
        if (sum(requests[key]) > 0) lines.push({label: key, values: requests[key].map(rate), colour: own});
      });
      list.push(figure('Requests', number(report.requests.answered) + ' of ' + number(report.requests.sent) + ' answered; at most ' + number(most(requests.waiting)) + ' waited at a time.', '/s', lines));
    }
    if (sum(messages.scheduled) > 0) {
      const rate = perSecond(spans);
      const arrived = messages.sent.map((count, i) => rate(count + messages.acknowledged[i], i));
      const lines = [
        {label: 'due', values: messages.scheduled.map(rate), colour: 'c1', dash: [5, 4]},
        {label: 'sent', values: arrived, colour: 'c3', fill: true}];
      if (sum(messages.dropped) > 0) lines.push({label: 'dropped', values: messages.dropped.map(rate), colour: 'c2'});
      list.push(figure('Messages', 'Of sensors, logs and recorded files: ' + number(report.messages.scheduled) + ' were due, ' + number(report.messages.sent + report.messages.acknowledged) + ' were sent.', '/s', lines));
    }
    if (report.swaps.slots.length) {
      const figures = report.swaps.slots.map(slot => number(slot.results.SUCCESSFUL || 0) + ' of ' + number(slot.count) + ' in slot ' + slot.slot + ' of ' + slot.device).join(', ');
      list.push(figure('Swaps', 'Successful: ' + figures + '. Longest times from the wish on; a band marks the time with swaps.', 'ms', [
        {label: 'to the outcome', values: series.swaps.outcome_ms, colour: 'c1'},
        {label: 'to the first answer by the new version', values: series.swaps.first_answer_ms, colour: 'c3'}]));
    }
    const names = Object.keys(series.memory_mib);
    if (names.length) {
      list.push(figure('Memory', 'Resident memory of each watched process.', 'MiB',
        names.map((name, i) => ({label: name, values: series.memory_mib[name], colour: 'c' + (1 + i % 6), fill: names.length === 1}))));
    }
    list.push(figure('The simulator: lateness', 'How late its own messages and requests went out. If this is large, the simulator is the bottleneck.', 'ms', [
      {label: 'median', values: series.lag_ms.median, colour: 'c1'},
      {label: '99 %', values: series.lag_ms.p99, colour: 'c2'}]));
    list.push(figure('The simulator: CPU', number(report.cpu_s) + ' s of CPU time in ' + number(report.wall_s) + ' s, all threads of its process.', 'cores', [
      {label: 'cores', values: series.cpu_cores, colour: 'c6', fill: true}]));
    if (list.length % 2) list[0].element.classList.add('wide');
    return list;
  };

  // What the lines across the plots are; of each kind that there is.
  const key = () => {
    const meanings = {fault: 'a fault begins or is over; between, the band is red', device: 'a device comes or goes', swap: 'a slot gets another model', event: 'a device says something'};
    const kinds = Object.keys(meanings).filter(kind => drawnKinds.includes(kind) && report.marks.some(mark => mark.kind === kind));
    return kinds.length ? make('div', {class: 'key'}, 'In the plots:', kinds.map(kind => make('span', {}, dot(kind), meanings[kind]))) : null;
  };

  //---- what is below the plots

  const most_marks = 300;
  const happened = () => report.marks.length === 0 ? null : card('What happened', table('What happened', ['at', 'kind', 'what'],
    report.marks.slice(0, most_marks).map(mark => [clock(Math.max(0, mark.at_s)), make('span', {class: 'kind'}, dot(mark.kind), mark.kind), mark.text])));

  const devices = () => {
    const list = [];
    if (report.devices.length) {
      list.push(card('Devices', table('Devices', ['', 'limits', 'started', 'at the end'],
        report.devices.map(each => [each.id, each.limits, each.starts, each.alive ? 'running' : 'gone']))));
    }
    if (report.faults.length) {
      list.push(card('Faults', table('Faults', ['what', 'from', 'to', ''],
        report.faults.map(each => [each.kind + (each.target ? ' of ' + each.target : ''), clock(each.began_s),
          each.mended_s == null ? '–' : clock(each.mended_s), each.problem ? 'not as meant: ' + each.problem : '']))));
    }
    return list.length ? make('div', {class: 'two'}, list) : null;
  };

  const applications = () => {
    if (!report.applications.length) return null;
    const row = (name, counts, latency) => [name, counts.sent, counts.answered, counts.refused, counts.expired, counts.lost]
      .concat(latency && latency.count ? [latency.p50, latency.p90, latency.p99, latency.max].map(value => time(value)) : ['', '', '', '']);
    const rows = [], sub = [];
    report.applications.forEach(application => {
      rows.push(row(application.application, application, application.latency_ms));
      sub.push(false);
      const kinds = Object.entries(application.by_kind);
      if (kinds.length > 1) kinds.forEach(([kind, counts]) => { rows.push(row(words(kind), counts)); sub.push(true); });
    });
    return card('Applications', table('Applications', ['', 'sent', 'answered', 'refused', 'expired', 'lost', 'median', '90 %', '99 %', 'latest'], rows, sub),
      make('p', {class: 'note'}, 'Every request ends once: sent = answered + refused + expired + lost.'));
  };

  const small = () => {
    const list = [];
    const messages = report.messages;
    if (messages.scheduled > 0) {
      list.push(card('Messages', table('Messages', ['', 'messages'], ['scheduled', 'sent', 'acknowledged', 'dropped', 'unacknowledged'].map(key => [key, messages[key]])),
        make('p', {class: 'note'}, 'scheduled = sent (QoS 0) + acknowledged (QoS 1 and 2) + dropped + unacknowledged.')));
    }
    const labels = Object.entries(report.labels);
    if (labels.length) list.push(card('Injected anomalies', table('Injected anomalies', ['label', 'messages'], labels)));
    const odd = report.applications.filter(each => Object.keys(each.failures).length || each.extra_answers || each.late_answers || each.overtaken_answers || each.out_of_order);
    if (odd.length) {
      const rows = odd.flatMap(each => Object.entries(each.failures).map(([code, count]) => [each.application, words(code), count])
        .concat([['extra answers', each.extra_answers], ['late answers', each.late_answers], ['overtaken answers', each.overtaken_answers], ['pieces out of order', each.out_of_order]]
          .filter(([, count]) => count > 0).map(([name, count]) => [each.application, name, count])));
      list.push(card('Refusals and oddities', table('Refusals and oddities', ['application', 'what', 'times'], rows)));
    }
    return list.length ? make('div', {class: 'two'}, list) : null;
  };

  const swaps = () => {
    const list = [];
    if (report.swaps.slots.length) {
      const times = figures => figures.count ? [time(figures.p50), time(figures.p99)] : ['–', '–'];
      list.push(card('Swaps', table('Swaps', ['', 'device', 'slot', 'swaps', 'outcomes', 'outcome', '99 %', 'first answer', '99 %'],
        report.swaps.slots.map(each => [each.id, each.device, each.slot, each.count,
          Object.entries(each.results).map(([result, count]) => count + ' ' + result).join(', ')].concat(times(each.outcome_ms), times(each.first_answer_ms)))),
        report.swaps.slots.flatMap(each => each.problems).map(problem => make('p', {class: 'note'}, problem))));
    }
    const versions = Object.entries(report.swaps.versions);
    if (versions.length || report.swaps.mixed) {
      list.push(card('Versions', table('Versions', ['', 'answers'], versions.concat([['not the version\'s own answer', report.swaps.mixed]])),
        report.swaps.mixed_examples.map(example => make('p', {class: 'note'}, example))));
    }
    if (report.swaps.phases.length) {
      list.push(card('With and without swaps', table('With and without swaps', ['', 'from', 'to', 'answers', 'median', '99 %', 'latest'],
        report.swaps.phases.map(each => [each.name, clock(each.from_s), clock(each.to_s), each.latency_ms.count,
          time(each.latency_ms.p50), time(each.latency_ms.p99), time(each.latency_ms.max)]))));
    }
    return list;
  };

  const detections = () => report.detections.length === 0 ? null : card('Detections',
    table('Detections', ['', 'anomalies', 'found', 'detections', 'right', 'precision', 'recall', 'F1'],
      report.detections.map(each => [each.id, each.anomalies, each.found, each.detections, each.right]
        .concat([each.precision, each.recall, each.f1].map(share => share == null ? '–' : share)))),
    make('p', {class: 'note'}, 'A detection is right if it comes during an anomaly that it can be about, or soon after it.'));

  const orders = () => report.orders.length === 0 ? null : card('Order of messages',
    table('Order of messages', ['', 'messages', 'out of order', 'not to be ordered'],
      report.orders.map(each => [each.id, each.messages, each.out_of_order, each.without])),
    make('p', {class: 'note'}, 'A message is out of order if one came before it that is later by the field that the scenario names.'));

  const drawn = figures();
  page.replaceChildren(...[head(), tiles(), expectations(), key(), make('div', {class: 'plots'}, drawn.map(each => each.element)), happened(), devices(), applications(), swaps(), detections(), orders(), small(),
    make('footer', {}, 'Made by the simulator of Bantam, of report.json beside this page. Plots: uPlot (MIT licence). Click a name below a plot to hide it, drag to zoom, double-click to go back.')]
    .flat().filter(each => each != null));
  drawn.forEach(each => each.draw());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plots.forEach(plot => plot.redraw(false)));
})();
