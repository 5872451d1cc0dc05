import * as Plot from '@observablehq/plot';
import { describe } from './chart';
import type { Bar, Page } from './data';
import { fit, h, type Tip } from './dom';
import { words } from './format';
import { statusBadge, table } from './tables';
import {
  Frame,
  lanesOf,
  layOutAnchors,
  layOutMarks,
  layOutTreatments,
  type Course,
  type Placed,
  type Row,
} from './timeline_layout';
import type { View } from './view';

function phaseColour(kind: string | undefined): string {
  return kind === 'cart' ? 'var(--lane-car-t)' : kind === 'hsct' ? 'var(--lane-transplant)' : 'var(--muted)';
}

const laneColour = (lane: string) => `var(--lane-${lane.toLowerCase()})`;
const unsure = (status?: string) => status === 'ambiguous' || status === 'assumed';

/** The treatment timeline: a row for each drug under its lane, courses named above, what happened below. */
export class Timeline {
  readonly figure: HTMLElement;
  private readonly stage = h('div', { class: 'stage' });
  private readonly hair = h('div', { class: 'hair', hidden: true });
  private readonly toggle: HTMLButtonElement;
  private readonly bars: Bar[];
  private byDrug = true;
  private frame = new Frame(1, 0, 1, 0, 1);

  constructor(
    private readonly page: Page,
    private readonly view: View,
    private readonly tip: Tip,
  ) {
    // names of the program's own lists, as words
    this.bars = page.timeline!.bars.map((bar) => ({ ...bar, drug: bar.drug && words(bar.drug) }));
    this.toggle = h('button', { type: 'button', 'aria-pressed': 'true' }, 'every drug') as HTMLButtonElement;
    this.toggle.addEventListener('click', () => {
      this.byDrug = !this.byDrug;
      this.toggle.setAttribute('aria-pressed', String(this.byDrug));
      this.draw();
    });
    const lanes = lanesOf(this.bars);
    this.figure = h(
      'figure',
      { class: 'timeline', id: 'timeline-chart' },
      h(
        'figcaption',
        {},
        h(
          'span',
          { class: 'legend' },
          lanes.map((lane) =>
            h(
              'span',
              { class: 'key', style: `--c: var(--lane-${lane.toLowerCase()})` },
              h('i', { class: 'block' }),
              lane,
            ),
          ),
          h('span', { class: 'key' }, h('i', { class: 'block unsure' }), 'day or dose ambiguous or assumed'),
          (page.phases ?? []).map((phase) =>
            h(
              'span',
              { class: 'key', style: `--c: ${phaseColour(phase.kind)}` },
              h('i', { class: 'block phase-key' }),
              `phase: ${phase.label}`,
            ),
          ),
        ),
        this.toggle,
      ),
      h('div', { class: 'scroller' }, this.stage),
      this.list(),
    );
    view.listen(
      () => this.draw(),
      () => this.follow(),
    );
    this.stage.addEventListener('pointermove', (event) => {
      const day = this.day((event as PointerEvent).clientX);
      view.point(day >= view.min && day <= view.max ? day : null);
    });
    this.stage.addEventListener('pointerleave', () => view.point(null));
    // drag across days to look closer, as in the charts
    let from: number | null = null;
    this.stage.addEventListener('pointerdown', (event) => (from = this.day((event as PointerEvent).clientX)));
    this.stage.addEventListener('pointerup', (event) => {
      const to = this.day((event as PointerEvent).clientX);
      if (from !== null && Math.abs(to - from) > (view.max - view.min) / 100)
        view.show(Math.min(from, to), Math.max(from, to));
      from = null;
    });
    this.stage.addEventListener('dblclick', () => view.show(view.first, view.last, null));
  }

  mount(): void {
    this.draw();
    let last = this.stage.clientWidth;
    new ResizeObserver(() => {
      if (this.stage.clientWidth !== last) requestAnimationFrame(() => this.draw());
      last = this.stage.clientWidth;
    }).observe(this.stage);
  }

  private day(clientX: number): number {
    return this.frame.day(clientX - this.stage.getBoundingClientRect().left);
  }

  private follow(): void {
    const day = this.view.cursor;
    this.hair.hidden = day === null || !this.frame.shows(day, day);
    if (day !== null) this.hair.style.left = `${this.frame.px(day)}px`;
  }

