import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** The notice that the licence of each bundled package asks to keep. */
function licences(moduleIds: Iterable<string>): string {
  const found = new Map<string, string>();
  for (const id of moduleIds) {
    if (!id.includes('/node_modules/') || id.startsWith('\0')) continue;
    let folder = dirname(id.split('?')[0]);
    while (
      !existsSync(join(folder, 'package.json')) ||
      !JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
    )
      folder = dirname(folder);
    const pack = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : String(pack.license);
    found.set(`${pack.name} ${pack.version}`, text);
  }
  // packages that share a text share its printing
  const byText = new Map<string, string[]>();
  for (const [name, text] of [...found].sort()) byText.set(text, [...(byText.get(text) ?? []), name]);
  return [...byText].map(([text, names]) => `${names.join(', ')}\n\n${text}`).join('\n\n----\n\n');
}

/** Script and style into the page itself: one file, nothing left to load. */
function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset') throw new Error('no page in the bundle');
      let html = String(page.source);
      const modules: string[] = [];
      for (const [name, part] of Object.entries(bundle)) {
        if (part.type === 'chunk') {
          modules.push(...Object.keys(part.modules));
          const code = part.code
            .trim()
            .replace(/<\/(script)/gi, '<\\/$1')
            .replace(/<!--/g, '<\\!--');
          html = html.replace(/<script type="module"[^>]*src="[^"]*"[^>]*><\/script>\s*/, '');
          html = html.replace('</body>', () => `<script type="module">\n${code}\n</script>\n</body>`);
          delete bundle[name];
        } else if (name.endsWith('.css')) {
          html = html.replace(/<link rel="stylesheet"[^>]*>\s*/, '');
          html = html.replace('</head>', () => `<style>\n${String(part.source).trim()}\n</style>\n</head>`);
          delete bundle[name];
        }
      }
      const notice = licences(modules).replace(/&/g, '&amp;').replace(/</g, '&lt;');
      html = html.replace('</body>', () => `<template id="licences">${notice}</template>\n</body>`);
      if (html.split('@BRIDGE7_DATA@').length !== 2) throw new Error('the page must hold its data mark once');
      page.source = html;
      page.fileName = 'report.html';
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [oneFile()],
  build: {
    target: 'es2020',
    outDir: process.env.BRIDGE7_PAGE_OUT ?? 'dist',
    emptyOutDir: true,
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    rollupOptions: { input: 'index.html', output: { inlineDynamicImports: true } },
  },
});
