import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

/** One row of a table of docs/reliability.md, as measured by a command. */
export interface Result {
  /** Column titles and values. */
  readonly columns: Readonly<Record<string, string | number>>
  /** Time and machine of the measurement. */
  readonly run: Run
}

export interface Run {
  /** UTC, to the minute. */
  readonly at: string
  readonly commit: string
  readonly node: string
  readonly processors: number
}

/** Whether this run is written into docs/reliability.md: `RELIABILITY_UPDATE=1`. */
export const isToBeKept = process.env.RELIABILITY_UPDATE === '1'

const FOLDER = new URL('../../docs/reliability/', import.meta.url)
/** @internal */
export const PAGE = new URL('../../docs/reliability.md', import.meta.url)

/** Time and machine of the current run. */
export function aboutThisRun(): { readonly run: Run } {
  return {
    run: {
      at: `${new Date().toISOString().slice(0, 16)}Z`,
      commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
      node: process.versions.node,
      processors: availableParallelism(),
    },
  }
}

/** Stores a result and regenerates docs/reliability.md. `part` names a table, `row` a line of it; replaces an older result of the same row. */
export function keepResult(part: PartName, row: string, result: Result): void {
  const folder = new URL(`${part}/`, FOLDER)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${row}.json`, folder), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(PAGE, reliabilityPage())
  console.log(`Kept in docs/reliability/${part}/${row}.json, docs/reliability.md is written anew.`)
}

/** Stores the results of a whole table, and removes those that it had. */
export function keepTable(part: PartName, rows: Readonly<Record<string, Result>>): void {
  rmSync(new URL(`${part}/`, FOLDER), { recursive: true, force: true })
  for (const [row, result] of Object.entries(rows)) keepResult(part, row, result)
}

type PartName = (typeof PARTS)[number]['name']

/** The tables of the page, in order. */
const PARTS = [
  {
    name: 'fuzz',
    title: 'Inputs that nobody would send',
    command: 'npm run fuzz',
    longer: 'FUZZ_SECONDS=600 RELIABILITY_UPDATE=1 npm run fuzz',
    text: `Headers, bodies, calls of the control API and uploads, made from a corpus by changes at random, and by the schemas of the calls. After each: the answer is one
that WeChat Pay could give and fits the documented errors, it is signed exactly when it has to be and the signature verifies, a refusal has changed nothing, what the mock
holds can be taken as a snapshot and restored, no private key and no APIv3 key stands in an answer, the journal or the log, and memory does not grow.`,
  },
  {
    name: 'mutation',
    title: 'Changes to the code that tests have to notice',
    command: 'npm run mutation',
    longer: 'RELIABILITY_UPDATE=1 npm run mutation',
    text: `Stryker changes the rules of the products, \`src/wire/protocol\` and \`src/wire/diagnosis\` in one small way after another and runs the tests of that folder. At least 90 of 100 changes have to be
noticed. Changes that make no difference are left out, each with its reason beside it in the source; so are the words of the texts that people read, since other words
behave the same. Of random cases the tests play fewer than they do in \`npm test\`, as they play them for every change.`,
  },
  {
    name: 'share',
    title: 'A random share of all changes',
    command: 'npm run mutation -- --share 0.02 --seed 1',
    longer: 'RELIABILITY_UPDATE=1 npm run mutation -- --share 0.02 --seed 1',
    text: `The same kind of changes, in all of \`src\`: the seed chooses a random share of them, and each is tried with all tests of \`npm test\` that reach it, but for pacts, examples, and tests that
read the tree, need a process of their own or send megabytes. A change that no test reaches is not noticed. It is a gauge, to compare one commit with another; no certain share has to be noticed.`,
  },
  {
    name: 'soak',
    title: 'A million requests',
    command: 'npm run soak',
    longer: 'RELIABILITY_UPDATE=1 npm run soak',
    text: `\`wechatpay-mock serve\` in a process of its own, over keep-alive connections: linking, redeeming, sending, queries, calls that are refused, wrong signatures, and the
control API. Every answer is checked. What is held after a collection may be at most 20 MB more at the end than after 50,000 calls. How many calls a run had stands in its row.`,
  },
  {
    name: 'overload',
    title: 'Too many clients, slow ones, and hostile bodies',
    command: 'npm run overload',
    longer: 'RELIABILITY_UPDATE=1 npm run overload',
    text: `\`wechatpay-mock serve\` in a process of its own for each row, with more connections than it takes, with clients that are slow on purpose, with wrong signatures that nothing explains, and with bodies in chunks of a byte.
Honest clients make signed calls and control calls all the while; each of them has to be answered, within half a second beside the chunks and beside a gigabyte of wrong signatures. Of single mistakes among signatures that nothing explains all
have to be named. Afterwards everything is as before.`,
  },
  {
    name: 'worlds',
    title: 'Whole worlds',
    command: 'npm run worlds',
    longer: 'RELIABILITY_UPDATE=1 npm run worlds',
    text: `The same process, and clients that send large JSON to the control API, ask all at once for everything that it holds or for one of the costly calls, with a journal of 600 calls of 20 KB, or are images of a web page. An honest client signs
calls all the while; none may wait half a second. Memory is what the process had resident at most, beyond what it had when idle.`,
  },
  {
    name: 'routes',
    title: 'What each control call takes',
    command: 'npm run worlds -- routes',
    longer: 'RELIABILITY_UPDATE=1 npm run worlds -- routes',
    text: `The same process with 100,000 coupons, a journal of 16 MiB, and some rows of each other kind. 20 clients make each call at once, each about a row of its own if it is about one, and read its answer: memory is what the process
had resident at most beyond what it had before, the longest stretch is processor time of its main thread without a turn of the event loop. Costly calls are made one after another. Calls that add a list add 10,000 rows each,
\`PUT /_mock/world\` sends all coupons, and the clock passes 100 callbacks whose receiver is down. Streams are read for a second, in which an order is added. Before the next call state and journal are what they were. A call that only one
client can succeed with, or as many as there is room for, refuses the others with 404, 409 or 503. \`-- routes addCoupons advance\` measures some calls, by the \`operationId\` that \`/_mock/openapi.json\` has.`,
  },
  {
    name: 'crash',
    title: 'Killed in the middle',
    command: 'npm run test:crash',
    longer: 'RELIABILITY_UPDATE=1 npm run test:crash',
    text: `\`wechatpay-mock serve\` with a data file, or with Redis (\`-- --store redis://…\`), is killed with \`kill -9\` while 16 clients link, redeem and send coupons, again and again. After each start every change that was
acknowledged has to be there, none may be half done, a number that is used again has to be answered as before, and in the end every callback has to have come.`,
  },
  {
    name: 'failover',
    title: 'A Redis whose master dies',
    command: 'npm run test:failover',
    longer: 'RELIABILITY_UPDATE=1 npm run test:failover -- --with cluster --replicas 1',
    text: `\`wechatpay-mock serve\` with a Redis master and its replica, watched by three Sentinels or in a Cluster. While 16 clients link, redeem and send coupons, the master is killed with \`kill -9\`, the replica
takes over, and the old master comes back as a replica, again and again; every fourth master is paused instead, and comes back believing that it is still the master. Each call is repeated with its number until it is acknowledged. After
each failover every change that was acknowledged has to be there, none may be half done, a number that is used again has to be answered as before, and in the end every callback has to have come. Without \`replicas\`
Redis loses what the replica had not got yet. A service is down until the old master is back where it is the only replica that changes wait for.`,
  },
  {
    name: 'damage',
    title: 'Damaged data files',
    command: 'npm run test:damage',
    longer: 'RELIABILITY_UPDATE=1 npm run test:damage -- --rounds 1000',
    text: `A data file with coupons and orders, as it is after it was closed, or with its log as \`kill -9\` leaves both, is damaged at random: bits, bytes, digits, sectors, pages that
are swapped, a copy that is not whole. Then a mock opens it and looks at everything in each way there is. It has to refuse it and say which file is damaged, or have the whole
state; with an earlier state it has to warn. Where a log ends between two changes, nothing can tell that there were more.`,
  },
  {
    name: 'ledger',
    title: 'No fen lost or made',
    command: 'npm run test:ledger',
    longer: 'RELIABILITY_UPDATE=1 npm run test:ledger',
    text: `Random steps about orders, refunds, advances of platforms, shares and bills, played with \`wechatpay-mock serve\` and with a ledger written apart from the code, which predicts each answer and each line of
each bill. The server, with a data file or with Redis (\`-- --store redis://…\`), is restarted, and killed with \`kill -9\` in the midst of calls; the clock goes on by seconds to months, and shops
act while they are told of what ends on the way (\`--reply-ms 300\`: they take up to 300 ms to reply). Every callback about a refund, a share or a return has to come once, and no other; after a kill it may come again or later.`,
  },
  {
    name: 'transfers',
    title: 'No transfer pays twice, whichever way the clock goes',
    command: 'npm run test:transfers',
    longer: 'RELIABILITY_UPDATE=1 npm run test:transfers',
    text: `Random steps about transfers, authorizations and the money of accounts, while the clock is set forward and back, played with the mock, in Redis also with two instances in turn, and with a ledger written apart from the code.
It predicts each answer, and in the end each transfer, each fen and each callback. Shops act while a move of the clock tells them what has ended on the way (\`--reply-ms 300\`: they take up to 300 ms to reply). Then calls at the same time
as the clock goes either way: what has ended stays ended and was told once, and an account pays no more than it has.`,
  },
] as const

