/** Builds the pages that the mock serves, the dashboard into `dist/dashboard` and those of products into `dist/pages`, and `wx.js` for pages of others. */
import { globSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../', import.meta.url))

/** Folders with an `index.html`; the folder's name is the page's path below `/_mock`. */
const ofProducts = globSync('src/products/*/pages/*/index.html', { cwd: root }).map(dirname).toSorted()

rmSync(join(root, 'dist/pages'), { recursive: true, force: true })
await buildPage('dashboard', '/_mock/', 'dist/dashboard')
for (const folder of ofProducts) {
  const name = basename(folder)
  await buildPage(folder, `/_mock/${name}/`, `dist/pages/${name}`)
}
await build({
  configFile: false,
  root,
  logLevel: 'warn',
  build: {
    outDir: join(root, 'dist/pages'),
    emptyOutDir: false,
    target: 'es2022',
    lib: {
      entry: join(root, 'src/doors/browser/wx.ts'),
      formats: ['iife'],
      name: 'wechatpayMock',
      fileName: () => 'wx.js',
    },
  },
})

async function buildPage(folder: string, base: string, outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: join(root, folder),
    base,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: join(root, outDir),
      emptyOutDir: true,
      target: 'es2022',
      // A page may only load separate files, never inlined ones.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  })
}
