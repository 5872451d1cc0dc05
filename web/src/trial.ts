import * as Plot from '@observablehq/plot';
import type { BarsChart, Curves, Flow, Forest, Num, Swimmer } from './data';
import { fit, h, textWidth, type Tip } from './dom';
import { number } from './format';
import { seriesColour } from './theme';

/** A figure that draws itself to the width it has. */
export interface Chart {
  figure: HTMLElement;
  mount(): void;
  draw(width?: number): void;
}

type Draw = (width: number) => (Node | null)[];

function chart(
  id: string,
  title: string,
  unit: string,
  note: string | undefined,
  wide: boolean,
  draw: Draw,
  legend: HTMLElement | null = null,
): Chart {
  const stage = h('div', { class: 'stage' });
  const figure = h(
    'figure',
    { class: wide ? 'panel wide' : 'panel', 'data-chart': id },
    h('figcaption', {}, h('h4', {}, title, ' ', h('span', { class: 'unit' }, unit)), legend),
    stage,
    note && h('p', { class: 'note' }, note),
  );
  const redraw = (width = stage.clientWidth) => {
    if (width > 50) stage.replaceChildren(...draw(width).filter((node): node is Node => node !== null));
  };
  return {
    figure,
    draw: redraw,
    mount() {
      let last = 0;
      new ResizeObserver(() => {
        if (stage.clientWidth !== last) requestAnimationFrame(() => redraw());
        last = stage.clientWidth;
      }).observe(stage);
      redraw();
    },
  };
}

const base = (width: number): Plot.PlotOptions => ({
  width,
  style: { fontFamily: 'inherit', fontSize: '11px', background: 'none', overflow: 'visible' },
});
const shade = (k: number) => `var(--${seriesColour(k)})`;

function keys(names: string[], colours: (k: number) => string): HTMLElement {
  return h(
    'div',
    { class: 'legend' },
    names.map((name, k) =>
      h('span', { class: 'key', style: `--c: ${colours(k)}` }, h('i', { class: 'block' }), name),
    ),
  );
}

/** Labels wider than this are broken into lines by the chart. */
function gutter(labels: string[], width: number, share: number): number {
  return Math.min(width * share, 14 + Math.max(0, ...labels.map((label) => textWidth(label, 11))));
}

