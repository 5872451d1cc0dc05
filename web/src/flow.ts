import type { Flow } from './data';
import { h } from './dom';

/** Patients from entry to analysis: one box a step, those lost beside it. */
export function flow(data: Flow): HTMLElement {
  const targets = new Set(data.nodes.flatMap((node) => node.next ?? []));
  // side by side they would not fit: one line an arm
  const many = data.nodes.some((node) => (node.next ?? []).length > 5);
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
    { class: many ? 'flow many' : 'flow', 'data-chart': 'flow' },
    h('figcaption', {}, h('h3', { class: 'title' }, data.title)),
    h(
      'div',
      { class: 'scroller', tabindex: 0, role: 'group', 'aria-label': data.title },
      data.nodes.filter((node) => !targets.has(node.id)).map((node) => branch(node.id)),
    ),
    data.note && h('p', { class: 'note' }, data.note),
  );
}
