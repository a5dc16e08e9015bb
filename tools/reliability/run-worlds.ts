/**
 * Whole worlds against `wechatpay-mock serve` in a process of its own: `npm run worlds`, or `npm run worlds -- 1-members` for one of them. Senders of
 * large control JSON, clients that ask for everything at once, and web pages; an honest client makes signed calls all the while. `routes` measures each control call. Ends with 1 if it waits too long, if an attack is not answered as it should be, or if memory is not bounded.
 */
import { rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { processorMs, startMock } from '../bench/measure.ts'
import { writeSeed } from '../bench/seed-file.ts'
import { measureRoutes } from './control-routes.ts'
import { highestMib } from './held-memory.ts'
import { HonestClients } from './honest-client.ts'
import { add, each, fillJournal, type Statuses, send } from './readers.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'

const MIB = 1_048_576
/** The longest that an honest call may wait. */
const LONGEST_WAIT_MS = 500
/** How long the server has to settle before and after an attack. */
const SETTLE_MS = 1_500

interface Attack {
  readonly name: string
  readonly title: string
  /** Coupons of the seed. */
  readonly coupons?: number
  readonly options?: readonly string[]
  /** How many calls the journal has before, and of how many bytes. */
  readonly journal?: readonly [calls: number, bytes: number]
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

/** The journal when clients ask for all of it: calls, and bytes of each. */
const JOURNAL = [600, 20_000] as const
/** How long such clients wait. */
const PATIENCE_MS = 10_000
const COSTLY = ['/journal', '/journal/har', '/journal/curl', '/journal/pact', '/saved-view', '/notifications']

const attacks: readonly Attack[] = [
  {
    name: '1-members',
    title: 'POST of 10 MB of members',
    memoryMib: 150,
    play: (url) => each(4, () => send(url, 'POST', '/_mock/stocks', { body: members(10 * MIB) })),
    fault: refused(4),
  },
  {
    name: '2-world-of-members',
    title: 'PUT of a world with 90 MB of members',
    memoryMib: 150,
    play: (url) => each(1, () => send(url, 'PUT', '/_mock/world', { body: members(90 * MIB) })),
    fault: refused(1),
  },
  {
    name: '3-world',
    title: 'PUT of a world of 106 MB',
    memoryMib: 900,
    play: (url) => each(1, () => send(url, 'PUT', '/_mock/world', { body: world(106 * MIB) })),
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
        const some = await each(100, () => send(url, 'GET', `/v3/certificates?${i}`, { headers: image }))
        for (const [status, times] of Object.entries(some)) add(statuses, Number(status), times)
      }
      return statuses
    },
    fault: only(403, 1_100),
  },
  ...COSTLY.map(
    (path, i): Attack => ({
      name: `${i + 7}-${path.slice(1).replaceAll(/[^a-z]+/g, '-')}`,
      title: `200 clients ask for \`${path}\`, and leave after ${PATIENCE_MS / 1_000} s`,
      options: ['--max-old-space-size=1024'],
      journal: JOURNAL,
      memoryMib: 700,
      play: (url) => each(200, () => send(url, 'GET', `/_mock${path}`, { left: AbortSignal.timeout(PATIENCE_MS) })),
      fault: ({ 200: served = 0, 503: refused = 0, 0: left = 0 }) =>
        served > 0 && served + refused + left === 200
          ? undefined
          : `${served} were served, ${refused} refused, ${left} left`,
    }),
  ),
  {
    name: '20-left',
    title: '100 clients ask for a saved view, and leave after 2 s',
    options: ['--max-old-space-size=1024'],
    journal: JOURNAL,
    memoryMib: 700,
    play: (url) => each(100, () => send(url, 'GET', '/_mock/saved-view', { left: AbortSignal.timeout(2_000) })),
    fault: ({ 500: failed = 0 }) => (failed === 0 ? undefined : `${failed} failed`),
  },
]

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

async function measure(attack: Attack): Promise<string[]> {
  const { name, title, coupons, options = [], journal: filled, memoryMib } = attack
  const seed = coupons === undefined ? undefined : await writeSeed(coupons)
  const ofNode = options.filter((option) => option.startsWith('--max-'))
  const ofServe = options.filter((option) => !option.startsWith('--max-'))
  process.env.NODE_OPTIONS = ofNode.join(' ')
  const server = await startMock(...ofServe, ...(seed === undefined ? [] : ['--seed', seed]))
  try {
    if (filled) await fillJournal(server.url, ...filled)
    const honest = await HonestClients.start(server.url)
    await wait(SETTLE_MS)
    const idle = highestMib(server.child.pid)
    const [usual, journal] = [await honest.made(), await journalCount(server.url)]
    const [began, worked] = [performance.now(), processorMs(server.child.pid)]
    const statuses = await attack.play(server.url)
    const seconds = (performance.now() - began) / 1_000
    const processorSeconds = (processorMs(server.child.pid) - worked) / 1_000
    // Honest calls push older ones out of a full journal.
    const recorded = Math.max(0, (await journalCount(server.url)) - journal)
    await wait(SETTLE_MS)
    const rested = processorMs(server.child.pid)
    await wait(SETTLE_MS)
    const restSeconds = (processorMs(server.child.pid) - rested) / 1_000
    const { answered, slowestMs } = await honest.stop()
    const added = highestMib(server.child.pid) - idle
    const columns = {
      attack: title,
      answers: Object.entries(statuses)
        .map(([status, times]) => `${times} × ${status}`)
        .join(', '),
      seconds: seconds.toFixed(1),
      'seconds of a processor': processorSeconds.toFixed(1),
      'seconds of a processor afterwards, in 1.5': restSeconds.toFixed(1),
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
      ...(restSeconds > 0.75 ? [`${restSeconds.toFixed(1)} s of a processor went by afterwards`] : []),
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
if (wanted.length === 0 || wanted.includes('routes')) await measureRoutes(wanted)
for (const fault of faults) console.error(fault)
process.exit(faults.length === 0 ? 0 : 1)
