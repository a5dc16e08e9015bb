/**
 * Changes the source in one small way after another and checks whether its tests notice: `npm run mutation` for the rules of the products, protocol
 * and diagnosis, `npm run mutation -- src/wire/protocol/message.ts` for some files or folders, `npm run mutation:changed -- <commit>` for the differences
 * from a commit.
 *
 * Ends with 1 if fewer than 90 of 100 changes are noticed. An interrupted run is resumed: a file is not run again while source and tests are older
 * than its report. With `--minutes 5` it ends after that many minutes, smallest files first, and names the files that it did not reach.
 *
 * `npm run mutation -- --share 0.05 --seed 1` tries a random 5 % of the changes of all of `src`, or of the files and folders that are named, with all
 * tests of `npm test` that reach them, two at a time, or as many as MUTATION_CONCURRENCY says. It prints the share noticed in each room and in all, to be
 * compared with that of another commit, and requires no certain one.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { describe, percentOf, type Report, RULES, roomOf, sum, type Tally, tallyIn, testsOf } from './mutants.ts'
import { aboutThisRun, isToBeKept, keepResult, keepTable } from './results.ts'

const FLOOR_PERCENT = 90

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
  tryShare(values.share, positionals.length === 0 ? ['src'] : positionals)
  process.exit(0)
}
const endsAt = values.minutes === undefined ? undefined : Date.now() + Number(values.minutes) * 60_000

const base = values.changed ? (positionals[0] ?? baseCommit()) : undefined
if (values.changed && base === undefined) {
  console.log('There is no earlier commit here to compare with: name one, or give a checkout its history.')
  process.exit(0)
}
const files = base === undefined ? wantedFiles(positionals) : changedFiles(base)
if (files.length === 0) {
  console.log('Nothing of the rules of products, src/wire/protocol and src/wire/diagnosis is changed.')
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
  const { status, signal } = runStryker({ MUTATION_FILE: file }, leftMs)
  if (endsAt !== undefined && status !== 0 && Date.now() >= endsAt) {
    leftOut.push(file)
    continue
  }
  if (status !== 0) giveUp(file, signal ?? status)
  // Stryker has not seen changes made from now on: it made its copy at the start.
  utimesSync(reportOf(file), startedAt, startedAt)
  note(file)
}

const total = sum([...tallies.values()])
const groups = Map.groupBy(tallies, ([file]) => roomOf(file))
for (const [group, own] of groups) {
  console.log(`${group} (${own.length} files): ${describe(sum(own.map(([, tally]) => tally)))}`)
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
  const hasTests = globSync(testsOf(file)).length > 0
  console.log(`${file}: ${describe(tally)}${hasTests ? '' : `: there is no ${testsOf(file)}`}`)
}

/** Outside of npm too, which would find `stryker` by its name. */
function runStryker(environment: Readonly<Record<string, string>>, timeout?: number) {
  const words = ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', 'tools/reliability/stryker.config.js']
  return spawnSync(process.execPath, words, { stdio: 'inherit', env: { ...process.env, ...environment }, timeout })
}

function giveUp(files: string, reason: string | number | null): never {
  console.error(`Stryker did not come to an end with ${files} (${reason}).`)
  process.exit(1)
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
  const all = globSync(RULES).filter((file) => roomOf(file) === folder).length
  keepResult('mutation', rowOf(folder), {
    columns: {
      folder,
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
  if (wanted.length === 0) return globSync(RULES).sort()
  return wanted.flatMap((path) => (path.endsWith('.ts') ? [path] : globSync(`${path}/**/*.ts`).sort()))
}

function changedFiles(base: string): string[] {
  const changed = git('diff', '--name-only', '--diff-filter=d', base, '--').split('\n')
  const named = changed.map((path) => path.replace(/^test\//, 'src/').replace(/\.test\.ts$/, '.ts'))
  const included = new Set(globSync(RULES))
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

function tryShare(share: string, paths: readonly string[]): void {
  const mutated = wantedFiles(paths).join(',')
  const { status, signal } = runStryker({ MUTATION_SHARE: share, MUTATION_SEED: values.seed, MUTATION_FILE: mutated })
  if (status !== 0) giveUp(paths.join(' '), signal ?? status)
  const { files } = reportIn(reportOf('share'))
  const tallies = [...Map.groupBy(Object.entries(files), ([file]) => roomOf(file))]
    .map(([room, own]) => [room, tallyIn(own.flatMap(([, { mutants }]) => mutants))] as const)
    .filter(([, { noticed, unnoticed }]) => noticed + unnoticed > 0)
    .sort(([a], [b]) => a.localeCompare(b))
  const all = sum(tallies.map(([, tally]) => tally))
  for (const [room, tally] of tallies) console.log(`${room}: ${describe(tally)}`)
  console.log(`A share of ${share}, seed ${values.seed}: ${describe(all)}`)
  if (!isToBeKept || positionals.length > 0) return
  const rows = [...tallies, ['all', all] as const].map(([folder, tally]) => {
    const { noticed, unnoticed } = tally
    const columns = { folder, changes: noticed + unnoticed, noticed, score: `${percentOf(tally).toFixed(1)} %` }
    return [rowOf(folder), { columns: { ...columns, share, seed: values.seed }, ...aboutThisRun() }] as const
  })
  keepTable('share', Object.fromEntries(rows))
}

/** `products-transfer` of `src/products/transfer`. */
function rowOf(room: string): string {
  return room.replace(/^src\//, '').replaceAll('/', '-')
}

function reportIn(path: string): Report {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function tallyOf(file: string): Tally {
  return tallyIn(Object.values(reportIn(reportOf(file)).files).flatMap(({ mutants }) => mutants))
}
