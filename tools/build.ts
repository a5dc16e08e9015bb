/** Builds `dist/`: plain `.js` and `.d.ts` from `tsc`, one file per source file, the pages, and the command line again in a few files. */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PluginContext, rolldown } from 'rolldown'
import { buildCommonJs } from './build-commonjs.ts'

const root = new URL('../', import.meta.url)
// `.ci/run` builds once, for all of its steps: some of them read files that another one would rebuild.
if (process.env.DIST_IS_BUILT === '1' && existsSync(new URL('dist/commonjs', root))) process.exit()
rmSync(new URL('dist', root), { recursive: true, force: true })
execFileSync('tsc', ['--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
await import('./build-pages.ts')

// Reading some 330 files takes longer than everything else the server does until its first answer.
/** Packages that are bundled too, all of them needed at every start. */
const BUNDLED = ['commander', 'zod']
const bundle = new URL('dist/src/cli/bundle/', root)
const layerOf = new Map<string, string>()
const bundled = await rolldown({
  input: {
    main: fileURLToPath(new URL('dist/src/cli/main.js', root)),
    'verifier-process': fileURLToPath(new URL('dist/contracts/kit/verifier-process.js', root)),
  },
  platform: 'node',
  external: (id) => !/^[./]|^[A-Za-z]:/.test(id) && !BUNDLED.includes(id),
  plugins: [{ name: 'layers', buildEnd: findLayers }],
  preserveEntrySignatures: 'allow-extension',
})
await bundled.write({
  dir: fileURLToPath(bundle),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  comments: false,
  // One Chinese character would have V8 keep a whole file with two bytes a character.
  charset: 'ascii',
  codeSplitting: {
    groups: [{ debugName: 'layers', name: (id) => layerOf.get(id) ?? null, includeDependenciesRecursively: false }],
  },
})
await bundled.close()
// Nothing else loads the sources of the bundle.
const commandLine = new URL('dist/src/cli/', root)
for (const name of readdirSync(commandLine)) {
  if (name !== 'bundle') rmSync(new URL(name, commandLine), { recursive: true })
}
for (const name of BUNDLED) {
  copyFileSync(new URL(`node_modules/${name}/LICENSE`, root), new URL(`${name}-LICENSE`, bundle))
}
chmodSync(new URL('main.js', bundle), 0o755)

await buildCommonJs(new URL('dist/commonjs/', root))

/**
 * Puts each module into a layer with the smallest command that needs it at once. A command then loads a few files, little in them is not for it, and no
 * two files import each other: a layer imports smaller ones only.
 */
function findLayers(this: PluginContext): void {
  const imported = (id: string, found = new Set<string>()): Set<string> => {
    const info = this.getModuleInfo(id)
    if (info === null || found.has(id)) return found
    found.add(id)
    for (const next of info.importedIds) imported(next, found)
    return found
  }
  const program = fileURLToPath(new URL('dist/src/cli/program.js', root))
  const commands = (this.getModuleInfo(program)?.dynamicallyImportedIds ?? []).map((id) => ({
    id,
    needs: imported(id),
  }))
  commands.sort((a, b) => a.needs.size - b.needs.size)
  for (const { id, needs } of [{ id: program, needs: imported(program) }, ...commands]) {
    for (const one of needs) if (!layerOf.has(one)) layerOf.set(one, basename(id, '.js'))
  }
}
