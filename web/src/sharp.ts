/* Canvases are drawn with at least two device pixels per CSS pixel: sharp on paper and when zoomed. Must be imported before uPlot,
   which reads the ratio once. */
const real = Object.getOwnPropertyDescriptor(window, 'devicePixelRatio');
Object.defineProperty(window, 'devicePixelRatio', {
  configurable: true,
  get: () => Math.max(2, Number(real?.get?.call(window) ?? 1)),
});
export {};
