/**
 * `dist/commonjs/`: the entries of the package once more for `require`, for test runners that cannot load ES modules from CommonJS. Node itself can,
 * and gets the same files for `require` as for `import`.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Plugin, rolldown } from 'rolldown'

const root = new URL('../', import.meta.url)

/** Packages with ES modules only, so that their files must be bundled. */
const ESM_ONLY = ['@faker-js/faker']

interface Target {
  readonly default: string
}

/** The entries with a file for `require` in `dist/commonjs`: its name, and its source, an ES module. */
function entries(): [name: string, module: string][] {
  const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    exports: Record<string, { readonly require?: Target } & Target>
  }
  return Object.values(exports).flatMap(({ require, default: module }): [string, string][] =>
    require?.default.startsWith('./dist/commonjs/') ? [[basename(require.default, '.cjs'), module]] : [],
  )
}

/** CommonJS cannot wait at its top level, so `await import` becomes `require` there. */
const requireMsw: Plugin = {
  name: 'require-msw',
  transform: {
    filter: { id: /\/dist\/mocks\/msw\.js$/ },
    handler: (code) => {
      const [before, after, ...more] = code.split('await import(')
      if (after === undefined || more.length > 0) throw new Error('mocks/msw.ts has to have one `await import(…)`.')
      return `${before}require(${after}`
    },
  },
}

const isPackage = (id: string) => !/^[./]|^[A-Za-z]:/.test(id)
const path = (file: string) => fileURLToPath(new URL(file, root))

/** @param folder output folder */
export async function buildCommonJs(folder: URL): Promise<void> {
  const dir = fileURLToPath(folder)
  const code = await rolldown({
    input: {
      ...Object.fromEntries(entries().map(([name, module]) => [name, path(module)])),
      'verifier-process': path('dist/contracts/kit/verifier-process.js'),
    },
    platform: 'node',
    external: (id) => isPackage(id) && !ESM_ONLY.some((name) => id.startsWith(name)),
    plugins: [requireMsw],
  })
  await code.write({
    dir,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    // Jest cannot load ES modules without Node's option for virtual machines.
    dynamicImportInCjs: false,
    // They are in the ES modules beside it.
    comments: { legal: true, annotation: false, jsdoc: false },
  })
  await code.close()
  copyTypes(folder)
  for (const name of ESM_ONLY) {
    copyFileSync(new URL(`node_modules/${name}/LICENSE`, root), new URL(`${basename(name)}-LICENSE`, folder))
  }
}

/**
 * Copies the types of the entries, and the files they refer to, to a folder whose manifest declares CommonJS, which determines the format for
 * TypeScript. The declarations of both formats are the same.
 */
function copyTypes(folder: URL): void {
  const dist = path('dist')
  const types = fileURLToPath(new URL('types/', folder))
  const files = new Set(entries().map(([, module]) => path(module.replace(/\.js$/, '.d.ts'))))
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    // Comments have imports as examples.
    const code = text.replaceAll(/^ *\/\*\*.*?\*\//gms, '')
    for (const [, referred = ''] of code.matchAll(/\b(?:from |import\()["'](\.[^"']+)\.[jt]s["']/g)) {
      files.add(join(dirname(file), `${referred}.d.ts`))
    }
    const copy = join(types, relative(dist, file))
    mkdirSync(dirname(copy), { recursive: true })
    writeFileSync(copy, text)
  }
  writeFileSync(join(types, 'package.json'), '{ "type": "commonjs" }\n')
}
