/**
 * Measures the dashboard in Chromium while it has much to show: long tasks, heap, the delay of a click, its requests, and its cost for callers of the
 * mock. `npm run bench:dashboard -- --help` lists the options.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { CHROMIUM, launchChromium } from '../../test/browser/launch.ts'
import { associateRequests } from './associate-requests.ts'
import { type Click, MeasuredPage, type Usage } from './dashboard/measured-page.ts'
import { sendSteadily } from './dashboard/steady-calls.ts'
import { load } from './http.ts'
import { processorMs, type Started, start } from './measure.ts'
import { endProgress, progress } from './progress.ts'
import { printReport, type Report, type Row, ratios } from './report.ts'
import { writeSeed } from './seed-file.ts'

const COUPONS = 100_000
const EXCHANGES = 10_000

const HELP = `Usage: npm run bench:dashboard -- [options]

Opens the dashboard of a mock with ${EXCHANGES.toLocaleString('en')} exchanges in its journal and ${COUPONS.toLocaleString('en')} coupons, sends calls at a steady
pace, and tells what that costs the page, and what the page costs the calls. Look at the processor time first: long
tasks and clicks are measured by the clock on the wall, and take longer on a machine with other work to do.

  --against FOLDER  measure another checkout too, installed and built, in turn with this one
  --calls N         calls a second (200)
  --seconds N       how long each view is watched in a round (8)
  --rounds N        how often (3)
  --json FILE       write all numbers to a file
  --help            print this
`

const CLICKS = 5
const DASHBOARDS = 3
/** Warm-up period of the calls, in milliseconds, which is not measured. */
const WARM_UP_MS = 1_000

/** Ends the process with one line, as for any misuse. */
function refuse(text: string): never {
  console.error(text)
  process.exit(2)
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        against: { type: 'string' },
        calls: { type: 'string', default: '200' },
        seconds: { type: 'string', default: '8' },
        rounds: { type: 'string', default: '3' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    refuse(`${(error instanceof Error ? error.message : String(error)).replace(/\.?$/, '.')} See --help.`)
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) refuse(`--${name} has to be a whole number from 1 to 99999, and is ${text}.`)
  return Number(text)
}

/** Address of a measured page, and actions to perform there first. */
interface View {
  readonly name: string
  readonly hash: string
  readonly prepare: (measured: MeasuredPage) => Promise<unknown>
}

const VIEWS: readonly View[] = [
  { name: 'requests, at the top', hash: '#/exchanges', prepare: async () => {} },
  {
    name: 'requests, scrolled',
    hash: '#/exchanges',
    prepare: ({ page }) => page.locator('.rows > li').nth(35).scrollIntoViewIfNeeded(),
  },
  { name: 'requests, one opened', hash: '#/exchanges', prepare: (measured) => opened(measured) },
  { name: 'coupons', hash: '#/coupons', prepare: async () => {} },
  { name: 'coupons, one opened', hash: '#/coupons', prepare: (measured) => opened(measured) },
]

async function opened(measured: MeasuredPage): Promise<void> {
  if ((await measured.clickRow()) === undefined) throw new Error('A click on a row opens nothing.')
  await measured.page.mouse.move(0, 0)
}

/** A mock of one checkout, with its results by view. */
interface Side {
  readonly name: string
  readonly server: Started
  /** Number of coupons used by the calls so far; each call has its own. */
  used: number
  readonly found: Map<string, { readonly usages: Usage[]; readonly clicks: Click[]; readonly costs: number[] }>
  readonly beside: Map<number, { readonly costs: number[]; readonly medians: number[]; readonly slow: number[] }>
}

/** The command line built in a checkout. */
function builtIn(folder: string): string {
  const bin = join(resolve(folder), 'dist/src/cli/bundle/main.js')
  if (!existsSync(bin)) refuse(`${folder} is not built: run \`npm ci\` and \`npm run build\` there.`)
  return bin
}