  draw(width = this.stage.clientWidth, rowHeight = 17): void {
    const { view, page, bars } = this;
    if (width < 50) return;
    const narrow = width < 640;
    const laneRoom = 116;
    const marginLeft = narrow ? 118 : 258;
    const marginRight = 30;
    const frame = new Frame(width, marginLeft, width - marginRight, view.min, view.max);
    this.frame = frame;
    const marks = page.timeline!.marks ?? [];
    const { rows, named, boxes } = layOutTreatments(bars, frame, this.byDrug);
    const placed: Placed[] = [];
    for (const kind of ['recorded', 'simulated'] as const) {
      const part = layOutMarks(marks, kind, frame);
      rows.push(...part.rows);
      placed.push(...part.placed);
    }
    const shades = rows.map((row) => ({ ...row, x1: view.min, x2: view.max }));
    const ticks = view.ticks(Math.max(3, Math.floor((frame.right - frame.left) / 78)));
    const anchors = view.anchors.filter((a) => frame.shows(a.day, a.day));
    const anchorLabels = layOutAnchors(anchors, frame);
    const marginTop = anchorLabels.some((a) => a.row === 1) ? 38 : 24;
    const chart = Plot.plot({
      width,
      height: rows.length * rowHeight + marginTop + 48,
      marginLeft,
      marginRight,
      marginTop,
      marginBottom: 48,
      style: { fontFamily: 'inherit', fontSize: '11px', background: 'none', overflow: 'visible' },
      x: { domain: [view.min, view.max], axis: null },
      y: { domain: rows.map((row) => row.id), axis: null, padding: 0 },
      color: { type: 'identity' },
      marks: [
        Plot.barX(shades, {
          x1: 'x1',
          x2: 'x2',
          y: 'id',
          fill: (d: Row) => laneColour(d.lane),
          fillOpacity: 0.07,
        }),
        Plot.ruleX(ticks, { stroke: 'var(--grid)' }),
        Plot.rect(page.phases ?? [], {
          x1: (d) => Math.max(view.min, d.start_day),
          x2: (d) => Math.min(view.max, d.end_day),
          fill: (d) => phaseColour(d.kind),
          fillOpacity: 0.08,
          clip: true,
        }),
        Plot.ruleX(anchors, { x: 'day', stroke: 'var(--ink)', strokeDasharray: '2,3' }),
        ...[0, 1].map((row) =>
          Plot.text(
            anchorLabels.filter((a) => a.row === row),
            {
              x: 'day',
              text: 'label',
              frameAnchor: 'top',
              dy: -14 - 13 * row,
              fontWeight: 600,
              fill: 'var(--ink)',
            },
          ),
        ),
        Plot.barX(named, {
          x1: 'start_day',
          x2: 'x2',
          y: 'row',
          fill: (d: Course) => laneColour(d.lane),
          fillOpacity: 0.28,
          insetTop: 2,
          insetBottom: 2,
          rx: 2,
          clip: true,
          className: 'courses',
        }),
        Plot.text(named, {
          x: 'at',
          y: 'row',
          text: 'label',
          textAnchor: 'start',
          dx: 4,
          fontWeight: 600,
          fill: 'var(--ink)',
          stroke: 'var(--paper)',
          strokeWidth: 2,
          clip: true,
        }),
        Plot.barX(boxes, {
          x1: (d) => d.bar.start_day,
          x2: 'x2',
          y: 'row',
          insetTop: 3,
          insetBottom: 3,
          rx: 1.5,
          clip: true,
          className: 'treatments',
          fill: (d) => laneColour(d.bar.lane),
          fillOpacity: (d) => (unsure(d.bar.status) ? 0.35 : 1),
          stroke: (d) => laneColour(d.bar.lane),
          strokeOpacity: (d) => (unsure(d.bar.status) ? 1 : 0),
          strokeDasharray: '2,1.5',
          strokeWidth: 1,
        }),
        Plot.dot(placed, {
          x: 'x',
          y: 'row',
          r: 4,
          clip: true,
          className: 'marks-row',
          symbol: (d: Placed) => (d.mark.kind === 'recorded' ? 'circle' : 'diamond2'),
          fill: (d: Placed) => laneColour(d.mark.kind),
          fillOpacity: (d: Placed) => (unsure(d.mark.status) ? 0.3 : 1),
          stroke: (d: Placed) => laneColour(d.mark.kind),
        }),
        ...(['start', 'end'] as const).map((anchor) =>
          Plot.text(
            placed.filter((d) => d.anchor === anchor),
            {
              x: 'x',
              y: 'row',
              text: (d: Placed) => d.mark.label,
              textAnchor: anchor,
              dx: anchor === 'start' ? 8 : -8,
              fill: 'var(--ink)',
            },
          ),
        ),
        Plot.text(
          rows.filter((row) => row.label),
          {
            y: 'id',
            frameAnchor: 'left',
            textAnchor: 'end',
            dx: -8,
            text: (d: Row) => fit(d.label, marginLeft - 12 - (narrow || !d.first ? 0 : laneRoom)),
            title: 'label',
            fill: (d: Row) => (narrow ? laneColour(d.lane) : 'var(--soft)'),
          },
        ),
        ...(narrow
          ? []
          : [
              Plot.text(
                rows.filter((row) => row.first),
                {
                  y: 'id',
                  frameAnchor: 'left',
                  textAnchor: 'start',
                  dx: -marginLeft,
                  text: (d: Row) => fit(d.lane, laneRoom, 11, 600),
                  fontWeight: 600,
                  fill: (d: Row) => laneColour(d.lane),
                },
              ),
            ]),
        Plot.axisX(ticks, {
          tickFormat: (day: number) => `${view.number(day)}\n${view.calendar.short(day, true)}`,
          label: `${view.axisTitle} →`,
          labelArrow: 'none',
          tickSize: 4,
          fill: 'var(--muted)',
          stroke: 'var(--grid)',
          labelOffset: 44,
          lineHeight: 1.2,
        }),
      ],
    }) as SVGSVGElement;
    chart.setAttribute('role', 'img');
    chart.setAttribute(
      'aria-label',
      `Treatment timeline, ${bars.length} treatments in ${lanesOf(bars).length} lanes, ${marks.length} events`,
    );
    this.listenTo(
      chart,
      'treatments',
      boxes.map((box) => () => this.barLines(box.bar)),
    );
    this.listenTo(
      chart,
      'courses',
      named.map((c) => () => [
        h('strong', {}, c.label),
        h('div', {}, `${view.describe(c.start_day)}`),
        ...c.bars.map((bar) => h('div', {}, `${bar.drug ?? ''} ${bar.dose ?? ''}, ${this.span(bar)}`)),
      ]),
    );
    this.listenTo(
      chart,
      'marks-row',
      placed.map(({ mark }) => () => [
        h('strong', {}, `${mark.label} (${mark.kind})`),
        h('div', {}, view.describe(mark.t)),
        mark.note && h('div', {}, mark.note),
        mark.status && h('div', {}, `${mark.status}${mark.flag ? `, flag ${mark.flag}` : ''}`),
      ]),
    );
    describe(chart, 'Treatments by day; the table below holds the same.');
    this.stage.replaceChildren(chart, this.hair);
    this.figure.dataset.bars = String(boxes.length);
    this.figure.dataset.courses = String(named.length);
    this.follow();
  }

