/**
 * Changes the source in one small way after another and checks whether its tests notice: `npm run mutation` for the rules of the products, protocol
 * and diagnosis, `npm run mutation -- src/protocol/message.ts` for some files or folders, `npm run mutation:changed -- <commit>` for the differences
 * from a commit.
 *
 * Ends with 1 if fewer than 90 of 100 changes are noticed. An interrupted run is resumed: a file is not run again while source and tests are older
 * than its report. With `--minutes 5` it ends after that many minutes, smallest files first, and names the files that it did not reach.
 *
 * `npm run mutation -- --share 0.05 --seed 1` tries a random 5 % of the changes of all of `src`, or of the files and folders that are named, with all
 * tests of `npm test` that reach them; `MUTATION_CONCURRENCY=2` tries two at a time. It says which share is noticed, to be compared with that of
 * another commit, and expects no certain one.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'
import { isInShare } from './share.ts'

const FLOOR_PERCENT = 90
/** The rules of products, and what decides on the wire. */
const FILES = 'src/{products/*/{rules/*,*-rules},protocol/**/*,diagnosis/**/*}.ts'

/** `products/transfer/rules` for the rules of a product, whether they lie in a folder or in files named after them. */
function groupOf(file: string): string {
  const [, product, folder = ''] = /^src\/(?:products\/([^/]+)|([^/]+))\//.exec(file) ?? []
  return product === undefined ? folder : `products/${product}/rules`
}

/** `products/transfer` or `engine`. */
const folderOf = (file: string): string => /^src\/(products\/[^/]+|[^/]+)/.exec(file)?.[1] ?? ''

type Status = 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'CompileError' | 'RuntimeError' | 'Pending'

interface Mutant {
  readonly status: Status
  readonly statusReason?: string
  readonly mutatorName: string
  readonly replacement?: string
  /** Counted from 1. */
  readonly location: { readonly start: { readonly line: number; readonly column: number } }
}

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>
}