/** Kaplan-Meier and cumulative-incidence curves with bands, censoring ticks and numbers at risk. */
export function curves(data: Curves, kind: 'km' | 'cif', tip: Tip): Chart {
  const arms = data.arms;
  const name = (arm: Curves['arms'][number]) => (arm.cause ? `${arm.arm}: ${arm.cause}` : arm.arm);
  const rows = arms.flatMap((arm, k) =>
    arm.t.map((t, i) => ({
      t,
      value: arm.value[i],
      low: arm.low?.[i] ?? null,
      high: arm.high?.[i] ?? null,
      arm: name(arm),
      colour: shade(k),
    })),
  );
  const last = (arm: Curves['arms'][number], day: number): Num => {
    let at = -1;
    for (let i = 0; i < arm.t.length && arm.t[i] <= day; i++) at = i;
    return at < 0 ? (kind === 'km' ? 1 : 0) : arm.value[at];
  };
  const draw: Draw = (width) => {
    const risk = data.risk;
    const label = risk
      ? gutter(
          risk.rows.map((row) => row.arm),
          width,
          0.34,
        )
      : 40;
    const marginLeft = Math.max(44, label);
    const end = Math.max(...arms.flatMap((arm) => arm.t));
    const ticks = risk?.times;
    const plot = Plot.plot({
      ...base(width),
      height: 260,
      marginLeft,
      marginRight: 16,
      marginTop: 12,
      marginBottom: 38,
      x: {
        domain: [0, end],
        label: `${data.x_label ?? 'days'} →`,
        labelArrow: 'none',
        ...(ticks ? { ticks } : {}),
      },
      y: { domain: [0, 100], percent: true, label: null, grid: true, tickFormat: (v: number) => String(v) },
      marks: [
        Plot.areaY(
          rows.filter((row) => row.low !== null && row.high !== null),
          { x: 't', y1: 'low', y2: 'high', fill: 'colour', z: 'arm', fillOpacity: 0.16, curve: 'step-after' },
        ),
        Plot.line(rows, {
          x: 't',
          y: 'value',
          stroke: 'colour',
          z: 'arm',
          strokeWidth: 2,
          curve: 'step-after',
        }),
        Plot.tickX(
          arms.flatMap((arm, k) =>
            (arm.censored ?? []).map((t) => ({ t, y: last(arm, t), colour: shade(k) })),
          ),
          { x: 't', stroke: 'colour', strokeWidth: 0 },
        ),
        Plot.dot(
          arms.flatMap((arm, k) =>
            (arm.censored ?? []).map((t) => ({ t, y: last(arm, t), colour: shade(k) })),
          ),
          { x: 't', y: 'y', stroke: 'colour', symbol: 'plus', r: 3, className: 'censored' },
        ),
        Plot.ruleY([0], { stroke: 'var(--muted)' }),
      ],
    }) as SVGSVGElement;
    plot.addEventListener('pointermove', (event) => {
      const at =
        ((event.clientX - plot.getBoundingClientRect().left - marginLeft) / (width - marginLeft - 16)) * end;
      if (at < 0 || at > end) return tip.hide();
      tip.show(
        event.clientX,
        event.clientY,
        h('strong', {}, `day ${Math.round(at)}`),
        arms.map((arm) => {
          const v = last(arm, at);
          return h('div', {}, `${name(arm)}: ${v === null ? '–' : number(100 * v)} %`);
        }),
      );
    });
    plot.addEventListener('pointerleave', () => tip.hide());
    if (!risk) return [plot];
    const table = Plot.plot({
      ...base(width),
      height: risk.rows.length * 16 + 24,
      marginLeft,
      marginRight: 16,
      marginTop: 18,
      marginBottom: 6,
      x: { domain: [0, end], axis: null },
      y: { type: 'band', domain: risk.rows.map((row) => row.arm), axis: null, padding: 0 },
      marks: [
        Plot.text(['at risk'], {
          frameAnchor: 'top-left',
          text: (d) => d,
          dx: -marginLeft,
          dy: -15,
          textAnchor: 'start',
          fill: 'var(--muted)',
        }),
        Plot.text(risk.rows, {
          y: 'arm',
          frameAnchor: 'left',
          dx: -marginLeft,
          textAnchor: 'start',
          text: (d) => fit(d.arm, marginLeft - 22),
          fill: (d) =>
            shade(
              Math.max(
                0,
                arms.findIndex((arm) => arm.arm === d.arm),
              ),
            ),
        }),
        Plot.text(
          risk.rows.flatMap((row) => row.at_risk.map((n, i) => ({ arm: row.arm, n, t: risk.times[i] }))),
          { x: 't', y: 'arm', text: (d) => (d.n as number).toLocaleString('en'), fill: 'var(--ink)' },
        ),
      ],
    }) as SVGSVGElement;
    table.setAttribute('class', `${table.getAttribute('class')} risk`);
    return [plot, table];
  };
  return chart(
    data.id,
    data.title,
    data.y_label ?? (kind === 'km' ? '% of patients' : '% of patients, competing risks'),
    data.note,
    false,
    draw,
    keys(arms.map(name), shade),
  );
}

/** "0.81 (0.77 to 0.85)", with as many decimals as the width of the interval deserves. */
function interval(value: Num, low: Num, high: Num): string {
  if (value === null || low === null || high === null || !(high > low)) return number(value);
  const decimals = Math.max(0, Math.min(6, Math.ceil(-Math.log10((high - low) / 5))));
  const show = (v: number) => v.toFixed(decimals).replace('-', '−');
  return `${show(value)} (${show(low)} to ${show(high)})`;
}

