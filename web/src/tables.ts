import type { Comparison, Num, Page, Start, StartOrigin, Status, Verdict } from './data';
import { h, type Child } from './dom';
import {
  amount,
  measured,
  minus,
  number,
  printedPercent,
  printedUnits,
  recorded,
  unitText,
  wholeDay,
  words,
} from './format';
import { position } from './position';
import { armSwatch } from './theme';
import type { View } from './view';

interface Column {
  title: string;
  unit?: string;
  right?: boolean;
  wide?: boolean;
}

export function table(
  columns: Column[],
  rows: (Child | Child[])[][],
  attributes: Record<string, unknown> = {},
): HTMLElement {
  const head = h(
    'tr',
    {},
    columns.map((c) =>
      h(
        'th',
        { scope: 'col', class: c.right ? 'right' : null },
        c.title || h('span', { class: 'unseen' }, 'name'),
        c.unit && h('span', { class: 'unit' }, ` ${c.unit}`),
      ),
    ),
  );
  const body = rows.map((row) =>
    h(
      'tr',
      {},
      row.map((cell, i) =>
        h(
          'td',
          {
            class: columns[i].right ? 'right' : columns[i].wide ? 'wide' : null,
            'data-label': columns[i].title,
          },
          [cell].flat().some((part) => part || part === 0) && h('div', {}, cell),
        ),
      ),
    ),
  );
  const { label, ...own } = attributes;
  return h(
    'div',
    { class: 'scroller', tabindex: 0, role: 'group', 'aria-label': label ?? 'table' },
    h('table', own, h('thead', {}, head), h('tbody', {}, body)),
  );
}

export function statusBadge(status: Status | string | undefined, flag?: string): Child[] {
  return [
    status && h('span', { class: `badge ${status}` }, status),
    flag && h('span', { class: 'flag', title: `flag ${flag} of the course` }, flag),
  ];
}

const simulatedText = (row: Comparison, v: Num) =>
  row.kind === 'event' && v !== null ? minus(Math.round(v)) : amount(v, row.unit);

function intervalText(row: Comparison): string {
  if (row.low_never) return 'never';
  if (row.low === null || (row.high === null && !row.high_never)) return '–';
  return `${simulatedText(row, row.low)} – ${row.high_never ? 'never' : simulatedText(row, row.high)}`;
}

/** Of an event: how many of the virtual patients had it by then. */
function shareText(row: Comparison): Child {
  if (row.kind !== 'event' || row.share === null || row.share === undefined) return null;
  const what = row.what === 'last_follow_up' ? 'alive then' : 'by then';
  return h('div', { class: 'soft' }, `${Math.round(100 * row.share)} % ${what}`);
}

const origins: Record<StartOrigin, { title: string; badge: string }> = {
  recorded: { title: 'recorded', badge: 'stated' },
  calibrated: { title: 'patient file', badge: 'derived' },
  drawn: { title: 'drawn', badge: 'assumed' },
  drawn_by_model: { title: 'drawn', badge: 'assumed' },
};