  /** The same as a table, for readers who do not see or point at the chart. */
  private list(): HTMLElement {
    const { view } = this;
    const rows = [...this.bars]
      .sort((a, b) => a.start_day - b.start_day)
      .map((bar) => [
        bar.lane,
        `${bar.course !== undefined ? `${bar.course} ` : ''}${bar.label}`,
        bar.drug || bar.label,
        bar.dose ?? '',
        this.span(bar).replace('day ', ''),
        view.calendar.iso(bar.start_day),
        statusBadge(bar.status, bar.flag),
      ]);
    return h(
      'details',
      { class: 'treatments-list' },
      h('summary', {}, `${rows.length} treatments as a table`),
      table(
        [
          { title: 'lane' },
          { title: 'regimen' },
          { title: 'drug' },
          { title: 'dose' },
          { title: 'day', right: true },
          { title: 'from' },
          { title: 'basis' },
        ],
        rows,
      ),
    );
  }

  private span(bar: Bar): string {
    const { view } = this;
    const first = view.number(bar.start_day);
    const last = view.number(Math.floor(bar.end_day));
    return Math.floor(bar.end_day) > Math.floor(bar.start_day) ? `day ${first} to ${last}` : `day ${first}`;
  }

  private barLines(bar: Bar): (Node | string | undefined | false)[] {
    const { view } = this;
    const last = Math.floor(bar.end_day);
    const dates = view.calendar.known
      ? `, ${view.calendar.long(bar.start_day)}${last > Math.floor(bar.start_day) ? ` to ${view.calendar.long(last)}` : ''}`
      : '';
    return [
      h('strong', {}, `${bar.drug || bar.label} ${bar.dose ?? ''}`),
      bar.drug && bar.drug !== bar.label ? h('div', {}, bar.label) : undefined,
      h('div', {}, `${this.span(bar)}${dates}`),
      bar.status && h('div', {}, `${bar.status}${bar.flag ? `, flag ${bar.flag}` : ''}`),
      bar.note && h('div', {}, bar.note),
    ];
  }

  private listenTo(
    chart: SVGSVGElement,
    label: string,
    lines: (() => (Node | string | undefined | false | null)[])[],
  ): void {
    const group = chart.querySelector(`.${label}`);
    if (!group) return;
    for (const element of group.querySelectorAll('rect, path, circle')) {
      const index = (element as unknown as { __data__?: number }).__data__;
      if (typeof index !== 'number' || !lines[index]) continue;
      element.addEventListener('mousemove', (event) => {
        const { clientX, clientY } = event as MouseEvent;
        this.tip.show(
          clientX,
          clientY,
          ...lines[index]().map((line) => line as Node | string | false | undefined | null),
        );
      });
      element.addEventListener('mouseleave', () => this.tip.hide());
    }
  }
}