/** The page, generated from the stored results. @internal */
export function reliabilityPage(): string {
  const parts = PARTS.map(({ name, title, command, longer, text }) => {
    const results = resultsOf(name)
    const shown = results.length === 0 ? 'Not measured yet.' : `${table(results)}\n\n${runsOf(results)}`
    return `## ${title}\n\n\`${command}\`\n\n${text}\n\n${shown}\n\nTo measure it again: \`${longer}\`.\n`
  })
  return `# How reliable the mock is\n\nWritten by the commands themselves, from what they measured. Numbers are of the machine that they ran on.\n\n${parts.join('\n')}`
}

/** `10-…` comes after `9-…`. */
const byNumber = new Intl.Collator('en', { numeric: true })

function resultsOf(part: string): readonly Result[] {
  const folder = new URL(`${part}/`, FOLDER)
  const known = readdirSync(FOLDER, { withFileTypes: true }).some((entry) => entry.isDirectory() && entry.name === part)
  if (!known) return []
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files.sort(byNumber.compare).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
}

function table(results: readonly Result[]): string {
  const titles = [...new Set(results.flatMap(({ columns }) => Object.keys(columns)))]
  const rows = results.map(({ columns }) => titles.map((title) => format(columns[title])))
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function format(value: string | number | undefined): string {
  return typeof value === 'number' ? value.toLocaleString('en') : (value ?? '').replaceAll('|', '\\|')
}

function runsOf(results: readonly Result[]): string {
  const runs = results.map(({ run }) => `${run.at} at ${run.commit}, Node ${run.node}, ${run.processors} processors`)
  return `Measured ${[...new Set(runs)].join('; ')}.`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, reliabilityPage())
