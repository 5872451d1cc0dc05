import * as Plot from '@observablehq/plot';
import { base, chart, gutter, keys, shade, type Chart, type Draw } from './chart';
import type { Curves, Num } from './data';
import { fit, h, type Tip } from './dom';
import { number } from './format';
import { again, dashes } from './theme';

/** Kaplan-Meier and cumulative-incidence curves with bands, censoring ticks and numbers at risk. */
export function curves(data: Curves, kind: 'km' | 'cif', tip: Tip): Chart {
  const arms = data.arms;
  const name = (arm: Curves['arms'][number]) => (arm.cause ? `${arm.arm}: ${arm.cause}` : arm.arm);
  // an arm keeps its colour where others are left out
  const place = (k: number) => arms[k].place ?? k;
  const rows = arms.flatMap((arm, k) =>
    arm.t.map((t, i) => ({
      t,
      value: arm.value[i],
      low: arm.low?.[i] ?? null,
      high: arm.high?.[i] ?? null,
      arm: name(arm),
      colour: shade(place(k)),
      again: again(place(k)),
    })),
  );
  const last = (arm: Curves['arms'][number], day: number): Num => {
    let at = -1;
    for (let i = 0; i < arm.t.length && arm.t[i] <= day; i++) at = i;
    return at < 0 ? (kind === 'km' ? 1 : 0) : arm.value[at];
  };
  const draw: Draw = (width) => {
    const risk = data.risk;
    // room for the first number beside the name
    const label = risk
      ? 24 +
        gutter(
          risk.rows.map((row) => row.arm),
          width - 40,
          0.34,
        )
      : 40;
    // on a narrow screen names stand above their numbers
    const stacked = width < 480;
    const marginLeft = stacked ? 44 : Math.max(44, label);
    const [nameAt, numbersAt] = stacked ? [-7, 7] : [0, 0];
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
        ...([0, 1, 2] as const).map((style) =>
          Plot.line(
            rows.filter((row) => row.again === style),
            {
              x: 't',
              y: 'value',
              stroke: 'colour',
              z: 'arm',
              strokeWidth: 2,
              strokeDasharray: dashes[style],
              curve: 'step-after',
            },
          ),
        ),
        Plot.tickX(
          arms.flatMap((arm, k) =>
            (arm.censored ?? []).map((t) => ({ t, y: last(arm, t), colour: shade(place(k)) })),
          ),
          { x: 't', stroke: 'colour', strokeWidth: 0 },
        ),
        Plot.dot(
          arms.flatMap((arm, k) =>
            (arm.censored ?? []).map((t) => ({ t, y: last(arm, t), colour: shade(place(k)) })),
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
      height: risk.rows.length * (stacked ? 30 : 16) + 24,
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
        Plot.dot(risk.rows, {
          y: 'arm',
          frameAnchor: 'left',
          dx: 4 - marginLeft,
          dy: nameAt,
          symbol: 'square',
          r: 4,
          fill: (d) =>
            shade(
              place(
                Math.max(
                  0,
                  arms.findIndex((arm) => arm.arm === d.arm),
                ),
              ),
            ),
        }),
        Plot.text(risk.rows, {
          y: 'arm',
          frameAnchor: 'left',
          dx: 12 - marginLeft,
          dy: nameAt,
          textAnchor: 'start',
          text: (d) => fit(d.arm, stacked ? width - 20 : marginLeft - 34),
          fill: 'var(--soft)',
        }),
        Plot.text(
          risk.rows.flatMap((row) => row.at_risk.map((n, i) => ({ arm: row.arm, n, t: risk.times[i] }))),
          {
            x: 't',
            y: 'arm',
            dy: numbersAt,
            text: (d) => (d.n as number).toLocaleString('en'),
            fill: 'var(--ink)',
          },
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
    keys(arms.map(name), (k) => shade(place(k)), true, place),
  );
}
