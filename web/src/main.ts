import './style.css';
import { bars } from './bars';
import type { Chart } from './chart';
import { curves } from './curves';
import type { Card, Page } from './data';
import { h, Tip, type Child } from './dom';
import { flow } from './flow';
import { amount, measured, printed, printedUnits } from './format';
import { forest } from './forest';
import { PanelChart } from './panel';
import { readPage } from './read';
import { swimmer } from './swimmer';
import * as tables from './tables';
import { armSwatch, isDark, onTheme, setTheme } from './theme';
import { Timeline } from './timeline';
import { View } from './view';

interface Section {
  id: string;
  title: string;
  content: HTMLElement;
  closed?: boolean;
}

/** CSS pixels of an A4 sheet between its margins, and of the gap between two charts. */
const paper = { width: 700, gap: 20 };
const wholeRow = '.grid > .panel:first-child:nth-last-child(odd)';

const cardValue = (card: Card) =>
  card.unit === 'grade' ? `grade ${printed(card.recorded)}` : `${printed(card.recorded)} ${card.unit ?? ''}`;

function cardNote(card: Card): string {
  if (card.note) return printedUnits(card.note);
  if (card.recorded === undefined) return '';
  const band =
    card.low === null || card.low === undefined
      ? ''
      : ` (${amount(card.low, card.unit)} to ${amount(card.high, card.unit)})`;
  return `simulated ${measured(card.simulated, card.unit)}${band}`;
}

function header(page: Page, view: View): HTMLElement {
  const { meta } = page;
  // a citation may be the key of a reference below
  const cited = page.references?.find((r) => r.key.toLowerCase() === meta.citation?.trim().toLowerCase());
  return h(
    'header',
    { class: 'head' },
    h('h1', {}, meta.title),
    meta.subtitle && h('p', { class: 'subtitle' }, meta.subtitle),
    meta.citation && h('p', { class: 'citation' }, cited ? cited.text : meta.citation),
    meta.consent && h('p', { class: 'citation' }, meta.consent),
    h('p', { class: 'notice', role: 'note' }, meta.notice),
    meta.fixture &&
      h(
        'p',
        { class: 'notice fixture' },
        'Test page: the simulated numbers are made up and stand for no computation.',
      ),
    page.day0 &&
      h(
        'p',
        { class: 'citation' },
        `Day 0 is ${view.calendar.long(0)}`,
        view.anchors.map((a) => `; ${a.label} is day ${a.day} (${view.calendar.long(a.day)})`),
        '.',
      ),
    page.cards?.length
      ? h(
          'div',
          { class: 'cards' },
          page.cards.map((card) =>
            h(
              'div',
              { class: `card ${card.state ?? 'plain'}` },
              h('div', { class: 'card-label' }, printedUnits(card.label)),
              h('div', { class: 'card-value' }, printedUnits(card.value ?? cardValue(card))),
              cardNote(card) && h('div', { class: 'card-note' }, cardNote(card)),
            ),
          ),
        )
      : null,
  );
}

/** " · 184 of 200 virtual patients alive", by the nearest simulated day. */
function alive(page: Page, day: number): string {
  const { band, t } = page;
  if (!band?.died || !t?.length || day < t[0] || day > t[t.length - 1]) return '';
  let at = 0;
  while (at + 1 < t.length && t[at + 1] <= day) at++;
  return ` · ${band.alive[at]} of ${band.patients} virtual patients alive`;
}

