'use strict';
// Pieces of a page: elements, numbers as people write them, cards and tables.
const pieces = (() => {
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
    children.flat().forEach(child => child != null && element.append(child));
    return element;
  };
  const grouped = new Intl.NumberFormat('en-GB', {maximumFractionDigits: 0});
  const number = value => {
    if (value == null || Number.isNaN(value)) return '–';
    const size = Math.abs(value);
    if (size >= 100 || Number.isInteger(value)) return grouped.format(value);
    return value.toFixed(size >= 10 ? 1 : 2);
  };
  const time = ms => ms == null ? '–' : ms >= 10000 ? number(ms / 1000) + ' s' : number(ms) + ' ms';
  const clock = seconds => {
    const whole = Math.floor(seconds + 1e-6);
    const rest = String(whole % 60).padStart(2, '0');
    const minutes = Math.floor(whole / 60);
    return minutes < 60 ? minutes + ':' + rest : Math.floor(minutes / 60) + ':' + String(minutes % 60).padStart(2, '0') + ':' + rest;
  };
  const words = name => name.replace(/_/g, ' ');
  const sum = list => list.reduce((all, value) => all + (value || 0), 0);
  const most = list => list.reduce((top, value) => Math.max(top, value == null ? 0 : value), 0);
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

  const card = (title, ...children) => make('section', {class: 'card', 'aria-label': title}, make('h2', {}, title), children);

  // rows: arrays of cells; a cell is a text, a number, or an element. The first of a row names it.
  const table = (label, heads, rows, sub) => {
    const numeric = heads.map((head, column) => column > 0 && rows.every(row => typeof row[column] === 'number' || /^(|–|[0-9.,]+ m?s)$/.test(row[column])));
    const cell = (value, column) => make(column ? 'td' : 'th', column ? (numeric[column] ? {class: 'number'} : {}) : {scope: 'row'},
      typeof value === 'number' ? number(value) : value);
    return make('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label},
      make('table', {class: 'list'},
        make('thead', {}, make('tr', {}, heads.map((head, column) => make('th', numeric[column] ? {scope: 'col', class: 'number'} : {scope: 'col'}, head)))),
        make('tbody', {}, rows.map((row, i) => make('tr', sub && sub[i] ? {class: 'sub'} : {}, row.map(cell))))));
  };

  const dot = kind => {
    const element = make('span', {class: 'dot'});
    element.style.background = 'var(--mark-' + kind + ')';
    return element;
  };

  return {make, number, time, clock, words, sum, most, colour, card, table, dot};
})();
