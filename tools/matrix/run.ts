/**
 * `npm run test:matrix`: packs the package, installs it with pinned versions of its peers, and runs a test in each test runner, module format and
 * Node. Prints a table; one failing case makes the exit code 1. An argument selects the cases with that word in their line: `-- Jest`. REPRESENTATIVE=1
 * runs those that stand for the others.
 */
import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NEEDED_NODE } from '../../src/wire/shared/node-version.ts'
import { isRepresentative } from '../../test/helpers/representative.ts'
import { redisVersion, startRedis } from '../../test/redis/redis-server.ts'
import type { Case, NodeName, Project } from './case.ts'
import { projects } from './projects.ts'

/** Number of concurrent installs and cases. */
const AT_ONCE = 2
/** For a runner or an install that hangs: a busy machine is only slow. */
const LONGEST_MS = 600_000
const SHOWN_LINES = 40

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'wechatpay-mock-matrix-'))
const oldest = `${NEEDED_NODE.join('.')}.0`
const wanted = process.argv.slice(2)

interface Outcome {
  readonly line: string
  /** `undefined` for success. */
  readonly failure: string | undefined
  readonly leftOut?: string
}

interface Ended {
  readonly code: number | string
  readonly output: string
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const { NODE_OPTIONS: _, NODE_PATH: __, ...inherited } = process.env
  const env = { ...inherited, FORCE_COLOR: '0', PACT_DO_NOT_TRACK: 'true', ...environment }
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env, timeout: LONGEST_MS, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.killed ? `none after ${LONGEST_MS / 1_000} s` : (error.code ?? 1)
      resolve({ code, output: `${stdout}${stderr}` })
    })
  })
}

async function npmInstall(cwd: string, packages: Readonly<Record<string, string>>, allowScripts = {}): Promise<Ended> {
  await mkdir(cwd, { recursive: true })
  await writeFile(join(cwd, 'package.json'), JSON.stringify({ private: true, dependencies: packages, allowScripts }))
  return run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], cwd)
}

/** The program of a Node version, from the registry. */
async function nodeProgram(version: string): Promise<string> {
  const cwd = join(folder, 'node')
  const { code, output } = await npmInstall(cwd, { node: version }, { node: true })
  if (code !== 0)
    throw new Error(`npm install node@${version} ended with ${code}; it needs the npm registry\n${output}`)
  return join(cwd, 'node_modules/node/bin/node')
}

async function pack(): Promise<string> {
  // The caller has already built what npm would build first.
  const { code, output } = await run(
    'npm',
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
    root,
  )
  if (code !== 0) throw new Error(output)
  return join(folder, output.trim().split('\n').at(-1) ?? '')
}

function lineOf({ runner, format, beside = '' }: Case, version: string): string {
  return [runner.padEnd(30), format.padEnd(39), beside.padEnd(28), `Node ${version}`].join('  ')
}

async function runCase(
  one: Case,
  directory: string,
  node: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  for (const [name, text] of Object.entries(one.files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true })
    await writeFile(join(directory, name), text)
  }
  await writeFile(join(directory, 'package.json'), '{}')
  const args = one.args.map((arg) => (arg.startsWith('node_modules/') ? join(directory, '..', arg) : arg))
  const { code, output } = await run(node, args, directory, { ...one.environment, ...environment })
  const fits = one.refusal === undefined ? code === 0 : code !== 0 && output.includes(one.refusal)
  if (fits) return undefined
  const expected = one.refusal === undefined ? '' : `It should have failed with: ${one.refusal}\n`
  return `${expected}exit code ${code}\n${output.trim().split('\n').slice(-SHOWN_LINES).join('\n')}`
}

async function runProject({ packages, cases }: Project, index: number, given: Given): Promise<Outcome[]> {
  const versions: Record<NodeName, string> = { oldest, own: process.versions.node }
  const chosen = cases.flatMap((one) =>
    one.nodes
      .map((name) => ({ one, node: given.nodes[name], line: lineOf(one, versions[name]) }))
      .filter(({ line }) => wanted.every((word) => line.includes(word))),
  )
  if (chosen.length === 0) return []
  const project = join(folder, `project-${index}`)
  const installed = await npmInstall(project, { ...packages, 'wechatpay-mock': `file:${given.tarball}` })
  const outcomes: Outcome[] = []
  for (const [number, { one, node, line }] of chosen.entries()) {
    if (one.needs && given.redis === undefined) {
      outcomes.push(report({ line, failure: undefined, leftOut: `no ${one.needs} on this machine` }))
      continue
    }
    const failure =
      installed.code === 0
        ? await runCase(one, join(project, `case-${number}`), node, { REDIS: given.redis })
        : `npm install ended with ${installed.code}; it needs the npm registry\n${installed.output}`
    outcomes.push(report({ line, failure }))
  }
  await rm(project, { recursive: true })
  return outcomes
}

function report(outcome: Outcome): Outcome {
  console.log(
    `${(outcome.leftOut ? 'left out' : outcome.failure === undefined ? 'ok' : 'FAILED').padEnd(8)}  ${outcome.line}`,
  )
  if (outcome.failure !== undefined) console.log(outcome.failure.replaceAll(/^/gm, '    '))
  return outcome
}

interface Given {
  readonly tarball: string
  readonly nodes: Readonly<Record<NodeName, string>>
  /** The address of a server; `undefined` if there is not one. */
  readonly redis: string | undefined
}

const began = performance.now()
await access(join(root, 'dist/commonjs')).catch(() => {
  throw new Error('There is no dist/commonjs: npm run build')
})
const redis = redisVersion() === undefined ? undefined : await startRedis()
const outcomes: Outcome[] = []
try {
  const [tarball, oldestNode] = await Promise.all([pack(), nodeProgram(oldest)])
  const given: Given = { tarball, nodes: { oldest: oldestNode, own: process.execPath }, redis: redis?.url }
  const waiting = projects.filter(({ standsForOthers }) => standsForOthers || !isRepresentative).entries()
  const work = async () => {
    for (const [index, project] of waiting) outcomes.push(...(await runProject(project, index, given)))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
} finally {
  await redis?.remove()
  await rm(folder, { recursive: true })
}

const failed = outcomes.filter(({ failure }) => failure !== undefined)
const leftOut = outcomes.filter((outcome) => outcome.leftOut !== undefined)
console.log(
  `\n${outcomes.length - failed.length - leftOut.length} ok, ${failed.length} failed, ${leftOut.length} left out, ${Math.round((performance.now() - began) / 1_000)} s`,
)
process.exitCode = failed.length > 0 || outcomes.length === 0 ? 1 : 0
