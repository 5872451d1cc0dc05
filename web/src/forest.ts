import * as Plot from '@observablehq/plot';
import { base, chart, gutter, shade, type Chart, type Draw } from './chart';
import type { Forest, Num } from './data';
import { fit, h, type Tip } from './dom';
import { number } from './format';
import { logTicks } from './scale';

/** "0.81 (0.77 to 0.85)", with as many decimals as the width of the interval deserves. */
function interval(value: Num, low: Num, high: Num): string {
  if (value === null || low === null || high === null || !(high > low)) return number(value);
  const decimals = Math.max(0, Math.min(6, Math.ceil(-Math.log10((high - low) / 5))));
  const show = (v: number) => v.toFixed(decimals).replace('-', '−');
  return `${show(value)} (${show(low)} to ${show(high)})`;
}

/** What a log axis shows: every estimate, and the value of no difference with some room on both sides. */
function span(data: Forest): [number, number] {
  const values = data.rows
    .flatMap((row) => [
      row.value,
      row.low,
      row.high,
      row.published,
      row.published_low,
      row.published_high,
      row.wide_low,
      row.wide_high,
    ])
    .filter((v): v is number => typeof v === 'number' && v > 0);
  const middle = data.null_value ?? values[0] ?? 1;
  return [Math.min(middle / 1.6, ...values) / 1.1, Math.max(middle * 1.6, ...values) * 1.1];
}

/** Ticks of a log axis with room for their numbers. */
function spaced(ticks: number[], [low, high]: [number, number], width: number): number[] {
  const at = (v: number) => (width * Math.log(v / low)) / Math.log(high / low);
  let last = -Infinity;
  return ticks.filter((tick) => {
    if (at(tick) - last < 34) return false;
    last = at(tick);
    return true;
  });
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
    const marginRight = gutter(rows.map(text), width, width < 480 ? 0.38 : 0.3) + 18;
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
        ...(data.axis === 'log'
          ? {
              domain: span(data),
              ticks: spaced(logTicks(...span(data)), span(data), width - marginLeft - marginRight),
              tickFormat: number,
            }
          : { nice: true, ticks: Math.max(2, Math.floor((width - marginLeft - marginRight) / 60)) }),
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
          stroke: 'var(--paper)',
          strokeWidth: 3,
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
        Plot.ruleY(
          rows.filter((row) => typeof row.wide_low === 'number'),
          {
            y: 'key',
            x1: 'wide_low',
            x2: 'wide_high',
            stroke: shade(0),
            strokeWidth: 1,
            className: 'widened',
          },
        ),
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
          typeof row.wide_low === 'number' &&
            h('div', {}, `with the model's uncertainty ${number(row.wide_low)} to ${number(row.wide_high)}`),
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
