/**
 * Checks the package as a user would get it: packs it, lints the tarball, installs it into an empty project, type-checks an import of every entry
 * there, runs one call through the core, starts the bin, and runs the commands of the pages in another empty project. `-- docs/run` runs those of the
 * pages with that in their paths, and nothing else.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isRepresentative } from '../test/helpers/representative.ts'
import { step } from './binary/check.ts'
import { runPageCommands } from './package/run-page-commands.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string
  exports: Record<string, string | { default: string }>
  devDependencies: Record<string, string>
}
const project = mkdtempSync(join(tmpdir(), 'wechatpay-mock-package-'))
const reader = mkdtempSync(join(tmpdir(), 'wechatpay-mock-reader-'))

/** Entries with the conditions of the first one, which stands for them in CI. */
const LIKE_THE_FIRST = ['./node', './protocol', './fixtures', './pact']

const run = (command: string, args: readonly string[], cwd = project): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

try {
  const packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', project], root)) as [
    { filename: string; files: readonly { path: string }[] },
  ]
  const tarball = join(project, packed[0].filename)
  const [only] = process.argv.slice(2)
  if (only === undefined) await checkPackage(tarball, packed[0].files)
  await step('the commands of the pages', () => runPageCommands(reader, tarball, only))
} finally {
  for (const folder of [project, reader]) rmSync(folder, { recursive: true, force: true })
}

async function checkPackage(tarball: string, files: readonly { path: string }[]): Promise<void> {
  await step('the command line is there once, in few files', () => {
    const twice = files.filter(({ path }) => /^dist\/src\/cli\/(?!bundle\/)/.test(path))
    if (twice.length > 0) throw new Error(`${twice.length} files, such as ${twice[0]?.path}`)
  })
  await step('publint', () => run('publint', ['--strict', tarball], root))
  const left = isRepresentative ? LIKE_THE_FIRST : []
  await step('are the types wrong', () =>
    run('attw', [tarball, '--exclude-entrypoints', './seed.schema.json', ...left], root),
  )

  const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target !== 'string')
  const specifiers = entries.map(([entry]) => manifest.name + entry.slice(1))
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }))
  const peers = ['msw', 'vitest', '@pact-foundation/pact', 'typescript'].map(
    (name) => `${name}@${manifest.devDependencies[name]}`,
  )
  await step('does without its optional peers, and says what pact verify needs', () => {
    run('npm', ['install', '--no-audit', '--no-fund', '--legacy-peer-deps', tarball])
    const call = {
      description: 'a call',
      request: { method: 'GET', path: '/v3/certificates' },
      response: { status: 200 },
    }
    const pact = { consumer: { name: 'c' }, provider: { name: 'wechatpay' }, interactions: [call] }
    writeFileSync(join(project, 'pact.json'), JSON.stringify(pact))
    const { status, stderr } = spawnSync(
      process.execPath,
      ['node_modules/.bin/wechatpay-mock', 'pact', 'verify', 'pact.json', '--lang', 'en'],
      { cwd: project, encoding: 'utf8' },
    )
    if (status !== 2 || !stderr.includes('npm install --save-dev @pact-foundation/pact')) {
      throw new Error(`exit ${status}: ${stderr}`)
    }
  })
  await step('installs into an empty project', () =>
    run('npm', ['install', '--no-audit', '--no-fund', tarball, ...peers]),
  )

  writeFileSync(
    join(project, 'entries.ts'),
    specifiers.map((specifier, i) => `import * as entry${i} from '${specifier}'\nexport { entry${i} }\n`).join(''),
  )
  await step(`types of ${specifiers.join(', ')}`, () =>
    run('npx', [
      'tsc',
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--skipLibCheck',
      'false',
      'entries.ts',
    ]),
  )
  writeFileSync(
    join(project, 'call.mjs'),
    `import { createMock } from '${manifest.name}'
const mock = createMock()
const coupon = await mock.control.coupon('100088', 'sxxe34343434')
if (coupon.state !== 'SENDED') throw new Error('unexpected ' + JSON.stringify(coupon))
`,
  )
  await step('a call through the core', () => run(process.execPath, ['call.mjs']))
  // Node's own `require` gets the ES modules, so the files are named explicitly.
  writeFileSync(
    join(project, 'formats.mjs'),
    `import { deepEqual } from 'node:assert/strict'
import { createRequire } from 'node:module'
import manifest from '${manifest.name}/package.json' with { type: 'json' }
const require = createRequire(import.meta.url)
for (const [entry, { require: target }] of Object.entries(manifest.exports)) {
  if (!target?.default.startsWith('./dist/commonjs/')) continue
  const required = require('./node_modules/${manifest.name}/' + target.default)
  deepEqual(Object.keys(required).sort(), Object.keys(await import('${manifest.name}' + entry.slice(1))).sort(), entry)
}
`,
  )
  await step('require has the names that import has', () => run(process.execPath, ['formats.mjs']))

  const child = spawn(process.execPath, ['node_modules/.bin/wechatpay-mock', '--port', '0', '--json'], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { event, control } = JSON.parse(line) as { event: string; control: string }
  const health = (await (await fetch(`${control}/health`)).json()) as { status: string }
  const built = files.flatMap(({ path }) => /^dist\/pages\/([^/]+)\/index\.html$/.exec(path)?.[1] ?? [])
  const pages = [control, ...built.map((name) => `${control}/${name}`)]
  const missing: string[] = []
  for (const page of pages) if ((await fetch(page)).status !== 200) missing.push(page)
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number | null]
  await step('it has the pages', () => {
    if (built.length === 0 || missing.length > 0)
      throw new Error(`There is no ${missing.join(', ') || 'page of a product'}`)
  })
  await step('the bin starts, answers and stops', () => {
    if (event !== 'listening' || health.status !== 'ok' || code !== 0) {
      throw new Error(`event ${event}, health ${health.status}, exit ${code}`)
    }
  })
}
