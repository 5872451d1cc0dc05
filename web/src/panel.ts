import './sharp';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ArmSeries, Num, Page, Panel, Recorded, Series } from './data';
import { h, svg, textWidth, type Tip } from './dom';
import { amount, decade, printed } from './format';
import { isDecade, logTicks, roundLog } from './scale';
import {
  again,
  againClass,
  armColour,
  armDash,
  armSwatch,
  colour,
  dashes as lineDashes,
  onTheme,
  seriesColour,
} from './theme';
import type { View } from './view';

interface Layer {
  column: number;
  arm: string;
  key: HTMLElement;
  /** of the arm among all: number, colour and dashes */
  place: number;
}

/** One time chart: simulated bands and lines on a canvas (uPlot), recorded points and reference lines as SVG around it. */
export class PanelChart {
  readonly figure: HTMLElement;
  private readonly plot = h('div', { class: 'plot', tabindex: 0 });
  private readonly outputs: HTMLElement[] = [];
  private readonly marks = svg('svg', { class: 'marks', 'aria-hidden': 'true' });
  private readonly over = svg('svg', { class: 'points' });
  private readonly cursorDots = svg('g', { class: 'dots', 'aria-hidden': 'true' });
  private readonly armLayers: Layer[] = [];
  private readonly lines: { series: Series; column: number; low: number; high: number; median: number }[] =
    [];
  private readonly floor: number;
  private data: uPlot.AlignedData = [[]];
  private u: uPlot | null = null;

  constructor(
    private readonly panel: Panel,
    private readonly page: Page,
    private readonly view: View,
    private readonly tip: Tip,
  ) {
    this.floor = this.findFloor();
    this.figure = this.build();
    view.listen(
      () => this.u?.setScale('x', { min: view.min, max: view.max }),
      () => this.followCursor(),
    );
    onTheme(() => this.u?.redraw(false));
  }

  /** Charts need a place in the page before they can be measured. */
  mount(): void {
    this.u = new uPlot(this.options(this.plot.clientWidth || 480, this.height()), this.data, this.plot);
    // all of it above the canvas, which covers what lies below it on paper
    this.over.append(this.cursorDots);
    this.u.over.prepend(this.marks, this.over);
    new ResizeObserver(() => requestAnimationFrame(() => this.resize())).observe(this.plot);
  }

  resize(width = this.plot.clientWidth): void {
    if (this.u && width > 0 && width !== this.u.width) this.u.setSize({ width, height: this.height() });
  }

  showArms(shown: ReadonlySet<string>): void {
    for (const layer of this.armLayers) {
      this.u?.setSeries(layer.column, { show: shown.has(layer.arm) });
      layer.key.hidden = !shown.has(layer.arm);
    }
  }

  private height(): number {
    return 232;
  }

  /** On a log axis nothing is drawn below this: extinct populations leave the chart at its lower edge. */
  private findFloor(): number {
    const { panel } = this;
    const given = panel.range?.[0];
    if (given) return given;
    if (panel.detection_limit) return panel.detection_limit / 10;
    let top = 0;
    for (const s of panel.series)
      for (const values of [s.high, s.typical, s.median])
        for (const v of values ?? []) if (v !== null && v > top) top = v;
    for (const point of panel.recorded ?? []) top = Math.max(top, point.value ?? 0);
    return top > 0 ? 10 ** (Math.ceil(Math.log10(top)) - 6) : 1e-6;
  }

  private clamp(values: Num[] | undefined): Num[] {
    const list = values ?? [];
    if (this.panel.axis !== 'log') return list;
    return list.map((v) => (v === null ? null : Math.max(v, this.floor / 100)));
  }