/** Outcomes of the changes. */
interface Tally {
  readonly noticed: number
  readonly unnoticed: number
  /** Changes without an observable effect, each with its reason beside it in the source. */
  readonly equivalent: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    changed: { type: 'boolean' },
    minutes: { type: 'string' },
    share: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
if (values.share !== undefined) {
  process.exit(tryShare(positionals.length === 0 ? ['src'] : positionals))
}
const endsAt = values.minutes === undefined ? undefined : Date.now() + Number(values.minutes) * 60_000

const base = values.changed ? (positionals[0] ?? baseCommit()) : undefined
if (values.changed && base === undefined) {
  console.log('There is no earlier commit here to compare with: name one, or give a checkout its history.')
  process.exit(0)
}
const files = base === undefined ? wantedFiles(positionals) : changedFiles(base)
if (files.length === 0) {
  console.log('Nothing of the rules of products, src/protocol and src/diagnosis is changed.')
  process.exit(0)
}

const tallies = new Map<string, Tally>()
const leftOut: string[] = []
for (const file of endsAt === undefined ? files : smallestFirst(files)) {
  if (isUpToDate(file)) {
    note(file)
    continue
  }
  const leftMs = endsAt === undefined ? undefined : endsAt - Date.now()
  if (leftMs !== undefined && leftMs <= 0) {
    leftOut.push(file)
    continue
  }
  const startedAt = new Date()
  const { status, signal } = spawnSync('stryker', ['run', 'tools/reliability/stryker.config.js'], {
    stdio: 'inherit',
    env: { ...process.env, MUTATION_FILE: file },
    ...(leftMs !== undefined && { timeout: leftMs }),
  })
  if (endsAt !== undefined && status !== 0 && Date.now() >= endsAt) {
    leftOut.push(file)
    continue
  }
  if (status !== 0) {
    console.error(`Stryker did not come to an end with ${file} (${signal ?? status}).`)
    process.exit(status ?? 1)
  }
  // Stryker has not seen changes made from now on: it made its copy at the start.
  utimesSync(reportOf(file), startedAt, startedAt)
  note(file)
}

const total = sum([...tallies.values()])
const groups = Map.groupBy(tallies, ([file]) => groupOf(file))
for (const [group, own] of groups) {
  console.log(`src/${group} (${own.length} files): ${describe(sum(own.map(([, tally]) => tally)))}`)
}
console.log(`All ${tallies.size} files: ${describe(total)}; at least ${FLOOR_PERCENT} % have to be.`)
if (leftOut.length > 0) console.log(`Not come to within ${values.minutes} minutes: ${leftOut.join(', ')}`)
if (isToBeKept) {
  for (const [group, own] of groups) {
    keep(
      group,
      own.map(([, tally]) => tally),
    )
  }
}
if (percentOf(total) < FLOOR_PERCENT) process.exit(1)

function note(file: string): void {
  const tally = tallyOf(file)
  tallies.set(file, tally)
  console.log(`${file}: ${describe(tally)}`)
}

/** Whether nothing that affects a result has changed since there is one. */
function isUpToDate(file: string): boolean {
  const report = reportOf(file)
  if (!existsSync(report)) return false
  const { mtimeMs } = statSync(report)
  const inputs = globSync(['{src,test,fixtures,tools/reliability}/**/*.{ts,js,json}', 'package-lock.json'])
  return inputs.every((input) => statSync(input).mtimeMs < mtimeMs)
}

function reportOf(file: string): string {
  return `reports/mutation/${file}.json`
}

function keep(folder: string, own: readonly Tally[]): void {
  const { noticed, unnoticed, equivalent } = sum(own)
  const all = globSync(FILES).filter((file) => groupOf(file) === folder).length
  keepResult('mutation', folder.replaceAll('/', '-'), {
    columns: {
      folder: `src/${folder}`,
      files: own.length === all ? own.length : `${own.length} of ${all}`,
      changes: noticed + unnoticed,
      noticed,
      'make no difference': equivalent,
      score: `${percentOf({ noticed, unnoticed, equivalent }).toFixed(1)} %`,
    },
    ...aboutThisRun(),
  })
}

/** Gets as many as possible done in a limited time. */
function smallestFirst(paths: readonly string[]): string[] {
  return paths.toSorted((a, b) => statSync(a).size - statSync(b).size)
}

function wantedFiles(wanted: readonly string[]): string[] {
  if (wanted.length === 0) return globSync(FILES).sort()
  return wanted.flatMap((path) => (path.endsWith('.ts') ? [path] : globSync(`${path}/**/*.ts`).sort()))
}

function changedFiles(base: string): string[] {
  const changed = git('diff', '--name-only', '--diff-filter=d', base, '--').split('\n')
  const named = changed.map((path) => path.replace(/^test\//, 'src/').replace(/\.test\.ts$/, '.ts'))
  const included = new Set(globSync(FILES))
  return [...new Set(named)].filter((path) => included.has(path)).sort()
}

/** Where this branch left `main`; on `main` itself, or without a `main`, the previous commit, if the checkout has it. */
function baseCommit(): string | undefined {
  const head = commitOf('HEAD')
  const base = commitOf('main') && git('merge-base', 'HEAD', 'main')
  return base === undefined || base === head ? commitOf('HEAD~1') : base
}

function commitOf(name: string): string | undefined {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--quiet', '--verify', `${name}^{commit}`], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout.trim() : undefined
}

function git(...words: readonly string[]): string {
  return execFileSync('git', words, { encoding: 'utf8' }).trim()
}

/** @returns the exit code */
function tryShare(paths: readonly string[]): number {
  Object.assign(process.env, { MUTATION_SHARE: values.share, MUTATION_SEED: values.seed })
  process.env.MUTATION_FILE = wantedFiles(paths).join(',')
  const { status } = spawnSync('stryker', ['run', 'tools/reliability/stryker.config.js'], { stdio: 'inherit' })
  if (status !== 0) return status ?? 1
  const tried = Object.entries(reportIn(reportOf('share')).files).map(([file, { mutants }]) => {
    const chosen = mutants.filter((mutant) => {
      const { line, column } = mutant.location.start
      return isInShare(file, mutant, { line: line - 1, column: column - 1 })
    })
    return [folderOf(file), tallyIn(chosen)] as const
  })
  for (const [folder, own] of Map.groupBy(tried, ([folder]) => folder))
    console.log(`src/${folder}: ${describe(sum(own.map(([, tally]) => tally)))}`)
  console.log(`A share of ${values.share}, seed ${values.seed}: ${describe(sum(tried.map(([, tally]) => tally)))}`)
  return 0
}

function reportIn(path: string): Report {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function tallyOf(file: string): Tally {
  return tallyIn(Object.values(reportIn(reportOf(file)).files).flatMap(({ mutants }) => mutants))
}

function tallyIn(mutants: readonly Mutant[]): Tally {
  // Changes to the wording of texts do not count: `stryker.config.js` explains why.
  const changes = mutants.filter(({ statusReason = '' }) => !statusReason.includes('excluded mutation'))
  const statuses = changes.map(({ status }) => status)
  const count = (...wanted: readonly Status[]) => statuses.filter((status) => wanted.includes(status)).length
  return {
    noticed: count('Killed', 'Timeout'),
    unnoticed: count('Survived', 'NoCoverage'),
    equivalent: count('Ignored'),
  }
}

function sum(tallies: readonly Tally[]): Tally {
  const add = (key: keyof Tally) => tallies.reduce((all, tally) => all + tally[key], 0)
  return { noticed: add('noticed'), unnoticed: add('unnoticed'), equivalent: add('equivalent') }
}

/** A file without any change counts as fully noticed. */
function percentOf({ noticed, unnoticed }: Tally): number {
  return noticed + unnoticed === 0 ? 100 : (100 * noticed) / (noticed + unnoticed)
}

function describe(tally: Tally): string {
  return `${tally.noticed} of ${tally.noticed + tally.unnoticed} changes noticed, ${percentOf(tally).toFixed(1)} %`
}