async function startSide(name: string, bin: string, seed: string): Promise<Side> {
  progress(`${name}: a server with ${COUPONS} coupons and ${EXCHANGES} exchanges`)
  const args = ['serve', '--port', '0', '--json', '--quiet', '--seed', seed, '--journal-limit', String(EXCHANGES)]
  const side: Side = { name, server: await start([bin, ...args]), used: 0, found: new Map(), beside: new Map() }
  await load(side.server.url, await nextCalls(side, EXCHANGES))
  return side
}

/** Signed shortly before they are sent: a signature is valid for five minutes. */
async function nextCalls(side: Side, count: number) {
  const from = side.used
  side.used += count
  return associateRequests(count, from)
}

const options = readOptions()
if (options.help) {
  console.log(HELP)
  process.exit(0)
}
const perSecond = wholeNumber('calls', options.calls)
const seconds = wholeNumber('seconds', options.seconds)
const rounds = wholeNumber('rounds', options.rounds)
if (CHROMIUM === undefined) refuse('There is no Chromium: install it, or name it in CHROMIUM.')

/** Runs work while calls arrive; returns their durations, and the server's processor time for each of them, in milliseconds. */
async function underLoad(side: Side, ms: number, work: () => Promise<void>) {
  const calls = await nextCalls(side, Math.ceil(((WARM_UP_MS + ms) * perSecond) / 1_000))
  const sending = sendSteadily(side.server.url, calls, perSecond)
  // Errors surface where the promise is awaited.
  sending.catch(() => undefined)
  await new Promise((done) => setTimeout(done, WARM_UP_MS))
  const before = processorMs(side.server.child.pid)
  await work()
  const took = await sending
  const counted = took.slice(Math.ceil((WARM_UP_MS * perSecond) / 1_000))
  return { took: counted, cost: (processorMs(side.server.child.pid) - before) / counted.length }
}

async function watchView(browser: Browser, side: Side, { name, hash, prepare }: View): Promise<void> {
  const found = side.found.get(name) ?? { usages: [], clicks: [], costs: [] }
  side.found.set(name, found)
  const measured = await MeasuredPage.open(browser, `${side.server.url}/_mock${hash}`)
  await prepare(measured)
  const { cost } = await underLoad(side, seconds * 1_000, async () => {
    found.usages.push(await measured.watch(seconds * 1_000 - 500))
  })
  found.costs.push(cost)
  await underLoad(side, CLICKS * 1_000, async () => {
    for (let i = 0; i < CLICKS; i++) found.clicks.push(await measured.clickRow())
  })
  await measured.close()
}

/** Cost of calls with and without open dashboards. */
async function watchCalls(browser: Browser, side: Side, dashboards: number): Promise<void> {
  const beside = side.beside.get(dashboards) ?? { costs: [], medians: [], slow: [] }
  side.beside.set(dashboards, beside)
  const pages = []
  for (let i = 0; i < dashboards; i++) pages.push(await MeasuredPage.open(browser, `${side.server.url}/_mock`))
  const { took, cost } = await underLoad(side, seconds * 1_000, async () => {
    await new Promise((done) => setTimeout(done, seconds * 1_000))
  })
  const sorted = took.toSorted((a, b) => a - b)
  beside.costs.push(cost)
  beside.medians.push(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)
  beside.slow.push(sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN)
  for (const page of pages) await page.close()
}