/** The bar that stays in sight: sections, zoom, what-if arms, the day under the pointer, light or dark. */
function toolbar(page: Page, view: View, sections: Section[], panels: PanelChart[]): HTMLElement {
  const theme = h(
    'button',
    { type: 'button', class: 'theme', title: 'light or dark', 'aria-label': 'light or dark' },
    '◐',
  );
  theme.addEventListener('click', () => setTheme(isDark() ? 'light' : 'dark'));
  const nav = h(
    'nav',
    { 'aria-label': 'sections' },
    sections.map((s) => h('a', { href: `#${s.id}` }, s.title)),
  );
  const bar = h(
    'div',
    { class: 'toolbar', role: 'region', 'aria-label': 'parts of the page and days shown' },
    h('div', { class: 'row' }, nav, theme),
  );
  if (!page.panels?.length && !page.timeline) return bar;

  const zooms: { label: string; min: number; max: number; anchor: string | null }[] = [
    { label: 'whole course', min: view.first, max: view.last, anchor: null },
  ];
  for (const [id, before, after] of [
    ['cart', -10, 60],
    ['hsct', -10, 150],
  ] as const) {
    const anchor = view.anchors.find((a) => a.id === id);
    if (anchor)
      zooms.push({
        label: `${anchor.short} −${-before} to +${after}`,
        min: anchor.day + before,
        max: anchor.day + after,
        anchor: id,
      });
  }
  const buttons = zooms.map((zoom) => {
    const button = h('button', { type: 'button' }, zoom.label);
    button.addEventListener('click', () =>
      view.show(zoom.min, zoom.max, view.anchors.find((a) => a.id === zoom.anchor) ?? null),
    );
    return button;
  });
  const press = () =>
    buttons.forEach((button, i) => {
      const { min, max } = zooms[i];
      const [low, high] = [Math.max(min, view.first), Math.min(max, view.last)];
      button.setAttribute(
        'aria-pressed',
        String(Math.abs(view.min - low) < 0.5 && Math.abs(view.max - high) < 0.5),
      );
    });
  press();
  const shown = new Set<string>();
  const choices = (page.arms ?? [])
    // a reading that changes nothing would lie on the line of the base case
    .filter((arm) => arm.series?.length && arm.rows?.length)
    .map((arm) => {
      const button = h(
        'button',
        { type: 'button', 'aria-pressed': 'false', title: arm.note || null },
        armSwatch((page.arms ?? []).indexOf(arm)),
        arm.label,
      );
      button.addEventListener('click', () => {
        if (!shown.delete(arm.id)) shown.add(arm.id);
        button.setAttribute('aria-pressed', String(shown.has(arm.id)));
        for (const panel of panels) panel.showArms(shown);
      });
      return button;
    });
  const hint = 'hover or use arrow keys for values; drag to look closer, double-click for all';
  const readout = h('output', { class: 'readout', 'aria-live': 'off' }, hint);
  view.listen(
    press,
    () =>
      (readout.textContent =
        view.cursor === null ? hint : `${view.describe(view.cursor)}${alive(page, view.cursor)}`),
  );
  bar.append(
    h(
      'div',
      { class: 'row controls' },
      buttons.length > 1
        ? h('span', { class: 'group', role: 'group', 'aria-label': 'days shown' }, buttons)
        : null,
      choices.length
        ? h(
            'details',
            { class: 'menu' },
            h('summary', {}, 'also show'),
            h('div', { class: 'menu-box', role: 'group', 'aria-label': 'other readings' }, choices),
          )
        : null,
      readout,
    ),
  );
  const menu = bar.querySelector<HTMLDetailsElement>('.menu');
  document.addEventListener('click', (event) => {
    if (menu?.open && !menu.contains(event.target as Node)) menu.open = false;
  });
  bar.addEventListener('keydown', (event) => {
    if (menu && (event as KeyboardEvent).key === 'Escape') menu.open = false;
  });
  return bar;
}

/** Whom a band leaves out. */
function survivors(page: Page): string {
  const { band } = page;
  return band?.died ? ` (survivors only: ${band.died} of ${band.patients} have died by the end)` : '';
}

function panelGrid(page: Page, panels: PanelChart[]): HTMLElement {
  const box = h('div', {});
  let group: string | undefined;
  let grid: HTMLElement | null = null;
  page.panels!.forEach((panel, i) => {
    if (!grid || panel.group !== group) {
      group = panel.group;
      if (group) box.append(h('h3', {}, group));
      grid = h('div', { class: 'grid' });
      box.append(grid);
    }
    grid.append(panels[i].figure);
  });
  const percent = page.interval_percent ?? 80;
  box.prepend(
    h(
      'p',
      { class: 'note' },
      page.kind === 'trial'
        ? `Lines: median of the simulated patients alive on the day; shaded: the middle ${percent} % of them. Where fewer than ${page.least_patients ?? 10} are alive nothing is drawn.`
        : page.kind === 'assess'
          ? 'Circles: recorded values (hollow where ambiguous or assumed); triangles: recorded as below or above a limit.'
          : `Lines: the simulated patient; dashed: median of the virtual patients alive on the day; shaded: the middle ${percent} % of them${survivors(page)}. Circles: recorded values (hollow where ambiguous or assumed); triangles: recorded as below or above a limit.`,
    ),
  );
  return box;
}

function licences(): Child {
  const text = (
    document.getElementById('licences') as HTMLTemplateElement | null
  )?.content.textContent?.trim();
  return text
    ? h('details', {}, h('summary', {}, 'Licences of the software inside this page'), h('pre', {}, text))
    : null;
}