/** What was recorded of the patient at the start, and what was drawn from whom. */
export function start(data: Start, percent: number): HTMLElement {
  const exact = (row: Start['values'][number]) =>
    row.origin === 'recorded' && row.low !== null && row.low === row.high;
  /** "female", "no": an answer rather than the number that stands for it */
  const word = (row: Start['values'][number]) =>
    exact(row) && /^[a-z]+$/.test(row.basis ?? '') ? row.basis : null;
  const some = (origin: StartOrigin) => data.values.some((row) => row.origin === origin);
  const from = data.title ? `${data.title} (${data.population})` : "the model's own spread between patients";
  const why = data.why ? `, chosen by ${data.why}` : '';
  const lines = [
    some('recorded') || some('calibrated') ? '' : 'Nothing is recorded of this patient at the start. ',
    data.title
      ? `What is not recorded is drawn from ${from}${why}. `
      : `What is not given here is drawn from ${from}. `,
    data.drawn_by_model
      ? `${data.drawn_by_model} more values have the model's own spread (see parameters).`
      : '',
  ];
  return h(
    'div',
    {},
    h('p', { class: 'note' }, lines),
    table(
      [
        { title: 'what', wide: true },
        { title: 'from' },
        { title: 'this patient', right: true },
        { title: `${percent} % of virtual patients`, right: true },
        { title: 'basis', wide: true },
      ],
      data.values.map((row) => [
        [row.label, h('span', { class: 'unit' }, ` ${unitText(row.unit)}`)],
        h('span', { class: `badge ${origins[row.origin].badge}` }, origins[row.origin].title),
        word(row) ?? number(row.typical),
        row.low === null || row.high === null
          ? '–'
          : exact(row)
            ? 'all the same'
            : `${number(row.low)} – ${number(row.high)}`,
        exact(row) && /^[\d.]+( \S+)?$/.test(row.basis ?? '') ? '' : word(row) ? '' : (row.basis ?? ''),
      ]),
      { class: 'start cards-when-narrow', label: 'the patient at the start' },
    ),
  );
}

export function comparison(page: Page, view: View): HTMLElement {
  const rows = page.comparison ?? [];
  const percent = page.interval_percent ?? 80;
  const judged = rows.filter((row) => row.inside !== null);
  const inside = judged.filter((row) => row.inside).length;
  const box = h('div', {});
  const note = h(
    'p',
    { class: 'note' },
    `${inside} of ${judged.length} recorded values lie inside the simulated ${percent} % interval. `,
  );
  const only = h('button', { type: 'button', 'aria-pressed': 'false' }, 'outside only');
  const list = table(
    [
      { title: 'what', wide: true },
      { title: 'day', right: true },
      { title: 'date' },
      { title: 'recorded', right: true },
      { title: 'simulated', right: true },
      { title: `${percent} % interval`, right: true },
      { title: 'position' },
      { title: 'inside' },
      { title: 'basis' },
    ],
    rows.map((row) => {
      return [
        [words(row.label || row.what), h('span', { class: 'unit' }, ` ${unitText(row.unit)}`)],
        wholeDay(row.day),
        view.calendar.iso(row.day),
        recorded(row),
        row.simulated_never ? 'never' : simulatedText(row, row.simulated),
        [intervalText(row), shareText(row)],
        position(row),
        row.inside === null
          ? h('span', { class: 'soft' }, 'not judged')
          : h(
              'span',
              { class: row.inside ? 'verdict good' : 'verdict warn' },
              row.inside ? '✓ inside' : '✗ outside',
            ),
        statusBadge(row.status, row.flag),
      ];
    }),
    { class: 'comparison cards-when-narrow', label: 'recorded and simulated values' },
  );
  only.addEventListener('click', () => {
    const on = only.getAttribute('aria-pressed') !== 'true';
    only.setAttribute('aria-pressed', String(on));
    list
      .querySelectorAll('tbody tr')
      .forEach((tr, i) => ((tr as HTMLElement).hidden = on && rows[i].inside !== false));
  });
  if (judged.length > inside) note.append(only);
  box.append(note, list);
  return box;
}

export function events(page: Page, view: View): HTMLElement {
  return table(
    [
      { title: 'day', right: true },
      { title: 'date' },
      { title: 'what happened', wide: true },
      { title: 'rule or reason', wide: true },
    ],
    (page.events ?? []).map((e) => [
      wholeDay(e.t),
      view.calendar.iso(e.t),
      [h('strong', {}, words(e.what)), e.detail && ` ${e.detail}`],
      e.rule ?? '',
    ]),
    { class: 'events', label: 'events' },
  );
}

/** Keys of references, each a link to its line below. */
function citations(keys: string): Child[] {
  return keys
    .split(/[\s;,]+/)
    .filter(Boolean)
    .flatMap((key) => [h('a', { href: `#ref-${key}` }, key), ' ']);
}

