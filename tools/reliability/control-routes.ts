import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { ServedCall } from '../../src/control/call.ts'
import { routes } from '../../src/control/routes.ts'
import { servedCalls } from '../../src/control/served-calls.ts'
import { products } from '../../src/products/index.ts'
import { residentMib, type Started, startMock } from '../bench/measure.ts'
import { writeSeed } from '../bench/seed-file.ts'
import { highestMib, startHighestAnew } from './held-memory.ts'
import { fillJournal, send } from './readers.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'
import { ask, CLIENTS, namesFor, rows, type Writing, writingCalls } from './writing-calls.ts'

const COUPONS = 100_000
const CALLS = 1_000
const CALL_BYTES = 16_384
/** How long a stream is read. */
const STREAM_MS = 1_000

/**
 * Prints what each control call takes of a mock that holds much, and keeps it if that is asked for.
 *
 * @param ids of the calls; all of them if it names none
 */
export async function measureRoutes(ids: readonly string[]): Promise<void> {
  const served = await servedCalls(products)
  const named = served.filter(({ id }) => ids.includes(id))
  const seed = await writeSeed(COUPONS, rows)
  const inputs = writingCalls(seed)
  const file = join(tmpdir(), `wechatpay-mock-stretch-${process.pid}`)
  process.env.NODE_OPTIONS = `--import=${new URL('stretch-probe.ts', import.meta.url)}`
  process.env.STRETCH_FILE = file
  const server = await startMock('--seed', seed)
  delete process.env.NODE_OPTIONS
  try {
    await fillJournal(server.url, CALLS, CALL_BYTES)
    await ask(server.url, 'POST', '/snapshots', { name: 'kept' })
    const changes = (call: ServedCall) =>
      call.method !== 'GET' || isStream(call) || inputs[call.id]?.prepare !== undefined
    const { read = [], changed = [] } = Object.groupBy(named.length === 0 ? served : named, (call) =>
      changes(call) ? 'changed' : 'read',
    )
    // Those that read come first: a call that writes leaves garbage in the memory, if nothing else.
    for (const call of [...read, ...changed]) {
      const columns = await measure(server, file, call, inputs[call.id] ?? {})
      console.log(columns)
      if (isToBeKept) keepResult('routes', call.id, { columns, ...aboutThisRun() })
      if (changes(call)) await undo(server, call)
    }
  } finally {
    await server.stop()
    for (const made of [seed, file]) rmSync(made, { force: true })
  }
}

const isStream = ({ mediaType }: ServedCall) => mediaType === 'text/event-stream'

async function measure({ url, child: { pid = 0 } }: Started, file: string, call: ServedCall, input: Writing) {
  const ids = (await input.prepare?.(url)) ?? [await idFor(url, call)]
  const longestStretch = async () => {
    rmSync(file, { force: true })
    process.kill(pid, 'SIGUSR2')
    while (!existsSync(file) || readFileSync(file, 'utf8') === '') await wait(5)
    return Number(readFileSync(file, 'utf8'))
  }
  const sent = Array.from({ length: CLIENTS }, (_, client) => {
    const id = ids[client % ids.length] ?? ''
    const body = input.body?.(client, id)
    return { address: addressOf(call, client, id), body: typeof body === 'string' ? body : JSON.stringify(body) }
  })
  startHighestAnew(pid)
  const before = residentMib(pid)
  await longestStretch()
  let bytes = 0
  const onBytes = (length: number) => (bytes += length)
  const took = performance.now()
  const statuses = isStream(call)
    ? await listen(url, call, onBytes)
    : await Promise.all(
        sent.map(({ address, body }) => send(url, call.method, address, { body: body && [body], onBytes })),
      )
  return {
    call: `\`${call.method} ${call.path}\``,
    costly: call.isCostly ? 'yes' : '',
    answers: [...Map.groupBy(statuses, (one) => one)].map(([status, all]) => `${all.length} × ${status}`).join(', '),
    'KB each': Math.ceil(bytes / CLIENTS / 1_000),
    seconds: ((performance.now() - took) / 1_000).toFixed(1),
    'MiB more at most': Math.max(0, Math.round(highestMib(pid) - before)),
    'longest stretch, ms': Math.round(await longestStretch()),
  }
}

/** Reads streams for a while, in which an order is added; then all leave at once. */
async function listen(url: string, { id, path }: ServedCall, onBytes: (length: number) => void): Promise<number[]> {
  const left = new AbortController()
  const answers = await Promise.all(
    Array.from({ length: CLIENTS }, () => fetch(`${url}${path}`, { signal: left.signal })),
  )
  const read = answers.map(async ({ body }) => {
    for await (const piece of body ?? []) onBytes(piece.length)
  })
  await ask(url, 'POST', '/orders', { out_trade_no: 'HEARD', total: 100 })
  await wait(STREAM_MS)
  left.abort()
  await Promise.allSettled(read)
  // The order goes once the state that was kept is restored.
  while (id === 'keepState' && (await fetch(`${url}/_mock/orders/HEARD`)).ok) await wait(50)
  return answers.map(({ status }) => status)
}

/** Makes state and journal what they were. Calls of a product change no more than what its merchant has. */
async function undo({ url }: Started, { id }: ServedCall): Promise<void> {
  const isOfMock = Object.hasOwn(routes, id)
  await ask(url, 'POST', isOfMock ? '/reset' : '/reset?mchid=1900000001')
  if (isOfMock) await fillJournal(url, CALLS, CALL_BYTES)
}

async function idFor(url: string, { path }: ServedCall): Promise<string> {
  if (path.includes('/snapshots/')) return 'kept'
  const { items } = Object(await ask(url, 'GET', '/journal/page?limit=1'))
  return String(items[0].id)
}

function addressOf({ path, query }: ServedCall, client: number, id: string): string {
  const names = namesFor(path, client, id)
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = names[name]
    if (value === undefined) throw new Error(`Say in writing-calls.ts what {${name}} of ${path} is.`)
    return encodeURIComponent(value)
  })
  const members = query instanceof z.ZodObject ? Object.keys(query.shape) : []
  // A filter that nothing passes has all rows looked through.
  const search = new URLSearchParams({
    ...(members.includes('cursor') && { limit: '500', ...(members.includes('text') && { text: 'C9' }) }),
    ...(path.endsWith('/search') && { text: 'C9' }),
    ...(path.endsWith('/code') && { as: 'java' }),
    ...(path.endsWith('/snippet') && { format: 'java' }),
  })
  return search.size === 0 ? filled : `${filled}?${search}`
}
