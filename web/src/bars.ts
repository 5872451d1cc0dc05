import * as Plot from '@observablehq/plot';
import { base, chart, gutter, keys, shade, type Chart, type Draw } from './chart';
import type { BarsChart } from './data';
import { fit, h, type Tip } from './dom';
import { number, printedUnits } from './format';

/** Shares by grade, one stacked bar a row. */
export function bars(data: BarsChart, tip: Tip): Chart {
  const label = (row: BarsChart['rows'][number]) => (row.arm ? `${row.label}, ${row.arm}` : row.label);
  // kinds differ in colour, grades in strength
  const strength = (k: number) =>
    data.tone === 'kinds'
      ? shade(k)
      : `color-mix(in oklab, ${data.tone === 'good' ? 'var(--series-1)' : 'var(--heat)'} ${data.levels.length < 2 ? 80 : 22 + (78 * k) / (data.levels.length - 1)}%, var(--paper))`;
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
  // shares that add up to all of the patients
  const whole = data.unit.startsWith('%') && parts.every((part) => part.x2 < 100.5);
  const draw: Draw = (width) => {
    const marginLeft = gutter(data.rows.map(label), width, width < 480 ? 0.5 : 0.4);
    const plot = Plot.plot({
      ...base(width),
      height: data.rows.length * 22 + 44,
      marginLeft,
      marginRight: 16,
      marginTop: 4,
      marginBottom: 36,
      x: {
        label: `${data.unit} →`,
        labelArrow: 'none',
        grid: true,
        ...(whole ? { domain: [0, 100] } : { nice: true }),
      },
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
  return chart(
    data.id,
    data.title,
    data.unit,
    data.note,
    false,
    draw,
    keys(data.levels.map(printedUnits), strength),
  );
}