  private build(): HTMLElement {
    const { panel, page } = this;
    const tables: uPlot.AlignedData[] = [];
    const grid = (own: number[] | undefined) => own ?? panel.t ?? page.t ?? [];
    let column = 1;
    const legend = h('div', { class: 'legend' });
    panel.series.forEach((series, k) => {
      const t = grid(series.t);
      const main = series.typical ?? series.median ?? [];
      const line = { series, column: column++, low: 0, high: 0, median: 0 };
      const table: (number[] | Num[])[] = [t, this.clamp(main)];
      if (series.low && series.high) {
        line.low = column++;
        line.high = column++;
        table.push(this.clamp(series.low), this.clamp(series.high));
      }
      if (series.typical && series.median) {
        line.median = column++;
        table.push(this.clamp(series.median));
      }
      tables.push(table as uPlot.AlignedData);
      this.lines.push(line);
      const output = h('output', {});
      this.outputs.push(output);
      legend.append(
        h(
          'span',
          { class: 'key', style: `--c: var(--${seriesColour(k)})` },
          h('i', {
            class: line.low ? 'swatch band' : main.length ? `swatch${againClass(k)}` : 'dot own',
          }),
          series.label,
          output,
        ),
      );
    });
    for (const arm of page.arms ?? []) {
      for (const extra of arm.series ?? ([] as ArmSeries[])) {
        if (extra.panel !== panel.id) continue;
        tables.push([grid(extra.t), this.clamp(extra.median)] as uPlot.AlignedData);
        const k = page.arms!.indexOf(arm);
        const key = h('span', { class: 'key', hidden: true }, armSwatch(k), arm.label);
        legend.append(key);
        this.armLayers.push({ column: column++, arm: arm.id, key, place: k });
      }
    }
    this.data = tables.length ? (uPlot.join(tables) as uPlot.AlignedData) : [[]];
    const points = panel.recorded ?? [];
    const drawn = panel.series.some((s) => s.typical || s.median);
    if (points.length && drawn)
      legend.append(h('span', { class: 'key recorded' }, h('i', { class: 'dot' }), 'recorded'));
    if (points.some((p) => p.below !== undefined && p.below !== null))
      legend.append(h('span', { class: 'key recorded' }, h('i', { class: 'down' }), 'below limit'));

    this.plot.setAttribute('role', 'group');
    this.plot.setAttribute(
      'aria-label',
      `${panel.title}, ${panel.unit}: ${panel.series.map((s) => s.label).join(', ')}${drawn ? ' simulated' : ''}; ${points.length} recorded values. Arrow keys move the day.`,
    );
    this.plot.addEventListener('keydown', (event) => this.key(event as KeyboardEvent));
    return h(
      'figure',
      { class: 'panel', 'data-panel': panel.id, 'data-series': panel.series.length },
      h(
        'figcaption',
        {},
        h(
          panel.group ? 'h4' : 'h3',
          { class: 'title' },
          panel.title,
          ' ',
          h('span', { class: 'unit' }, panel.unit),
        ),
        legend,
      ),
      this.plot,
      panel.note && h('p', { class: 'note' }, panel.note),
    );
  }