function verdictCell(v: Verdict | undefined, view: View): Child[] {
  if (!v) return [''];
  const open = /^not evaluable/i.test(v.grade);
  const day = v.day !== null && v.day !== undefined && !open ? v.day : null;
  const date = day !== null && view.calendar.known ? `, ${view.calendar.iso(day)}` : '';
  return [
    h('span', { class: open ? 'soft' : `verdict ${v.state ?? 'plain'}` }, printedUnits(v.grade)),
    day !== null && h('div', { class: 'soft when' }, `day ${wholeDay(day)}${date}`),
  ];
}

function verdictReason(v: Verdict | undefined): string {
  if (!v) return '';
  // what is missing may stand in the grade already
  const missing = v.missing && !v.grade.includes(v.missing) ? `missing: ${v.missing}` : '';
  return printedUnits(
    printedPercent([v.reason?.replace(/^\s*;\s*/, ''), missing].filter(Boolean).join('; ')),
  );
}

/** One row an endpoint, what was recorded and what was simulated side by side. */
export function verdicts(page: Page, view: View): HTMLElement {
  const list = page.verdicts ?? [];
  const sources = [...new Set(list.map((v) => v.source ?? ''))];
  const endpoints = [...new Set(list.map((v) => v.endpoint))];
  // what can be said first
  const open = (endpoint: string) =>
    list.every((v) => v.endpoint !== endpoint || /^not evaluable/i.test(v.grade));
  endpoints.sort((a, b) => Number(open(a)) - Number(open(b)));
  const rows = endpoints.map((endpoint) => {
    const found = sources.map((source) =>
      list.find((v) => v.endpoint === endpoint && (v.source ?? '') === source),
    );
    const one = found.find(Boolean)!;
    const reasons = found.map((v, k) => {
      const text = verdictReason(v);
      const source = sources.length > 1 && h('span', { class: 'unit' }, `${sources[k]}: `);
      return text ? h('div', {}, source, text) : null;
    });
    return [
      printedUnits(endpoint),
      ...found.map((v) => verdictCell(v, view)),
      reasons,
      [one.rule ?? '', one.citation && h('div', { class: 'soft' }, citations(one.citation))],
    ];
  });
  const columns = [
    { title: 'endpoint', wide: true },
    ...sources.map((source) => ({ title: source || 'verdict', wide: true })),
    { title: 'why', wide: true },
    { title: 'rule', wide: true },
  ];
  return table(columns, rows, { class: 'verdicts cards-when-narrow', label: 'verdicts' });
}

export function arms(page: Page): HTMLElement {
  return h(
    'div',
    { class: 'arms' },
    (page.arms ?? []).map((arm, k) =>
      h(
        'div',
        { class: 'arm' },
        h('h3', { class: 'title' }, armSwatch(k), arm.label, ' ', statusBadge(undefined, arm.flag)),
        arm.note && h('p', { class: 'note' }, arm.note),
        arm.rows?.length
          ? table(
              [
                { title: 'what', wide: true },
                { title: 'this reading', right: true },
                { title: 'base case', right: true },
                { title: 'recorded', right: true },
              ],
              arm.rows.map((row) => [
                [
                  row.day === undefined ? row.what : `${row.what}, day ${wholeDay(row.day)}`,
                  h('span', { class: 'unit' }, ` ${unitText(row.unit)}`),
                ],
                measured(row.value, row.unit, row.limit, row.value_never),
                measured(row.base, row.unit, row.limit, row.base_never),
                recorded(row),
              ]),
            )
          : h('p', { class: 'note' }, 'None of the compared values changes noticeably.'),
      ),
    ),
  );
}

export function assumptions(page: Page): HTMLElement {
  const list = page.assumptions ?? [];
  const counts = (['derived', 'ambiguous', 'assumed'] as const).map(
    (status) => `${list.filter((a) => a.status === status).length} ${status}`,
  );
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'note' },
      page.kind === 'trial'
        ? 'What no source gives, and why the value was chosen.'
        : `${list.length} facts that the source does not state: ${counts.join(', ')}.`,
    ),
    table(
      [{ title: 'status' }, { title: 'where', wide: true }, { title: 'assumption', wide: true }],
      list.map((a) => [statusBadge(a.status, a.flag), a.where ?? '', a.text]),
      { class: 'cards-when-narrow', label: 'assumptions' },
    ),
  );
}