function rowsOf(side: Side, name: string): readonly Row[] {
  const { usages = [], clicks = [], costs = [] } = side.found.get(name) ?? {}
  const of = (what: string, unit: string, digits: number, value: (usage: Usage) => number): Row => ({
    what: `${side.name}: ${what}`,
    unit,
    digits,
    values: usages.map(value),
  })
  const opened = clicks.filter((click) => click !== undefined)
  return [
    of('long tasks', 'a round', 0, ({ longTasks }) => longTasks.length),
    of('long tasks together', 'ms', 0, ({ longTasks }) => longTasks.reduce((sum, ms) => sum + ms, 0)),
    of('longest task', 'ms', 0, ({ longTasks }) => Math.max(0, ...longTasks)),
    of('processor time of the page', '% of one processor', 1, ({ busyShare }) => busyShare * 100),
    of('heap', 'MiB', 2, ({ heapMib }) => heapMib),
    of('growth of the heap', 'MiB', 2, ({ heapGrowthMib }) => heapGrowthMib),
    of('asked for', 'requests/s', 2, ({ requestsPerSecond }) => requestsPerSecond),
    of('fetched', 'KiB/s', 1, ({ fetchedKibPerSecond }) => fetchedKibPerSecond),
    of('streamed', 'KiB/s', 1, ({ streamedKibPerSecond }) => streamedKibPerSecond),
    { what: `${side.name}: click until the detail is painted`, unit: 'ms', digits: 0, values: opened },
    {
      what: `${side.name}: clicks that opened nothing`,
      unit: `of ${clicks.length}`,
      digits: 0,
      values: [clicks.length - opened.length],
    },
    { what: `${side.name}: processor time of the server for a call`, unit: 'ms', digits: 3, values: costs },
  ]
}

function besideRows({ name, beside }: Side): readonly Row[] {
  return [...beside].flatMap(([dashboards, { costs, medians, slow }]): readonly Row[] => {
    const what = `${name}, ${dashboards} dashboards`
    return [
      { what: `${what}: processor time of the server for a call`, unit: 'ms', digits: 3, values: costs },
      { what: `${what}: median of the answers`, unit: 'ms', values: medians },
      { what: `${what}: 99th percentile of the answers`, unit: 'ms', values: slow },
    ]
  })
}

/** The rows of the first side divided by those of the second one. */
function compared(rows: readonly (readonly Row[])[]): readonly Row[] {
  const [ours = [], theirs] = rows
  if (!theirs) return []
  return ours.flatMap((row, i) => {
    const values = ratios(row.values, theirs[i]?.values ?? []).filter(Number.isFinite)
    return values.length === 0 ? [] : [{ what: `${row.what.replace(/^this/, 'this / other')}`, values }]
  })
}

const bins = [fileURLToPath(new URL('../../', import.meta.url)), options.against]
  .filter((folder) => folder !== undefined)
  .map(builtIn)
const sides: Side[] = []
const seed = await writeSeed(COUPONS)
const browser = await launchChromium()
const reports: Report[] = []
try {
  for (const [i, bin] of bins.entries()) sides.push(await startSide(['this', 'other'][i] ?? '', bin, seed))
  for (let round = 1; round <= rounds; round++) {
    // The order alternates, so that a drift of the machine's speed evens out.
    const inTurn = round % 2 === 0 ? sides.toReversed() : sides
    for (const view of VIEWS) {
      for (const side of inTurn) {
        progress(`round ${round} of ${rounds}: ${side.name}: ${view.name}`)
        await watchView(browser, side, view)
      }
    }
    for (const dashboards of [0, DASHBOARDS]) {
      for (const side of inTurn) {
        progress(`round ${round} of ${rounds}: ${side.name}: calls with ${dashboards} dashboards`)
        await watchCalls(browser, side, dashboards)
      }
    }
  }
  const under = `${perSecond} calls a second, ${rounds} rounds of ${seconds} s`
  for (const { name } of VIEWS) {
    const rows = sides.map((side) => rowsOf(side, name))
    reports.push({ title: `${name}: ${under}`, rows: [...rows.flat(), ...compared(rows)] })
  }
  const beside = sides.map(besideRows)
  reports.push({ title: `The calls: ${under}`, rows: [...beside.flat(), ...compared(beside)] })
} finally {
  endProgress()
  await browser.close()
  for (const { server } of sides) await server.stop()
  rmSync(seed)
}
for (const report of reports) printReport(report)
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(reports, undefined, 2)}\n`)
