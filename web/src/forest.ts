import * as Plot from '@observablehq/plot';
import { base, chart, gutter, shade, type Chart, type Draw } from './chart';
import type { Forest, Num } from './data';
import { fit, h, wrapped, type Tip } from './dom';
import { fixed, number } from './format';
import { logTicks } from './scale';

type Row = Forest['rows'][number];
type Line = { key: string; head?: string; row?: Row };

const isNumber = (v: Num | undefined): v is number => typeof v === 'number' && Number.isFinite(v);

/** "0.81 (0.77 to 0.85)": all rows of a chart with the decimals that its usual interval deserves. */
export function intervals(data: Forest): (value: Num, low?: Num, high?: Num) => string {
  const widths = data.rows.flatMap((row) =>
    isNumber(row.low) && isNumber(row.high) ? [row.high - row.low] : [],
  );
  widths.sort((a, b) => a - b);
  const usual = widths[Math.floor(widths.length / 2)] || 1;
  const decimals = Math.max(0, Math.min(3, Math.ceil(-Math.log10(usual / 10))));
  const show = (v: number) => {
    if (data.axis !== 'log') return fixed(v, decimals);
    const size = Math.abs(v);
    return size >= 1e6 ? number(v) : fixed(v, size >= 100 ? 0 : size >= 10 ? 1 : 2);
  };
  return (value, low, high) =>
    !isNumber(value)
      ? '–'
      : isNumber(low) && isNumber(high) && high > low
        ? `${show(value)} (${show(low)} to ${show(high)})`
        : show(value);
}

/** Names of endpoints and groups as words: "crs_g3_4, all arms" -> "crs g3 4, all arms". */
const names = (label: string) => label.replace(/_/g, ' ');

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
    .filter((v): v is number => isNumber(v) && v > 0);
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

/** Heads and rows from top to bottom; a head that is too long takes several lines. */
function layOut(data: Forest, width: number): Line[] {
  const seen = new Set<string>();
  return data.rows.flatMap((row, i) => {
    const lines: Line[] = [];
    if (row.group && !seen.has(row.group)) {
      seen.add(row.group);
      wrapped(row.group, width, 11, 600).forEach((head, k) =>
        lines.push({ head, key: `head ${row.group} ${k}` }),
      );
    }
    return [...lines, { row, key: `row ${i}` }];
  });
}

/** The axis of the values, above as well where the chart is long. */
function axes(data: Forest, room: number, long: boolean) {
  const ticks =
    data.axis === 'log'
      ? spaced(logTicks(...span(data)), span(data), room)
      : Math.max(2, Math.min(8, Math.floor(room / 90)));
  const tickFormat = data.axis === 'log' ? number : (v: number) => number(v);
  const favours = data.favours ? `← ${data.favours[0]}   |   ${data.favours[1]} →` : '';
  const label = room < 300 && favours ? favours : [data.unit, favours].filter(Boolean).join('   ');
  return [
    Plot.gridX({ ticks, stroke: 'var(--grid)', strokeOpacity: 1 } as Plot.GridXOptions),
    Plot.axisX({
      ticks,
      tickFormat,
      label,
      labelAnchor: 'center',
      labelArrow: 'none',
      color: 'var(--soft)',
    } as Plot.AxisXOptions),
    long
      ? Plot.axisX({
          ticks,
          tickFormat,
          label: null,
          anchor: 'top',
          color: 'var(--soft)',
        } as Plot.AxisXOptions)
      : null,
  ];
}

/** Estimates with intervals; with published values beside them it is the validation plot. On a narrow screen the label and the numbers
 * of a row stand above its line. */