export function parameters(page: Page): HTMLElement {
  const list = page.parameters ?? [];
  const rows = list.map((p) => [
    [h('code', {}, p.name), p.label && h('div', { class: 'soft' }, p.label)],
    number(p.value),
    p.unit,
    p.spread ?? '',
    [
      ...statusBadge(p.status),
      ' ',
      p.source ? h('a', { href: `#ref-${p.source}` }, p.source) : '',
      p.why && h('div', { class: 'soft' }, p.why),
    ],
  ]);
  const all = table(
    [
      { title: 'parameter' },
      { title: 'value', right: true },
      { title: 'unit' },
      { title: 'spread' },
      { title: 'source', wide: true },
    ],
    rows,
  );
  if (list.length <= 12) return all;
  const search = h('input', {
    type: 'search',
    placeholder: 'find a parameter',
    'aria-label': 'find a parameter',
  }) as HTMLInputElement;
  search.addEventListener('input', () => {
    const wanted = search.value.toLowerCase();
    all
      .querySelectorAll('tbody tr')
      .forEach((tr) => ((tr as HTMLElement).hidden = !tr.textContent!.toLowerCase().includes(wanted)));
  });
  return h('div', {}, h('p', { class: 'note' }, `${list.length} parameters `, search), all);
}

export function references(page: Page): HTMLElement {
  return h(
    'ol',
    { class: 'references' },
    (page.references ?? []).map((r) => h('li', { id: `ref-${r.key}` }, r.text, ' ', h('code', {}, r.key))),
  );
}

export function pairs(rows: { name: string; value: string | number; unit?: string }[]): HTMLElement {
  return h(
    'dl',
    { class: 'pairs' },
    rows.map((row) =>
      h(
        'div',
        {},
        h('dt', {}, row.name),
        h(
          'dd',
          {},
          typeof row.value === 'number' ? number(row.value) : row.value,
          row.unit && h('span', { class: 'unit' }, ` ${row.unit}`),
        ),
      ),
    ),
  );
}

const signs = { better: '▲ ', worse: '▼ ', open: '' };

/** Arms by question, with a bar behind every share; the sentence first. */
export function answer(data: NonNullable<Page['answer']>): HTMLElement {
  const rows = data.rows.map((row) => [
    row.label,
    ...row.cells.map((cell) => [
      h('span', { class: 'answer-value' }, cell.value),
      cell.share !== null &&
        h(
          'span',
          { class: 'answer-bar', 'aria-hidden': 'true' },
          h('i', { style: `width:${100 * cell.share}%` }),
        ),
      cell.note &&
        h(
          'span',
          { class: `answer-note ${cell.state ?? ''}` },
          cell.state ? signs[cell.state] : '',
          cell.note,
        ),
    ]),
  ]);
  const columns = data.columns.map((c) => ({ title: c.title, unit: c.unit, wide: false }));
  return h(
    'div',
    {},
    data.lines.map((line, k) =>
      h(
        'p',
        { class: k ? 'answer-line' : 'answer-line first' },
        h('strong', {}, line.about),
        ': ',
        printedUnits(line.text),
      ),
    ),
    table([{ title: 'arm', wide: true }, ...columns], rows, {
      class: 'answer cards-when-narrow',
      label: 'answers by arm',
    }),
    h('p', { class: 'note' }, data.note),
  );
}

export function generic(t: NonNullable<Page['tables']>[number]): HTMLElement {
  return h(
    'div',
    {},
    t.note && h('p', { class: 'note' }, t.note),
    table(
      t.columns.map((c, i) => ({ title: c.name, unit: c.unit, right: c.number, wide: i === 0 })),
      t.rows.map((row) =>
        row.map((cell) => (typeof cell === 'number' ? number(cell) : cell && printedUnits(cell))),
      ),
      { class: 'generic', label: t.title },
    ),
  );
}
