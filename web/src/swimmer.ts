import * as Plot from '@observablehq/plot';
import { base, chart, gutter, shade, type Chart, type Draw } from './chart';
import type { Swimmer } from './data';
import { fit, h, type Tip } from './dom';
import { number } from './format';

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
  // the usual kinds have the same symbol in every chart
  const found = [...new Set(patients.flatMap((p) => (p.marks ?? []).map((m) => m.kind)))];
  const usual = ['infusion', 'transplant', 'relapse', 'death'];
  const kinds = [...usual, ...found.filter((kind) => !usual.includes(kind))];
  const symbols = ['circle', 'triangle2', 'star', 'diamond2', 'square2', 'times'] as const;
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
  const glyphs = ['●', '▲', '★', '◆', '■', '✕'];
  const legend = h(
    'div',
    { class: 'legend' },
    states.map((state, k) =>
      h('span', { class: 'key', style: `--c: ${stateColour(state, k)}` }, h('i', { class: 'block' }), state),
    ),
    kinds.flatMap((kind, k) =>
      found.includes(kind) ? [h('span', { class: 'key' }, `${glyphs[k % glyphs.length]} ${kind}`)] : [],
    ),
    h('span', { class: 'key' }, '→ alive'),
  );
  return chart(data.id, data.title, 'days', data.note, true, draw, legend);
}