export function forest(data: Forest, tip: Tip): Chart {
  const compared = data.rows.some((row) => isNumber(row.published));
  const show = intervals(data);
  const text = (row: Row) => show(row.value, row.low, row.high);
  const draw: Draw = (width) => {
    const narrow = width < 560;
    const lines = layOut(data, width - 8);
    const rows = lines.flatMap((line) => (line.row ? [{ ...line.row, key: line.key }] : []));
    const heads = lines.flatMap((line) =>
      line.head !== undefined ? [{ head: line.head, key: line.key }] : [],
    );
    const marginLeft = narrow
      ? 10
      : gutter(
          [...rows.map((row) => `  ${names(row.label)}`), ...heads.map((head) => head.head)],
          width,
          0.36,
        );
    const marginRight = narrow ? 10 : gutter(rows.map(text), width, 0.3) + 18;
    const long = lines.length > 24;
    // places of the parts of a row, from its middle
    const [words, line, published] = narrow ? [-9, compared ? 11 : 8, 2] : [0, compared ? 4 : 0, -5];
    const each = narrow ? (compared ? 40 : 32) : compared ? 24 : 20;
    const numbers = narrow ? rows.map((row) => Math.max(60, width - 26 - gutter([text(row)], width, 1))) : [];
    const plot = Plot.plot({
      ...base(width),
      height: lines.length * each + 52 + (long ? 20 : 0),
      marginLeft,
      marginRight,
      marginTop: long ? 28 : 8,
      marginBottom: 44,
      x: data.axis === 'log' ? { type: 'log', domain: span(data) } : { type: 'linear', nice: true },
      y: { type: 'band', domain: lines.map((one) => one.key), axis: null, padding: 0.1 },
      r: { type: 'identity' } as Plot.ScaleOptions,
      marks: [
        ...axes(data, width - marginLeft - marginRight, long),
        isNumber(data.null_value)
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
          text: (d, i) => fit(names(d.label), narrow ? numbers[i] : marginLeft - 16),
          frameAnchor: 'left',
          dx: -marginLeft + (heads.length && !narrow ? 8 : 0),
          dy: words,
          textAnchor: 'start',
          fill: 'var(--soft)',
          stroke: narrow ? 'var(--paper)' : undefined,
          strokeWidth: 3,
        }),
        compared
          ? Plot.ruleY(
              rows.filter((row) => isNumber(row.published_low)),
              {
                y: 'key',
                x1: 'published_low',
                x2: 'published_high',
                stroke: 'var(--muted)',
                strokeWidth: 5,
                strokeOpacity: 0.45,
                dy: published,
              },
            )
          : null,
        compared
          ? Plot.dot(
              rows.filter((row) => isNumber(row.published)),
              {
                y: 'key',
                x: 'published',
                fill: 'var(--ink)',
                r: 3.2,
                symbol: 'square',
                dy: published,
                className: 'published',
              },
            )
          : null,
        Plot.ruleY(
          rows.filter((row) => isNumber(row.wide_low)),
          {
            y: 'key',
            x1: 'wide_low',
            x2: 'wide_high',
            stroke: shade(0),
            strokeWidth: 1,
            dy: line,
            className: 'widened',
          },
        ),
        Plot.ruleY(rows, {
          y: 'key',
          x1: 'low',
          x2: 'high',
          stroke: (d) => (d.use === 'prediction' ? shade(1) : shade(0)),
          strokeWidth: 2,
          dy: line,
        }),
        Plot.dot(rows, {
          y: 'key',
          x: 'value',
          r: (d) => 3 + 3 * Math.sqrt(d.weight ?? 0.1),
          fill: (d) => (d.use === 'prediction' ? shade(1) : shade(0)),
          symbol: (d: { use?: string }) => (d.use === 'prediction' ? 'diamond2' : 'circle'),
          dy: line,
          className: 'estimates',
        }),
        Plot.text(rows, {
          y: 'key',
          text,
          frameAnchor: 'right',
          dx: marginRight,
          dy: words,
          textAnchor: 'end',
          fill: (d) => (d.inside === false ? 'var(--bad)' : 'var(--ink)'),
          stroke: narrow ? 'var(--paper)' : undefined,
          strokeWidth: 3,
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
          h('strong', {}, names(row.label)),
          h('div', {}, `${compared ? 'simulated ' : ''}${text(row)} ${data.unit}`),
          isNumber(row.wide_low) &&
            h(
              'div',
              {},
              `with the model's uncertainty ${show(row.wide_low)} to ${show(row.wide_high ?? null)}`,
            ),
          isNumber(row.published) &&
            h('div', {}, `published ${show(row.published, row.published_low, row.published_high)}`),
          row.use && h('div', {}, row.use),
          row.note && h('div', {}, row.note),
        );
      });
      dot.addEventListener('mouseleave', () => tip.hide());
    }
    return [plot];
  };
  return chart(data.id, data.title, data.unit, data.note, true, draw, compared ? legend(data) : null);
}

function legend(data: Forest): HTMLElement {
  const used = [...new Set(data.rows.map((row) => row.use).filter(Boolean))] as string[];
  const judged = data.rows.filter((row) => typeof row.inside === 'boolean');
  return h(
    'div',
    { class: 'legend' },
    h('span', { class: 'key', style: '--c: var(--ink)' }, h('i', { class: 'block small' }), 'published'),
    (used.length ? used : ['simulated']).map((use) =>
      h(
        'span',
        { class: 'key', style: `--c: ${use === 'prediction' ? shade(1) : shade(0)}` },
        h('i', { class: use === 'prediction' ? 'diamond' : 'dot own' }),
        use === 'simulated' ? use : `simulated, ${use}`,
      ),
    ),
    judged.length
      ? h(
          'span',
          { class: 'soft' },
          `${judged.filter((row) => row.inside).length} of ${judged.length} inside the published interval`,
        )
      : null,
  );
}
