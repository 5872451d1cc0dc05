import * as Plot from '@observablehq/plot';
import { h, textWidth } from './dom';
import { printedUnits } from './format';
import { againClass, seriesColour } from './theme';

/** A figure that draws itself to the width it has. */
export interface Chart {
  figure: HTMLElement;
  mount(): void;
  draw(width?: number): void;
}

export type Draw = (width: number) => (Node | null)[];

export function chart(
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
    h(
      'figcaption',
      {},
      h('h3', { class: 'title' }, printedUnits(title), ' ', h('span', { class: 'unit' }, unit)),
      legend,
    ),
    stage,
    note && h('p', { class: 'note' }, note),
  );
  const redraw = (width = stage.clientWidth) => {
    if (width <= 50) return;
    const drawn = draw(width).filter((node): node is Node => node !== null);
    drawn.forEach((node, k) => describe(node, k ? `${title}: numbers below the chart` : `${title}, ${unit}`));
    stage.replaceChildren(...drawn);
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

/** A drawing is one image with a name; the names that Plot gives to its parts say nothing to a reader. */
export function describe(drawing: Node, name: string): void {
  if (!(drawing instanceof SVGElement)) return;
  for (const part of drawing.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label');
    part.removeAttribute('aria-description');
  }
  drawing.setAttribute('role', 'img');
  drawing.setAttribute('aria-label', name);
}

export const base = (width: number): Plot.PlotOptions => ({
  width,
  style: { fontFamily: 'inherit', fontSize: '11px', background: 'none', overflow: 'visible' },
});
export const shade = (k: number) => `var(--${seriesColour(k)})`;

export function keys(
  names: string[],
  colours: (k: number) => string,
  lines = false,
  place = (k: number) => k,
): HTMLElement {
  return h(
    'div',
    { class: 'legend' },
    names.map((name, k) =>
      h(
        'span',
        { class: 'key', style: `--c: ${colours(k)}` },
        h('i', { class: `block${lines ? againClass(place(k)) : ''}` }),
        name,
      ),
    ),
  );
}

/** Labels wider than this are broken into lines by the chart. */
export function gutter(labels: string[], width: number, share: number): number {
  return Math.min(width * share, 14 + Math.max(0, ...labels.map((label) => textWidth(label, 11))));
}