  private options(width: number, height: number): uPlot.Options {
    const { panel, view } = this;
    const ink = () => colour('muted');
    const series: uPlot.Series[] = [{}];
    const bands: uPlot.Band[] = [];
    this.lines.forEach((line, k) => {
      const name = seriesColour(k);
      const stroke = () => colour(name);
      const paths = line.series.step ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
      const common = { points: { show: false }, spanGaps: true, paths };
      series.push({
        ...common,
        label: line.series.label,
        stroke,
        width: 2,
        ...(again(k) ? { dash: lineDashes[again(k)]!.split(',').map(Number) } : {}),
      });
      if (line.low) {
        series.push(
          { ...common, stroke: 'transparent', width: 0 },
          { ...common, stroke: 'transparent', width: 0 },
        );
        bands.push({
          series: [line.high, line.low],
          fill: () => colour(name) + (this.lines.length > 1 ? '2b' : '38'),
        });
      }
      if (line.median) series.push({ ...common, stroke, width: 1, dash: [3, 3] });
    });
    for (const layer of this.armLayers) {
      const k = (this.page.arms ?? []).findIndex((arm) => arm.id === layer.arm);
      series.push({
        show: false,
        points: { show: false },
        spanGaps: true,
        stroke: () => colour(armColour(k)),
        width: 1.5,
        dash: armDash(k),
      });
    }
    return {
      width,
      height,
      pxAlign: 0,
      padding: [16, 26, 0, 0],
      legend: { show: false },
      series,
      bands,
      scales: {
        x: { time: false, range: () => [view.min, view.max] },
        y: { distr: panel.axis === 'log' ? 3 : 1, range: (u) => this.yRange(u) },
      },
      axes: [
        {
          size: 38,
          gap: 4,
          font: '11px system-ui, sans-serif',
          stroke: ink,
          grid: { stroke: () => colour('grid'), width: 1 },
          ticks: { stroke: () => colour('grid'), width: 1, size: 4 },
          splits: (u) => view.ticks(Math.max(3, Math.floor((u.width - 80) / 78))),
          values: (_, splits) =>
            splits.map((day) => `${view.number(day)}\n${view.calendar.short(day, true)}`),
        },
        {
          size: 54,
          gap: 4,
          font: '11px system-ui, sans-serif',
          stroke: ink,
          grid: { stroke: () => colour('grid'), width: 1 },
          ticks: { show: false },
          ...(panel.axis === 'log'
            ? {
                splits: (_u: uPlot, _a: number, min: number, max: number) => logTicks(min, max),
                filter: (_u: uPlot, s: number[]) => s,
              }
            : {}),
          ...(panel.ticks ? { splits: () => panel.ticks!.map((tick) => tick.value) } : {}),
          values: (_, splits) =>
            splits.map(
              (v) =>
                panel.ticks?.find((tick) => tick.value === v)?.label ??
                (panel.axis === 'log' && isDecade(v) && !panel.unit.startsWith('%')
                  ? decade(v)
                  : amount(v, panel.unit)),
            ),
        },
      ],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        bind: {
          dblclick: () => () => {
            view.show(view.first, view.last, null);
            return null;
          },
        },
      },
      hooks: {
        setCursor: [
          (u) => {
            const left = u.cursor.left ?? -1;
            if (u.cursor.event) view.point(left < 0 ? null : u.posToVal(left, 'x'));
          },
        ],
        setSelect: [
          (u) => {
            if (u.select.width < 6) return;
            view.show(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x'));
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        draw: [() => this.drawMarks()],
      },
    };
  }

  /** The range of everything shown in the window: lines, bands, recorded points, the detection limit. */
  private yRange(u: uPlot): [number, number] {
    const { panel, view } = this;
    const log = panel.axis === 'log';
    let low = Infinity;
    let high = -Infinity;
    const take = (v: Num | undefined) => {
      if (v === null || v === undefined || !Number.isFinite(v) || (log && v <= this.floor)) return;
      low = Math.min(low, v);
      high = Math.max(high, v);
    };
    const t = this.data[0] as number[];
    for (let c = 1; c < this.data.length; c++) {
      if (u.series[c]?.show === false) continue;
      const values = this.data[c] as Num[];
      for (let i = 0; i < t.length; i++) if (t[i] >= view.min && t[i] <= view.max) take(values[i]);
    }
    for (const p of panel.recorded ?? [])
      if (p.t >= view.min && p.t <= view.max) [p.value, p.below, p.above].forEach(take);
    if (log) {
      if (panel.detection_limit) take(panel.detection_limit / 9);
      if (high === -Infinity) return [this.floor, this.floor * 100];
      const bottom = Math.max(this.floor, roundLog(low * 0.8, Math.floor));
      return [bottom, Math.max(panel.range?.[1] ?? 0, roundLog(high * 1.1, Math.ceil), bottom * 10)];
    }
    const given = panel.range ?? [null, null];
    if (high === -Infinity) return [given[0] ?? 0, given[1] ?? 1];
    const nice = uPlot.rangeNum(Math.min(0, low), high, 0.08, true);
    return [given[0] ?? nice[0] ?? 0, given[1] ?? nice[1] ?? 1];
  }

  private drawMarks(): void {
    const { u, panel, view } = this;
    // before the first drawing there is no scale
    if (
      !u ||
      !u.over.contains(this.marks) ||
      !Number.isFinite(u.scales.x.min) ||
      !Number.isFinite(u.scales.y.min)
    )
      return;
    const width = u.bbox.width / uPlot.pxRatio;
    const height = u.bbox.height / uPlot.pxRatio;
    const x = (day: number) => u.valToPos(day, 'x');
    const y = (value: number) => u.valToPos(value, 'y');
    const inside = (day: number) => day >= view.min && day <= view.max;

    const marks: SVGElement[] = [];
    for (const phase of this.page.phases ?? []) {
      const left = Math.max(0, x(phase.start_day));
      const right = Math.min(width, x(phase.end_day));
      if (right > left)
        marks.push(
          svg('rect', { class: `phase ${phase.kind ?? ''}`, x: left, y: 0, width: right - left, height }),
        );
    }
    // labels above the plot; two that would touch turn away from each other
    const names = view.anchors
      .filter((anchor) => inside(anchor.day))
      .map((anchor) => ({
        text: anchor.short,
        at: x(anchor.day),
        half: textWidth(anchor.short, 10) / 2,
        side: 'middle',
      }));
    names.forEach((name, i) => {
      const before = names[i - 1];
      if (before && name.at - name.half < before.at + (before.side === 'middle' ? before.half : 0) + 6) {
        if (before.side === 'middle') before.side = 'end';
        name.side = 'start';
      }
    });
    let taken = -Infinity;
    for (const name of names) {
      marks.push(svg('line', { class: 'anchor', x1: name.at, x2: name.at, y1: -3, y2: height }));
      const left = name.at - (name.side === 'start' ? -2 : name.side === 'end' ? 2 * name.half : name.half);
      if (left < taken) continue;
      taken = left + 2 * name.half + 4;
      marks.push(svg('text', { class: 'anchor-label', x: left, y: -6 }, name.text));
    }
    const rules: SVGElement[] = [];
    const rows: number[] = [];
    const rule = (value: number, label: string, kind: string) => {
      const at = y(value);
      if (!(at >= -1 && at <= height + 1)) return;
      rules.push(svg('line', { class: kind, x1: 0, x2: width, y1: at, y2: at }));
      const row = at < 14 ? at + 11 : at - 4;
      if (rows.some((other) => Math.abs(other - row) < 12)) return;
      rows.push(row);
      // at the end of the line that recorded points leave free
      const wide = textWidth(label, 10) + 10;
      const crowded = (from: number, to: number) =>
        (panel.recorded ?? []).some(
          (p) => x(p.t) > from && x(p.t) < to && Math.abs(y(p.value ?? p.below ?? p.above ?? 0) - row) < 14,
        );
      const left = crowded(width - wide, width) && !crowded(0, wide);
      rules.push(
        svg(
          'text',
          { class: `${kind}-label`, x: left ? 4 : width - 4, y: row, 'text-anchor': left ? 'start' : 'end' },
          label,
        ),
      );
    };
    if (panel.detection_limit)
      rule(panel.detection_limit, `detection limit ${amount(panel.detection_limit, panel.unit)}`, 'limit');
    for (const threshold of panel.thresholds ?? []) rule(threshold.value, threshold.label, 'threshold');
    const corner = view.origin ? view.origin.short : 'day';
    marks.push(svg('text', { class: 'corner', x: -53, y: height + 16 }, corner));
    if (view.calendar.known) marks.push(svg('text', { class: 'corner', x: -53, y: height + 29 }, 'date'));
    this.marks.replaceChildren(...marks, ...rules, ...this.armNumbers(u, width, height));

    const points = (panel.recorded ?? []).filter((p) => inside(p.t)).map((p) => this.point(p, x, y, height));
    this.over.replaceChildren(this.cursorDots, ...points);
    this.figure.dataset.points = String(points.length);
    this.followCursor();
  }

  /** The number of each line of another reading, at the end of the line; those that would touch make room. */
  private armNumbers(u: uPlot, width: number, height: number): SVGElement[] {
    const t = this.data[0] as number[];
    const ends = this.armLayers.flatMap(({ column, place }) => {
      if (!u.series[column]?.show) return [];
      const values = this.data[column] as Num[];
      let last = -1;
      for (let i = 0; i < t.length; i++)
        if (t[i] >= this.view.min && t[i] <= this.view.max && typeof values[i] === 'number') last = i;
      if (last < 0) return [];
      const y = u.valToPos(values[last] as number, 'y');
      return [{ place, x: u.valToPos(t[last], 'x'), y: Math.max(4, Math.min(height - 2, y)) }];
    });
    ends.sort((a, b) => a.y - b.y);
    for (let i = 1; i < ends.length; i++) ends[i].y = Math.max(ends[i].y, ends[i - 1].y + 10);
    // what left the chart below moves the others up
    for (let i = ends.length - 1, most = height + 2; i >= 0; i--, most -= 10)
      ends[i].y = Math.min(ends[i].y, most);
    return ends.map((end) =>
      svg(
        'text',
        {
          class: 'arm-number',
          x: Math.min(end.x, width) + 4,
          y: end.y + 3.5,
          style: `--c: var(--${armColour(end.place)})`,
        },
        String(end.place + 1),
      ),
    );
  }

  private point(
    p: Recorded,
    x: (day: number) => number,
    y: (value: number) => number,
    height: number,
  ): SVGElement {
    const k = Math.max(
      0,
      this.panel.series.findIndex((s) => s.name === p.series),
    );
    const bound = p.value === null || p.value === undefined;
    const value = p.value ?? p.below ?? p.above ?? 0;
    const px = x(p.t);
    const py = Math.max(
      0,
      Math.min(height, y(this.panel.axis === 'log' ? Math.max(value, this.floor) : value)),
    );
    const unsure = p.status === 'ambiguous' || p.status === 'assumed';
    const shape = !bound
      ? svg('circle', { cx: px, cy: py, r: 4.2 })
      : svg('path', {
          d:
            p.above !== undefined && p.above !== null
              ? `M${px - 5},${py + 4}h10l-5,-9z`
              : `M${px - 5},${py - 4}h10l-5,9z`,
        });
    const text = this.pointText(p);
    const group = svg(
      'g',
      {
        class: `point${unsure ? ' unsure' : ''}${bound ? ' bound' : ''}`,
        style: `--c: var(--${seriesColour(k)})`,
        tabindex: 0,
        role: 'img',
        'aria-label': text.join('; '),
      },
      svg('circle', { class: 'grip', cx: px, cy: py, r: 9 }),
      shape,
    );
    const show = () => {
      const box = group.getBoundingClientRect();
      this.tip.show(
        box.right - 6,
        box.bottom - 6,
        h('strong', {}, text[0]),
        text.slice(1).map((line) => h('div', {}, line)),
      );
    };
    group.addEventListener('mouseenter', show);
    group.addEventListener('focus', show);
    group.addEventListener('mouseleave', () => this.tip.hide());
    group.addEventListener('blur', () => this.tip.hide());
    return group;
  }

  private pointText(p: Recorded): string[] {
    const { panel, view } = this;
    const line = this.lines.find((l) => l.series.name === p.series) ?? this.lines[0];
    const unit = line?.series.unit ?? panel.unit;
    const sign =
      p.value !== null && p.value !== undefined
        ? ''
        : p.below !== null && p.below !== undefined
          ? '< '
          : '> ';
    const lines = [
      `${p.label || line?.series.label || panel.title}: ${sign}${printed(p.value ?? p.below ?? p.above)} ${unit} recorded`,
      view.describe(p.t),
    ];
    const simulated = line && this.read(line, p.t);
    if (simulated) lines.push(`simulated ${simulated} ${unit}`);
    if (p.status || p.flag) lines.push([p.status, p.flag && `flag ${p.flag}`].filter(Boolean).join(', '));
    if (p.note) lines.push(p.note);
    return lines;
  }

  /** "6.1 (4.2 to 8.9)" at a day, by the nearest simulated time. */
  private read(line: PanelChart['lines'][number], day: number): string {
    const t = this.data[0] as number[];
    const main = this.data[line.column] as Num[];
    let best = -1;
    for (let i = 0; i < t.length; i++)
      if (
        main[i] !== null &&
        main[i] !== undefined &&
        (best < 0 || Math.abs(t[i] - day) < Math.abs(t[best] - day))
      )
        best = i;
    if (best < 0 || Math.abs(t[best] - day) > 3) return '';
    const unit = line.series.unit ?? this.panel.unit;
    const show = (v: Num | undefined) =>
      this.panel.axis === 'log' && v !== null && v !== undefined && v <= this.floor
        ? `< ${amount(this.floor, unit)}`
        : amount(v, unit);
    const tick = this.panel.ticks?.find((one) => one.value === main[best]);
    if (tick && !line.low) return tick.label;
    if (!line.low) return show(main[best]);
    return `${show(main[best])} (${show((this.data[line.low] as Num[])[best])}–${show((this.data[line.high] as Num[])[best])})`;
  }

  private followCursor(): void {
    const { u, view } = this;
    if (!u) return;
    const day = view.cursor;
    const seen = day !== null && day >= view.min && day <= view.max;
    if (!u.cursor.event || !seen) u.setCursor({ left: seen ? u.valToPos(day, 'x') : -10, top: -10 }, false);
    else u.setCursor({ left: u.valToPos(day, 'x'), top: u.cursor.top ?? -10 }, false);
    const dots: SVGElement[] = [];
    this.lines.forEach((line, k) => {
      this.outputs[k].textContent = seen ? this.read(line, day) : '';
      if (!seen) return;
      const t = this.data[0] as number[];
      const values = this.data[line.column] as Num[];
      let best = -1;
      for (let i = 0; i < t.length; i++)
        if (
          values[i] !== null &&
          values[i] !== undefined &&
          (best < 0 || Math.abs(t[i] - day) < Math.abs(t[best] - day))
        )
          best = i;
      if (best < 0 || Math.abs(t[best] - day) > 3) return;
      const at = u.valToPos(values[best] as number, 'y');
      if (at >= 0 && at <= u.over.clientHeight)
        dots.push(
          svg('circle', {
            cx: u.valToPos(t[best], 'x'),
            cy: at,
            r: 3,
            style: `--c: var(--${seriesColour(k)})`,
          }),
        );
    });
    this.cursorDots.replaceChildren(...dots);
  }

  private key(event: KeyboardEvent): void {
    const { view } = this;
    const span = view.max - view.min;
    const step = Math.max(1, Math.round(span / 120));
    const day = view.cursor ?? Math.round((view.min + view.max) / 2);
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const to = Math.round(day) + (event.key === 'ArrowLeft' ? -step : step);
      if (event.shiftKey)
        view.show(view.min + Math.sign(to - day) * span * 0.1, view.max + Math.sign(to - day) * span * 0.1);
      else view.point(Math.max(view.min, Math.min(view.max, to)));
    } else if (event.key === '+' || event.key === '=') view.show(day - span / 4, day + span / 4);
    else if (event.key === '-') view.show(day - span, day + span);
    else if (event.key === '0') view.show(view.first, view.last, null);
    else if (event.key === 'Escape') view.point(null);
    else return;
    event.preventDefault();
  }
}