/** Estimates with intervals; with published values beside them it is the validation plot. */
export function forest(data: Forest, tip: Tip): Chart {
  const compared = data.rows.some((row) => row.published !== undefined && row.published !== null);
  const order: string[] = [];
  const lines: ({ head: string; key: string } | { row: Forest['rows'][number]; key: string })[] = [];
  data.rows.forEach((row, i) => {
    if (row.group && !order.includes(row.group)) {
      order.push(row.group);
      lines.push({ head: row.group, key: `head ${row.group}` });
    }
    lines.push({ row, key: `row ${i}` });
  });
  const rows = lines.flatMap((line) => ('row' in line ? [{ ...line.row, key: line.key }] : []));
  const heads = lines.flatMap((line) => ('head' in line ? [line] : []));
  const text = (row: Forest['rows'][number]) => interval(row.value, row.low, row.high);
  const draw: Draw = (width) => {
    const marginLeft = gutter(
      [...rows.map((row) => `  ${row.label}`), ...heads.map((head) => head.head)],
      width,
      0.36,
    );
    const marginRight = gutter(rows.map(text), width, 0.3) + 18;
    const plot = Plot.plot({
      ...base(width),
      height: lines.length * (compared ? 24 : 20) + 52,
      marginLeft,
      marginRight,
      marginTop: 8,
      marginBottom: 44,
      x: {
        type: data.axis === 'log' ? 'log' : 'linear',
        label: `${data.unit}${data.favours ? `   ← ${data.favours[0]}   |   ${data.favours[1]} →` : ''}`,
        labelAnchor: 'center',
        labelArrow: 'none',
        grid: true,
        nice: true,
        ticks: Math.max(3, Math.floor((width - marginLeft - marginRight) / 60)),
      },
      y: { type: 'band', domain: lines.map((line) => line.key), axis: null, padding: 0.1 },
      r: { type: 'identity' } as Plot.ScaleOptions,
      marks: [
        data.null_value !== null && data.null_value !== undefined
          ? Plot.ruleX([data.null_value], { stroke: 'var(--muted)', strokeDasharray: '3,3' })
          : null,
        Plot.text(heads, {
          y: 'key',
          text: 'head',
          frameAnchor: 'left',
          dx: -marginLeft,
          textAnchor: 'start',
          fontWeight: 600,
          fill: 'var(--ink)',
        }),
        Plot.text(rows, {
          y: 'key',
          text: (d) => fit(d.label, marginLeft - 16),
          frameAnchor: 'left',
          dx: -marginLeft + (heads.length ? 8 : 0),
          textAnchor: 'start',
          fill: 'var(--soft)',
        }),
        compared
          ? Plot.ruleY(
              rows.filter((row) => row.published_low !== null && row.published_low !== undefined),
              {
                y: 'key',
                x1: 'published_low',
                x2: 'published_high',
                stroke: 'var(--muted)',
                strokeWidth: 5,
                strokeOpacity: 0.45,
                dy: -5,
              },
            )
          : null,
        compared
          ? Plot.dot(
              rows.filter((row) => row.published !== null && row.published !== undefined),
              {
                y: 'key',
                x: 'published',
                fill: 'var(--ink)',
                r: 3.2,
                symbol: 'square',
                dy: -5,
                className: 'published',
              },
            )
          : null,
        Plot.ruleY(rows, {
          y: 'key',
          x1: 'low',
          x2: 'high',
          stroke: (d) => (d.use === 'prediction' ? shade(1) : shade(0)),
          strokeWidth: 2,
          dy: compared ? 4 : 0,
        }),
        Plot.dot(rows, {
          y: 'key',
          x: 'value',
          r: (d) => 3 + 3 * Math.sqrt(d.weight ?? 0.1),
          fill: (d) => (d.use === 'prediction' ? shade(1) : shade(0)),
          symbol: (d: { use?: string }) => (d.use === 'prediction' ? 'diamond2' : 'circle'),
          dy: compared ? 4 : 0,
          className: 'estimates',
        }),
        Plot.text(rows, {
          y: 'key',
          text,
          frameAnchor: 'right',
          dx: marginRight,
          textAnchor: 'end',
          fill: (d) => (d.inside === false ? 'var(--bad)' : 'var(--ink)'),
        }),
      ],
    }) as SVGSVGElement;
    const group = plot.querySelector('.estimates');
    for (const dot of group?.querySelectorAll('circle, path') ?? []) {
      const row = rows[(dot as unknown as { __data__: number }).__data__];
      if (!row) continue;
      dot.addEventListener('mousemove', (event) => {
        const { clientX, clientY } = event as MouseEvent;
        tip.show(
          clientX,
          clientY,
          h('strong', {}, row.label),
          h('div', {}, `${compared ? 'simulated ' : ''}${text(row)} ${data.unit}`),
          row.published !== null &&
            row.published !== undefined &&
            h(
              'div',
              {},
              `published ${interval(row.published, row.published_low ?? null, row.published_high ?? null)}`,
            ),
          row.use && h('div', {}, row.use),
          row.note && h('div', {}, row.note),
        );
      });
      dot.addEventListener('mouseleave', () => tip.hide());
    }
    return [plot];
  };
  const used = [...new Set(rows.map((row) => row.use).filter(Boolean))] as string[];
  const legend = compared
    ? h(
        'div',
        { class: 'legend' },
        h('span', { class: 'key', style: '--c: var(--muted)' }, h('i', { class: 'block' }), 'published'),
        (used.length ? used : ['simulated']).map((use) =>
          h(
            'span',
            { class: 'key', style: `--c: ${use === 'prediction' ? shade(1) : shade(0)}` },
            h('i', { class: 'block' }),
            use === 'simulated' ? use : `simulated, ${use}`,
          ),
        ),
        rows.some((row) => row.inside !== undefined && row.inside !== null)
          ? h(
              'span',
              { class: 'soft' },
              `${rows.filter((row) => row.inside).length} of ${rows.filter((row) => row.inside !== undefined && row.inside !== null).length} inside the published interval`,
            )
          : null,
      )
    : null;
  return chart(data.id, data.title, data.unit, data.note, true, draw, legend);
}

