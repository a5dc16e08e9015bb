/**
 * Builds `build/wechatpay-mock-<platform>-<cpu>`, the command line as one executable that does not need Node: the Node that `binary/node-builds.json`
 * locks, with the bundled program inside (single executable application). Beside it are the licences of everything in it, its bill of materials, and
 * SHA256SUMS. On Linux also `build/image/`, the whole file system of the container image.
 *
 * Needs `dist/`, for the pages.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { billOf, installedPackages } from './binary/bill-of-materials.ts'
import { BILL, BINARY, BUILD, CHECKSUMS, LICENSES, librariesOf } from './binary/executable.ts'
import { NODE_VERSION, nodeBuildOf, unpackLockedNode } from './binary/locked-node.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const require = createRequire(import.meta.url)
/** Name of the section in which Node looks for a program, and of the flag that is set if it exists; both are Node's own. */
const SECTION = 'NODE_SEA_BLOB'
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

rmSync(BUILD, { recursive: true, force: true })
mkdirSync(BUILD)
const node = await unpackLockedNode(join(BUILD, 'node'))
const folders = packageFolders(await bundle(join(BUILD, 'program.cjs')))
writeFileSync(LICENSES, licences(folders))
const bundled = folders.map(manifestIn).map(({ name, version }) => `${name}@${version}`)
writeFileSync(BILL, `${JSON.stringify(billOf(installedPackages(root), new Set(bundled), nodeBuildOf()), null, 2)}\n`)
inject(join(BUILD, 'program.cjs'))
writeFileSync(CHECKSUMS, [BINARY, LICENSES, BILL].map((file) => `${sha256(file)}  ${basename(file)}\n`).join(''))
rmSync(join(BUILD, 'node'), { recursive: true })
if (process.platform === 'linux') layOutImage(join(BUILD, 'image'))
console.log(relative(root, BINARY))

/** Bundles the program into one file, with its libraries, and returns the source files. */
async function bundle(file: string): Promise<readonly string[]> {
  const program = await rolldown({
    input: join(root, 'tools/binary/entry.ts'),
    platform: 'node',
    // The Redis client does without it if it is not installed.
    external: ['@node-rs/xxhash'],
  })
  // Node caches the code of one CommonJS file only.
  const { output } = await program.write({ file, format: 'cjs', codeSplitting: false })
  await program.close()
  return output[0].moduleIds
}

/** Puts the program into a copy of the locked Node, which also makes the blob, since code is cached for one version. */
function inject(program: string): void {
  const blob = join(BUILD, 'program.blob')
  const config = join(BUILD, 'sea-config.json')
  writeFileSync(
    config,
    JSON.stringify({
      main: program,
      output: blob,
      disableExperimentalSEAWarning: true,
      useCodeCache: true,
      // NODE_OPTIONS is meant for the programs that `run` starts.
      execArgvExtension: 'none',
      assets: Object.fromEntries(assets().map((path) => [path, join(root, path)])),
    }),
  )
  quietly(node.executable, ['--experimental-sea-config', config])
  copyFileSync(node.executable, BINARY)
  chmodSync(BINARY, 0o755)
  const isMac = process.platform === 'darwin'
  // The signature would be invalid after the file has changed.
  if (isMac) quietly('codesign', ['--remove-signature', BINARY])
  const segment = isMac ? ['--macho-segment-name', 'NODE_SEA'] : []
  quietly(process.execPath, [
    require.resolve('postject/dist/cli.js'),
    BINARY,
    SECTION,
    blob,
    '--sentinel-fuse',
    FUSE,
    ...segment,
  ])
  if (isMac) quietly('codesign', ['--sign', '-', BINARY])
  for (const made of [program, blob, config]) rmSync(made)
}

/** The files that the program reads at run time, by their paths in the package (`src/control/package-files.ts`). */
function assets(): string[] {
  const pages = ['dist/dashboard', 'dist/pages'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll('\\', '/')),
  )
  const facts = readdirSync(join(root, 'src/catalogue')).filter((name) => name.endsWith('.json'))
  return ['package.json', ...pages, ...facts.map((name) => `src/catalogue/${name}`)]
}

/** The folders of the packages in the executable: those of the program, and those of the pages, which are built before. */
function packageFolders(modules: readonly string[]): readonly string[] {
  const ofPages = ['dashboard', 'src/doors/browser', 'src/products']
    .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }))
    .filter((file) => !file.startsWith('src/products') || file.split(sep).includes('pages'))
    .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/ from '((?:@[^/']+\/)?[^./'][^/']*)/g)])
    .map(([, name = '']) => join(root, 'node_modules', name))
    .filter((folder) => existsSync(folder))
  return [
    ...new Set([
      ...modules.flatMap((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(id) ?? []),
      ...ofPages,
    ]),
  ]
}

function manifestIn(folder: string): { name: string; version: string; license: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** The licences of everything in the executable, one after another: ours, those of the bundled packages, and Node's. */
function licences(folders: readonly string[]): string {
  const ofPackages = [root, ...folders].map((folder) => {
    const { name, version, license } = manifestIn(folder)
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    return { title: `${name} ${version} (${license})`, text: file && readFileSync(join(folder, file), 'utf8') }
  })
  return [...ofPackages, { title: `node ${NODE_VERSION} (MIT)`, text: node.licence }]
    .map(({ title, text }) => (text === undefined ? `${title}\n` : `${title}\n\n${text.trim()}\n`))
    .join(`\n${'-'.repeat(80)}\n\n`)
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/**
 * Lays out the image's file system: the executable, the libraries of this system that it is linked with, and two directories that anybody may write
 * to.
 */
function layOutImage(image: string): void {
  const notices = ['libc6', 'libgcc-s1', 'libstdc++6'].map((name) => `/usr/share/doc/${name}/copyright`)
  for (const path of [...librariesOf(BINARY), ...notices.filter((notice) => existsSync(notice))]) {
    mkdirSync(dirname(join(image, path)), { recursive: true })
    copyFileSync(path, join(image, path))
  }
  copyFileSync(BINARY, join(image, 'wechatpay-mock'))
  copyFileSync(LICENSES, join(image, 'LICENSES.txt'))
  for (const directory of ['tmp', 'data']) {
    mkdirSync(join(image, directory))
    // The umask may remove permissions that mkdir was asked for.
    chmodSync(join(image, directory), 0o1777)
  }
}

/** Runs a program whose output matters only if it fails. */
function quietly(program: string, args: readonly string[]): void {
  execFileSync(program, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
}
