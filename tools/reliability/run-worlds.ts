/**
 * Whole worlds against `wechatpay-mock serve` in a process of its own: `npm run worlds`, or `npm run worlds -- 1-members` for one of them. Senders of
 * large control JSON, clients that ask for everything at once, and web pages; an honest client makes signed calls all the while. Ends with 1 if it waits too long, if an attack is not answered as it should be, or if memory is not bounded.
 */
import { readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { processorMs, startMock } from '../bench/measure.ts'
import { writeSeed } from '../bench/seed-file.ts'
import { HonestClients } from './honest-client.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'

const MIB = 1_048_576
/** The longest that an honest call may wait. */
const LONGEST_WAIT_MS = 500
/** How long the server has to settle before and after an attack. */
const SETTLE_MS = 1_500

/** How often each status was answered; 0 for a connection that ended without an answer. */
type Statuses = Record<number, number>

interface Attack {
  readonly name: string
  readonly title: string
  /** Coupons of the seed. */
  readonly coupons?: number
  readonly options?: readonly string[]
  /** How many MiB of resident memory the attack may add. */
  readonly memoryMib: number
  play(url: string): Promise<Statuses>
  /** Checks the answers; returns the fault. */
  fault(statuses: Statuses): string | undefined
}

const only = (status: number, times: number) => (statuses: Statuses) =>
  statuses[status] === times && Object.keys(statuses).length === 1
    ? undefined
    : `${times} times ${status} was expected, not ${JSON.stringify(statuses)}`

/** A client that does not stop sending in time is cut off, and may lose the refusal. */
const refused = (times: number) => (statuses: Statuses) => {
  const { 400: answered = 0, 0: cut = 0 } = statuses
  return answered + cut === times ? undefined : `${times} refusals were expected, not ${JSON.stringify(statuses)}`
}

const attacks: readonly Attack[] = [
  {
    name: '1-members',
    title: 'POST of 10 MB of members',
    memoryMib: 150,
    play: (url) => each(4, () => send(url, 'POST', '/_mock/stocks', members(10 * MIB))),
    fault: refused(4),
  },
  {
    name: '2-world-of-members',
    title: 'PUT of a world with 90 MB of members',
    memoryMib: 150,
    play: (url) => each(1, () => send(url, 'PUT', '/_mock/world', members(90 * MIB))),
    fault: refused(1),
  },
  {
    name: '3-world',
    title: 'PUT of a world of 106 MB',
    memoryMib: 900,
    play: (url) => each(1, () => send(url, 'PUT', '/_mock/world', world(106 * MIB))),
    fault: only(204, 1),
  },
  {
    name: '4-everything-at-once',
    title: '30 clients ask for the world of 100,000 coupons',
    coupons: 100_000,
    // The process has a heap of 1 GB, which more than a few worlds at once would fill.
    options: ['--max-old-space-size=1024'],
    memoryMib: 200,
    play: (url) => each(30, () => send(url, 'GET', '/_mock/world')),
    fault: only(200, 30),
  },
  {
    name: '5-more-than-may-wait',
    title: '200 clients ask for it',
    coupons: 100_000,
    memoryMib: 200,
    play: (url) => each(200, () => send(url, 'GET', '/_mock/world')),
    fault: ({ 200: served = 0, 503: refused = 0 }) =>
      served > 0 && refused > 0 && served + refused === 200 ? undefined : `${served} were served, ${refused} refused`,
  },
  {
    name: '6-images',
    title: '1,100 images of a web page, by an allowed name',
    options: ['--allow-host', 'mock.test'],
    memoryMib: 100,
    async play(url) {
      const image = {
        Host: 'mock.test',
        Accept: 'image/avif,image/webp,image/*,*/*;q=0.8',
        'User-Agent':
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      }
      const statuses: Statuses = {}
      for (let i = 0; i < 1_100; i += 100) {
        const some = await each(100, () => send(url, 'GET', `/v3/certificates?${i}`, undefined, image))
        for (const [status, times] of Object.entries(some)) add(statuses, Number(status), times)
      }
      return statuses
    },
    fault: only(403, 1_100),
  },
]

function add(statuses: Statuses, status: number, times = 1): void {
  statuses[status] = (statuses[status] ?? 0) + times
}

async function each(clients: number, play: () => Promise<number>): Promise<Statuses> {
  const statuses: Statuses = {}
  for (const status of await Promise.all(Array.from({ length: clients }, play))) add(statuses, status)
  return statuses
}

/** JSON with that many bytes of unknown members. */
function* members(bytes: number): Generator<string> {
  let sent = 0
  for (let i = 0; sent < bytes; ) {
    let piece = ''
    for (let j = 0; j < 5_000; j++, i++) piece += `${i === 0 ? '{' : ','}"k${i}":1`
    sent += piece.length
    yield piece
  }
  yield '}'
}

/** A world with that many bytes of coupons. */
function* world(bytes: number): Generator<string> {
  const history = [{ event: 'sent', time: '2026-11-25T12:00:00+08:00' }]
  let sent = 0
  for (let i = 0; sent < bytes; ) {
    let piece = ''
    for (let j = 0; j < 1_000; j++, i++) {
      const coupon = { stock_id: 'WORLD', coupon_code: `C${i}`, openid: `o${'x'.repeat(27)}`, state: 'SENDED', history }
      piece += (i === 0 ? '{"coupons":[' : ',') + JSON.stringify(coupon)
    }
    sent += piece.length
    yield piece
  }
  yield ']}'
}

/** Makes a call and reads its answer as fast as it comes. Resolves with the status, 0 if the connection ended before the whole answer. */
function send(
  url: string,
  method: string,
  path: string,
  body?: Iterable<string>,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve) => {
    const type = body && { 'Content-Type': 'application/json' }
    // With one that is closed after the answer, a refusal while the client still sends would be lost.
    const agent = new Agent({ keepAlive: true })
    const sent = request(`${url}${path}`, { method, headers: { ...type, ...headers }, agent }, (answer) => {
      answer.resume()
      answer.on('end', () => {
        resolve(answer.complete ? (answer.statusCode ?? 0) : 0)
        agent.destroy()
      })
      answer.on('error', () => resolve(0))
    })
    sent.on('error', () => resolve(0))
    const pieces = (body ?? [])[Symbol.iterator]()
    const next = (): void => {
      for (;;) {
        const { done, value } = pieces.next()
        if (done || sent.destroyed) break
        if (!sent.write(value)) {
          sent.once('drain', next)
          return
        }
      }
      sent.end()
    }
    next()
  })
}

