/** `npm run catalogue -- DIR`: updates `src/catalogue` from a checkout of the vendor's pages, and reports the changes. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { CallFacts, CatalogueIndex, Correction, ProductFacts } from '../../src/catalogue/facts.ts'
import { buildCatalogue, type Catalogue, NEEDED, readPages } from './build.ts'
import { callTypesOf } from './call-types.ts'
import { changesBetween } from './changes.ts'
import { type Refuse, readOr } from './page.ts'
import { examplesAgainst, readSecondSource } from './second-source.ts'
import { type Address, addressOf, formatJson, routeOf } from './shape.ts'
import { KINDS, type Sentence } from './words.ts'

const HELP = `npm run catalogue -- DIR [--second DIR2] [--words] [--check]

Renews src/catalogue from DIR, a checkout of the vendor's pages (docs/merchant and docs/partner), and says what changed.

  --second DIR2   also read the calls that the pages lack, from a checkout of the second source (docs/v3);
                  without it, those that the files have stay as they are
  --words         list the sentences about limits: what was read of each, and those that were left
  --check         write nothing, and exit with 1 if something would change
  --help          this text

It writes nothing and exits with 1 if a page cannot be read or a correction of overlay.json no longer fits;
it exits with 2 if DIR has no pages.
`

/**
 * Runs the command.
 *
 * @param folder - Folder of the catalogue's files.
 * @param say - Receives each line for the user.
 * @returns the exit code
 */
export function renew(args: readonly string[], folder: string, say: (line: string) => void): number {
  const options = optionsIn(args, say)
  if (options === undefined) return 2
  const { directory, second, words, check, help } = options
  if (help) {
    say(HELP)
    return 0
  }
  const needed = NEEDED.map((path) => join(directory, path))
  if (second !== undefined) needed.push(join(second, 'docs/v3'))
  const missing = needed.filter((path) => !existsSync(path))
  if (missing.length > 0) {
    say(`Not a checkout of the pages or of the second source: ${missing.join(', ')} is missing. See --help.`)
    return 2
  }

  const problems: string[] = []
  const differences: string[] = []
  const refuse: Refuse = (problem) => problems.push(problem)
  const old = readCatalogue(folder)
  const pages = readPages(directory, refuse)
  const described = new Set(pages.calls.map(routeOf))
  const lacks = (call: Address) => !described.has(routeOf(call))
  const kept = second === undefined ? callsOf(old).filter((call) => call.reported === true && lacks(call)) : []
  const reported = second === undefined ? kept : readOr([], refuse, () => readSecondSource(second, lacks))
  // Kept calls were corrected when they were written.
  const isKept = new Set(kept.map(addressOf))
  const corrections = (readJson<Correction[]>(join(folder, 'overlay.json')) ?? [])
    .map((correction) => ({ ...correction, calls: correction.calls.filter((call) => !isKept.has(call)) }))
    .filter(({ calls }) => calls.length > 0)
  const differ = (where: string, what: string) => differences.push(`  ${where}: ${what}`)
  const made = buildCatalogue(pages, reported, corrections, { differ, refuse })
  if (problems.length > 0) {
    for (const line of [...problems, 'Nothing was written.']) say(line)
    return 1
  }

  const files = filesOf(made)
  const outdated = [...files].filter(([name, text]) => textOf(join(folder, name)) !== text)
  const stale = old.index.products.map(({ id }) => `${id}.json`).filter((name) => !files.has(name))
  const changes = changesBetween(old, made)
  const isSame = outdated.length + stale.length === 0
  if (changes.length === 0) changes.push(isSame ? 'nothing changed' : 'only the order or the layout changed')
  const counts = [...pages.counts].map(([sort, count]) => `${count} pages ${sort}`).join(', ')
  changes.push(`${differences.length} differences between pages of the same call or callback:`, ...differences)
  const against = second === undefined ? [] : examplesAgainst(second, callsOf(made))
  if (against.length > 0) changes.push('examples of the second source beyond a limit in words:', ...against)
  if (words) changes.push(...pages.sentences.map(shownSentence))
  changes.push(...countsOf(pages.sentences))
  for (const line of [...changes, `${counts}; of ${made.index.date}`, summaryOf(made)]) say(line)
  if (check) return isSame ? 0 : 1
  for (const [name, text] of outdated) writeFileSync(join(folder, name), text)
  for (const name of stale) rmSync(join(folder, name), { force: true })
  return 0
}

function optionsIn(args: readonly string[], say: (line: string) => void) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        second: { type: 'string' },
        words: { type: 'boolean' },
        check: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
    return { directory: positionals[0] ?? '.', ...values }
  } catch (problem) {
    say(`${problem instanceof Error ? problem.message : String(problem)}. See --help.`)
    return undefined
  }
}

const textOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

const readJson = <Content>(path: string): Content | undefined => JSON.parse(textOf(path) ?? 'null') ?? undefined

function readCatalogue(folder: string): Catalogue {
  const index = readJson<CatalogueIndex>(join(folder, 'index.json')) ?? { date: '', errors: [], products: [] }
  const read = (id: string) => readJson<ProductFacts>(join(folder, `${id}.json`)) ?? { calls: [], events: [] }
  return { index, products: new Map(index.products.map(({ id }) => [id, read(id)])) }
}

const filesOf = (made: Catalogue): ReadonlyMap<string, string> =>
  new Map([
    ...[['index', made.index] as const, ...made.products].map(
      ([id, facts]) => [`${id}.json`, `${formatJson(facts)}\n`] as const,
    ),
    ['documented-calls.ts', callTypesOf(callsOf(made))],
  ])

const callsOf = ({ products }: Catalogue): CallFacts[] => [...products.values()].flatMap(({ calls }) => calls)

function shownSentence({ file, line, name, kind, text, limits }: Sentence): string {
  return `  ${file}:${line} ${name}: ${kind} ${limits ? JSON.stringify(limits) : 'left'}: ${text}`
}

/** How many sentences about limits were read and left, by kind. */
function countsOf(sentences: readonly Sentence[]): string[] {
  const counts = KINDS.flatMap((kind) => {
    const ones = sentences.filter((one) => one.kind === kind)
    const left = ones.filter(({ limits }) => limits === undefined).length
    return ones.length === 0 ? [] : [`${kind} ${ones.length - left} read, ${left} left`]
  })
  return counts.length === 0 ? [] : [`limits in words: ${counts.join('; ')}`]
}

function summaryOf(made: Catalogue): string {
  const calls = callsOf(made)
  const reported = calls.filter((call) => call.reported === true).length
  const events = [...made.products.values()].flatMap((product) => product.events)
  const rows = calls.reduce((sum, { errors }) => sum + errors.length, made.index.errors.length)
  return `${made.products.size} products: ${calls.length} calls, ${reported} of them reported; ${events.length} callbacks; ${rows} error rows`
}

if (import.meta.main) {
  const folder = fileURLToPath(new URL('../../src/catalogue', import.meta.url))
  process.exitCode = renew(process.argv.slice(2), folder, (line) => console.log(line))
}