function build(root: HTMLElement, page: Page): void {
  document.title = page.meta.title;
  const view = new View(page);
  const tip = new Tip();
  const panels = (page.panels ?? []).map((panel) => new PanelChart(panel, page, view, tip));
  const timeline = page.timeline?.bars.length ? new Timeline(page, view, tip) : null;
  const charts: Chart[] = [];
  const collect = (made: Chart[]) => {
    charts.push(...made);
    return h(
      'div',
      { class: 'grid' },
      made.map((chart) => chart.figure),
    );
  };

  const sections: Section[] = [];
  const add = (id: string, title: string, there: unknown, content: () => HTMLElement, closed = false) => {
    if (Array.isArray(there) ? there.length : there) sections.push({ id, title, content: content(), closed });
  };
  add('answer', 'Answer', page.answer, () => tables.answer(page.answer!));
  add('treatment', 'Treatment', timeline, () => timeline!.figure);
  add('start', 'The patient at the start', page.start?.values.length, () =>
    tables.start(page.start!, page.interval_percent ?? 80),
  );
  add('flow', 'Patients', page.flow, () => flow(page.flow!));
  add('survival', 'Survival', page.km, () => collect(page.km!.map((one) => curves(one, 'km', tip))));
  add('incidence', 'Cumulative incidence', page.cif, () =>
    collect(page.cif!.map((one) => curves(one, 'cif', tip))),
  );
  add('differences', 'Differences', page.forest, () => collect(page.forest!.map((one) => forest(one, tip))));
  add('subgroups', 'Subgroups', page.subgroups, () =>
    collect(page.subgroups!.map((one) => forest(one, tip))),
  );
  add('costs', 'Costs', page.costs, () =>
    collect([
      ...page.costs!.map((one) => forest(one, tip)),
      ...(page.cost_items ?? []).map((one) => bars(one, tip)),
    ]),
  );
  add('validation', 'Validation', page.validation, () =>
    collect(page.validation!.map((one) => forest(one, tip))),
  );
  add('swimmer', 'Patient courses', page.swimmer, () =>
    collect(page.swimmer!.map((one) => swimmer(one, tip))),
  );
  add('rates', 'Rates', page.bars, () => collect(page.bars!.map((one) => bars(one, tip))));
  add('charts', page.kind === 'trial' ? 'Courses over time' : 'Course', page.panels, () =>
    panelGrid(page, panels),
  );
  add('comparison', 'Recorded and simulated', page.comparison, () => tables.comparison(page, view));
  add('verdicts', 'Verdicts', page.verdicts, () => tables.verdicts(page, view));
  add('events', 'Events', page.events, () => tables.events(page, view));
  add('arms', 'Other readings', page.arms, () => tables.arms(page));
  // long tables are folded
  for (const one of page.tables ?? [])
    add(`table-${one.id}`, one.title, true, () => tables.generic(one), one.rows.length > 40);
  add('assumptions', 'Assumptions', page.assumptions, () => tables.assumptions(page));
  add('parameters', 'Parameters', page.parameters, () => tables.parameters(page), true);
  add('references', 'References', page.references, () => tables.references(page));
  add('provenance', 'Provenance', page.provenance ?? page.statistics, () =>
    tables.pairs([...(page.provenance ?? []), ...(page.statistics ?? [])]),
  );

  root.replaceChildren(
    header(page, view),
    toolbar(page, view, sections, panels),
    h(
      'main',
      {},
      sections.map((s) => {
        const title = h('h2', {}, s.title);
        if (!s.closed) return h('section', { id: s.id }, title, s.content);
        return h('section', { id: s.id }, h('details', {}, h('summary', {}, title), s.content));
      }),
    ),
    h('footer', {}, h('p', {}, page.meta.notice), licences()),
  );

  timeline?.mount();
  for (const panel of panels) panel.mount();
  for (const chart of charts) chart.mount();

  // paper: light, all sections open, charts as wide as the sheet
  let before: string | undefined;
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    before = document.documentElement.dataset.theme;
    setTheme('light');
    opened = [...document.querySelectorAll<HTMLDetailsElement>('main section > details:not([open])')].filter(
      (details) => details.querySelectorAll('tr').length < 60,
    );
    for (const details of opened) details.open = true;
    timeline?.draw(paper.width, 12);
    for (const panel of panels)
      panel.resize(panel.figure.matches(wholeRow) ? paper.width : (paper.width - paper.gap) / 2);
    for (const chart of charts)
      chart.draw(chart.figure.matches(`${wholeRow}, .wide`) ? paper.width : (paper.width - paper.gap) / 2);
  });
  addEventListener('afterprint', () => {
    setTheme(before as 'light' | 'dark' | undefined);
    for (const details of opened) details.open = false;
    timeline?.draw();
    for (const panel of panels) panel.resize();
    for (const chart of charts) chart.draw();
  });
  const zoom = /[#&]zoom=(cart|hsct)\b/.exec(location.hash);
  const anchor = zoom && view.anchors.find((a) => a.id === zoom[1]);
  if (anchor) view.show(anchor.day - 10, anchor.day + (anchor.id === 'cart' ? 60 : 150), anchor);
  onTheme(() => document.documentElement.style.setProperty('color-scheme', isDark() ? 'dark' : 'light'));
}

const root = document.getElementById('page') as HTMLElement;
const page = readPage(document.getElementById('bridge7-data'));
if (typeof page === 'string') {
  root.append(h('p', { class: 'notice' }, page));
  document.documentElement.dataset.state = 'empty';
} else {
  build(root, page);
  if (document.documentElement.dataset.state !== 'failed') document.documentElement.dataset.state = 'ready';
}