/** The highest resident memory of a process so far, in MiB, from /proc; NaN if that is unavailable. */
function highestMib(pid: number | undefined): number {
  try {
    const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kib) / 1_024
  } catch {
    return Number.NaN
  }
}

async function measure(attack: Attack): Promise<string[]> {
  const { name, title, coupons, options = [], memoryMib } = attack
  const seed = coupons === undefined ? undefined : await writeSeed(coupons)
  const ofNode = options.filter((option) => option.startsWith('--max-'))
  const ofServe = options.filter((option) => !option.startsWith('--max-'))
  process.env.NODE_OPTIONS = ofNode.join(' ')
  const server = await startMock(...ofServe, ...(seed === undefined ? [] : ['--seed', seed]))
  try {
    const honest = await HonestClients.start(server.url)
    await wait(SETTLE_MS)
    const idle = highestMib(server.child.pid)
    const [usual, journal] = [await honest.made(), await journalCount(server.url)]
    const [began, worked] = [performance.now(), processorMs(server.child.pid)]
    const statuses = await attack.play(server.url)
    const seconds = (performance.now() - began) / 1_000
    const processorSeconds = (processorMs(server.child.pid) - worked) / 1_000
    const recorded = (await journalCount(server.url)) - journal
    await wait(SETTLE_MS)
    const { answered, slowestMs } = await honest.stop()
    const added = highestMib(server.child.pid) - idle
    const columns = {
      attack: title,
      answers: Object.entries(statuses)
        .map(([status, times]) => `${times} × ${status}`)
        .join(', '),
      seconds: seconds.toFixed(1),
      'seconds of a processor': processorSeconds.toFixed(1),
      'slowest honest call, ms': Math.round(slowestMs),
      'before, ms': Math.round(usual.slowestMs),
      'MiB when idle': Math.round(idle),
      'MiB more at most': Math.round(added),
      'refused calls recorded': recorded,
    }
    console.log(columns)
    if (isToBeKept) keepResult('worlds', name, { columns, ...aboutThisRun() })
    const fault = attack.fault(statuses)
    return [
      ...(fault === undefined ? [] : [fault]),
      ...(slowestMs > LONGEST_WAIT_MS ? [`an honest call waited ${Math.round(slowestMs)} ms`] : []),
      ...(added > memoryMib ? [`${Math.round(added)} MiB more were held`] : []),
      ...(answered === 0 ? ['no honest call was answered'] : []),
    ].map((text) => `${title}: ${text}`)
  } finally {
    await server.stop()
    if (seed !== undefined) rmSync(seed)
  }
}

async function journalCount(url: string): Promise<number> {
  const answer: unknown = await (await fetch(`${url}/_mock/journal/count?outcome=error`)).json()
  return Number(Object(answer).count)
}

const wanted = process.argv.slice(2)
const faults: string[] = []
for (const attack of attacks) {
  if (wanted.length > 0 && !wanted.includes(attack.name)) continue
  faults.push(...(await measure(attack).catch((error: unknown) => [`${attack.title}: ${error}`])))
}
for (const fault of faults) console.error(fault)
process.exit(faults.length === 0 ? 0 : 1)