/** States have their own colours where they are known: remission is never the colour of relapse. */
function stateColour(state: string, k: number): string {
  if (/wait|screen/i.test(state)) return 'var(--muted)';
  if (/relapse|refractory|progress/i.test(state)) return shade(1);
  if (/transplant|graft/i.test(state)) return shade(0);
  if (/remission|respon/i.test(state)) return shade(2);
  return shade(3 + (k % 3));
}

/** Courses of sampled patients, longest first. */
export function swimmer(data: Swimmer, tip: Tip): Chart {
  const order = [...new Set(data.patients.map((p) => p.arm))];
  const patients = [...data.patients].sort(
    (a, b) => order.indexOf(a.arm) - order.indexOf(b.arm) || b.end_day - a.end_day,
  );
  const states = [...new Set(patients.flatMap((p) => p.spans.map((s) => s.state)))];
  const kinds = [...new Set(patients.flatMap((p) => (p.marks ?? []).map((m) => m.kind)))];
  const symbols = ['circle', 'triangle2', 'diamond2', 'star', 'square2', 'times'] as const;
  const draw: Draw = (width) => {
    const labels = patients.map((p) => `${p.arm ? `${p.arm} ` : ''}${p.id}`);
    const marginLeft = gutter(labels, width, 0.3);
    const plot = Plot.plot({
      ...base(width),
      height: patients.length * 14 + 44,
      marginLeft,
      marginRight: 20,
      marginTop: 4,
      marginBottom: 36,
      x: { label: 'days →', labelArrow: 'none', grid: true },
      y: { domain: patients.map((p) => p.id), axis: null, padding: 0.15 },
      marks: [
        Plot.text(patients, {
          y: 'id',
          text: (_, i) => fit(labels[i], marginLeft - 10),
          frameAnchor: 'left',
          dx: -8,
          textAnchor: 'end',
          fill: 'var(--muted)',
          fontSize: 10,
        }),
        Plot.barX(
          patients.flatMap((p) => p.spans.map((s) => ({ ...s, id: p.id }))),
          {
            x1: 'start_day',
            x2: 'end_day',
            y: 'id',
            fill: (d) => stateColour(d.state, states.indexOf(d.state)),
            fillOpacity: 0.75,
            className: 'spans',
          },
        ),
        Plot.dot(
          patients.flatMap((p) => (p.marks ?? []).map((m) => ({ ...m, id: p.id }))),
          {
            x: 't',
            y: 'id',
            symbol: (d: { kind: string }) => symbols[kinds.indexOf(d.kind) % symbols.length],
            fill: 'var(--ink)',
            stroke: 'var(--paper)',
            strokeWidth: 1,
            r: 3.6,
          },
        ),
        Plot.text(
          patients.filter((p) => p.alive),
          { x: 'end_day', y: 'id', text: () => '→', dx: 8, fill: 'var(--ink)' },
        ),
      ],
      symbol: { type: 'identity' } as Plot.ScaleOptions,
    }) as SVGSVGElement;
    plot.addEventListener('pointermove', (event) => {
      const bar = (event.target as Element).closest('.spans rect');
      if (!bar) return tip.hide();
      const span = patients.flatMap((p) => p.spans.map((s) => ({ ...s, p })))[
        (bar as unknown as { __data__: number }).__data__
      ];
      tip.show(
        event.clientX,
        event.clientY,
        h('strong', {}, `${span.p.arm ?? ''} ${span.p.id}`),
        h('div', {}, `${span.state}, day ${number(span.start_day)} to ${number(span.end_day)}`),
        ...(span.p.marks ?? []).map((m) => h('div', {}, `${m.kind}, day ${number(m.t)}`)),
      );
    });
    plot.addEventListener('pointerleave', () => tip.hide());
    return [plot];
  };
  const glyphs = ['●', '▲', '◆', '★', '■', '✕'];
  const legend = h(
    'div',
    { class: 'legend' },
    states.map((state, k) =>
      h('span', { class: 'key', style: `--c: ${stateColour(state, k)}` }, h('i', { class: 'block' }), state),
    ),
    kinds.map((kind, k) => h('span', { class: 'key' }, `${glyphs[k % glyphs.length]} ${kind}`)),
    h('span', { class: 'key' }, '→ alive'),
  );
  return chart(data.id, data.title, 'days', data.note, true, draw, legend);
}

/** Shares by grade, one stacked bar a row. */
export function bars(data: BarsChart, tip: Tip): Chart {
  const label = (row: BarsChart['rows'][number]) => (row.arm ? `${row.label}, ${row.arm}` : row.label);
  const strength = (k: number) =>
    `color-mix(in oklab, var(--heat) ${data.levels.length < 2 ? 80 : 22 + (78 * k) / (data.levels.length - 1)}%, var(--paper))`;
  const parts = data.rows.flatMap((row) => {
    let from = 0;
    return row.values.map((value, k) => ({
      row: label(row),
      level: data.levels[k],
      k,
      value,
      x1: from,
      x2: (from += value),
    }));
  });
  const draw: Draw = (width) => {
    const marginLeft = gutter(data.rows.map(label), width, 0.4);
    const plot = Plot.plot({
      ...base(width),
      height: data.rows.length * 22 + 44,
      marginLeft,
      marginRight: 16,
      marginTop: 4,
      marginBottom: 36,
      x: { label: `${data.unit} →`, labelArrow: 'none', grid: true, nice: true },
      y: { domain: data.rows.map(label), axis: null, padding: 0.2 },
      marks: [
        Plot.text(data.rows, {
          y: label,
          text: (d) => fit(label(d), marginLeft - 10),
          frameAnchor: 'left',
          dx: -8,
          textAnchor: 'end',
          fill: 'var(--soft)',
        }),
        Plot.barX(parts, {
          x1: 'x1',
          x2: 'x2',
          y: 'row',
          fill: (d) => strength(d.k),
          insetRight: 0.5,
          className: 'parts',
        }),
        Plot.ruleX([0], { stroke: 'var(--muted)' }),
      ],
      color: { type: 'identity' },
    }) as SVGSVGElement;
    plot.addEventListener('pointermove', (event) => {
      const bar = (event.target as Element).closest('.parts rect');
      if (!bar) return tip.hide();
      const part = parts[(bar as unknown as { __data__: number }).__data__];
      tip.show(
        event.clientX,
        event.clientY,
        h('strong', {}, part.row),
        h('div', {}, `${part.level}: ${number(part.value)} ${data.unit}`),
      );
    });
    plot.addEventListener('pointerleave', () => tip.hide());
    return [plot];
  };
  return chart(data.id, data.title, data.unit, data.note, false, draw, keys(data.levels, strength));
}

/** Patients from entry to analysis: one box a step, those lost beside it. */
export function flow(data: Flow): HTMLElement {
  const targets = new Set(data.nodes.flatMap((node) => node.next ?? []));
  const byId = new Map(data.nodes.map((node) => [node.id, node]));
  const branch = (id: string): HTMLElement => {
    const node = byId.get(id)!;
    const next = (node.next ?? []).filter((one) => byId.has(one));
    return h(
      'div',
      { class: 'flow-branch' },
      h(
        'div',
        { class: 'flow-node' },
        h(
          'div',
          {},
          h('strong', {}, node.label),
          h('span', { class: 'flow-n' }, ` n = ${node.n.toLocaleString('en')}`),
        ),
        node.detail && h('div', { class: 'soft' }, node.detail),
        node.lost?.length
          ? h(
              'ul',
              { class: 'flow-lost' },
              node.lost.map((l) => h('li', {}, `${l.label}: ${l.n.toLocaleString('en')}`)),
            )
          : null,
      ),
      next.length
        ? h('div', { class: `flow-next ${next.length > 1 ? 'split' : ''}` }, next.map(branch))
        : null,
    );
  };
  return h(
    'figure',
    { class: 'flow', 'data-chart': 'flow' },
    h('figcaption', {}, h('h4', {}, data.title)),
    h(
      'div',
      { class: 'scroller' },
      data.nodes.filter((node) => !targets.has(node.id)).map((node) => branch(node.id)),
    ),
    data.note && h('p', { class: 'note' }, data.note),
  );
}
