import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { errorJson } from '../../src/control/answer-format.ts'
import type { ServedCall } from '../../src/control/call.ts'
import { servedCalls } from '../../src/control/served-calls.ts'
import { notifications } from '../../src/engine/callbacks/notifications.ts'
import { products } from '../../src/products/index.ts'
import { controlApp } from '../helpers/control-app.ts'
import { createMock, type OpenedMock } from '../helpers/engine.ts'
import { merchantOf } from './doors.ts'

/** Bytes of the largest answer of a call that is not costly, as SECURITY.md has it. */
const MOST_BYTES = 4 * 1_048_576

const MANY = 6_000
const numbers = Array.from({ length: MANY }, (_, i) => i)
const seed = {
  stocks: [{ stock_id: '100088' }],
  coupons: numbers.map((i) => ({
    stock_id: '100088',
    coupon_code: `C${i}`,
    openid: `o${i}`.padEnd(28, 'x'),
    associate_out_trade_no: 'O1',
  })),
  orders: numbers.map((i) => ({ out_trade_no: `O${i}`, total: 100, description: `${i}`.padEnd(127, 'x') })),
  transfers: numbers.map((i) => ({
    out_bill_no: `T${i}`,
    transfer_amount: 100,
    transfer_remark: `${i}`.padEnd(32, 'x'),
  })),
}

/** Rows that a path names alone: the answer is about one of them, whichever it is. */
const OF_ONE_ROW = [
  'product_coupon_id',
  'complaint_id',
  'token',
  'out_order_no',
  'out_return_no',
  'out_refund_no',
  'out_authorization_no',
]

/** A mock with a journal that is full, and with thousands of things; and how paths name some of them. */
async function fullMock() {
  const mock = createMock({ seed })
  const merchant = await merchantOf(mock)
  const associate = async (coupon_code: string) =>
    merchant.request({
      method: 'POST',
      target: '/v3/marketing/busifavor/coupons/associate',
      body: { stock_id: '100088', coupon_code, out_trade_no: 'O1', out_request_no: `R${coupon_code}` },
    })
  await associate('C1')
  await associate('NONE')
  const [made, refused] = mock.journal.list()
  if (!made || !refused) throw new Error('The journal has no calls.')
  const body = Buffer.from(
    JSON.stringify({ stock_id: '100088', coupon_code: 'C1', out_trade_no: 'O1', x: 'x'.repeat(16_000) }),
  )
  for (const i of numbers.slice(0, 999))
    mock.journal.add({ ...made, id: `${made.id}${i}`, request: { ...made.request, body } })
  for (const one of [{ ...made, id: `${made.id}last` }, refused]) mock.journal.add(one)
  const { id } = await mock.control.sendNotification({ event_type: 'COUPON.SEND', url: 'http://127.0.0.1:1/' })
  await mock.store.transaction(async (tx) => {
    const [one] = await tx.in(notifications).where('id', id)
    if (!one) throw new Error('There is no callback.')
    for (const i of numbers) await tx.in(notifications).save({ ...one, id: `${id}${i}` })
  })
  await mock.control.keepSnapshot({ name: 'kept' })
  const names: Readonly<Record<string, string>> = {
    mchid: mock.defaultMerchant.mchid,
    thing: 'orders',
    name: encodeURIComponent(`${mock.defaultMerchant.mchid}/O1`),
    stock_id: '100088',
    coupon_code: 'C1',
    out_trade_no: 'O1',
    out_bill_no: 'T1',
  }
  const addressOf = ({ path, query }: ServedCall) => {
    const own = {
      ...names,
      id: path.includes('/notifications/') ? id : path.endsWith('/repairs') ? refused.id : `${made.id}last`,
      ...(path.includes('/snapshots/') && { name: 'kept' }),
    }
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, variable: string) => {
      const value = OF_ONE_ROW.includes(variable) ? 'none' : Object(own)[variable]
      if (typeof value !== 'string') throw new Error(`Say here what {${variable}} of ${path} is in a full mock.`)
      return value
    })
    const isPaged = query instanceof z.ZodObject && 'cursor' in query.shape
    const needed = path.endsWith('/code')
      ? '?as=java'
      : path.endsWith('/search')
        ? '?text=O'
        : path.endsWith('/snippet')
          ? '?format=java'
          : ''
    return isPaged ? `${filled}?limit=500` : filled + needed
  }
  return { mock, addressOf }
}

const calls = await servedCalls(products)
const isStream = ({ mediaType }: ServedCall) => mediaType === 'text/event-stream'
const reads = calls.filter((call) => call.method === 'GET' && !isStream(call))
const SIGNS = ['journalCurl', 'exchangeCurl', 'sampleCurl']
/** The OpenAPI document is made once, and all clients share its bytes. */
const own = reads.filter(({ id }) => id !== 'openapi')
/** Those that answer with more than one row without being sent one: others' answers are in proportion to their body. */
const waits = calls.filter(({ id }) => id === 'deliverNotifications')
const costlyReads = [...reads, ...waits].filter(({ isCostly }) => isCostly)
const isOfOneRow = ({ path }: ServedCall) => /product-coupon/.test(path) || OF_ONE_ROW.some((one) => path.includes(one))
const named = (some: readonly ServedCall[]) => some.map((call) => [`${call.method} ${call.path}`, call] as const)

let full: Awaited<ReturnType<typeof fullMock>>
beforeAll(async () => {
  full = await fullMock()
}, 60_000)

/** Turns of the event loop until a promise is settled. */
async function turnsUntil(settled: Promise<unknown>): Promise<number> {
  let isSettled = false
  void settled.then(
    () => (isSettled = true),
    () => (isSettled = true),
  )
  let turns = 0
  for (; !isSettled; turns++) await new Promise((resolve) => setImmediate(resolve))
  return turns
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function requestTo({ method }: ServedCall, address: string, init: RequestInit = {}): Request {
  return new Request(`http://localhost${address}`, { method, ...init })
}

describe('of a full journal and thousands of things', () => {
  test.for(named(own.filter(({ isCostly }) => !isCostly)))('%s answers with a few MiB at most', async ([, call]) => {
    const app = await controlApp(full.mock)
    const answer = await app.request(requestTo(call, full.addressOf(call)))
    const bytes = (await answer.arrayBuffer()).byteLength

    expect(bytes).toBeLessThan(MOST_BYTES)
    if (!isOfOneRow(call)) expect(answer.status).toBe(200)
  })

  test.for(named([...own, ...waits]))('%s stops when its client leaves', async ([, call]) => {
    const app = await controlApp(full.mock)
    const sign = vi.spyOn(full.mock.ids, 'nonce')
    onTestFinished(() => sign.mockRestore())
    const left = new AbortController()
    const asked = app.request(requestTo(call, full.addressOf(call), { signal: left.signal }))
    await new Promise((resolve) => setImmediate(resolve))
    left.abort()
    sign.mockClear()
    const turns = await turnsUntil(asked.then(({ body }) => body?.cancel()))

    // Signatures are made in other threads, while any number of turns go by: they are counted themselves.
    if (SIGNS.includes(call.id)) return expect(sign.mock.calls.length).toBeLessThan(3)
    // A piece of work, the next one to be begun, and the turn of the event loop in between.
    expect(turns).toBeLessThan(20)
  })
})

describe('costly calls', () => {
  test.for(named(costlyReads))('%s is answered in turn, as fast as it is read', async ([, call]) => {
    const app = await controlApp(full.mock, { mostWaiting: 1 })
    const address = full.addressOf(call)
    const ask = () => app.request(requestTo(call, address))
    const first = await ask()
    const second = ask()
    let isAnswered = false
    void second.then(() => (isAnswered = true))
    await settle()

    expect(first.status).toBe(200)
    expect(isAnswered).toBe(false)
    const refused = await ask()
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(errorJson.parse(await refused.json()).code).toBe('MOCK_WORLD_BUSY')
    expect((await app.request('/_mock/journal/page')).status).toBe(200)
    await first.body?.cancel()
    await (await second).body?.cancel()
  })

  test('wait for no receiver in their turn', async () => {
    const mock = createMock()
    const app = await controlApp(mock)
    const gate = Promise.withResolvers<void>()
    const idle = vi.spyOn(mock.outbox, 'idle').mockImplementation(() => gate.promise)
    onTestFinished(() => idle.mockRestore())
    const delivered = app.request('/_mock/notifications/deliver', { method: 'POST' })
    await settle()

    const other = await app.request('/_mock/journal')
    expect(other.status).toBe(200)
    await other.body?.cancel()
    gate.resolve()
    expect((await delivered).status).toBe(200)
  })
})

describe('by an allowed name over plain HTTP', () => {
  const IMAGE = {
    Host: 'mock.test',
    Accept: 'image/avif,image/webp,*/*;q=0.8',
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64)',
  }
  const ask = async (call: ServedCall, headers: Record<string, string>, options = {}) => {
    const mock: OpenedMock = createMock()
    const onForeign = vi.fn()
    const app = await controlApp(mock, { allowedHosts: ['mock.test'], onForeign, ...options })
    const answer = await app.request(requestTo(call, full.addressOf(call), { headers }))
    return { status: answer.status, onForeign, text: await answer.text() }
  }

  test.for(named(costlyReads.filter(({ method }) => method === 'GET')))('%s is not for an image', async ([, call]) => {
    const { status, text, onForeign } = await ask(call, IMAGE)
    expect(status).toBe(403)
    expect(text).toMatch(/MOCK_FORBIDDEN_ORIGIN.*--control-token/)
    expect(onForeign).toHaveBeenCalledWith({ reason: 'origin', host: '' })
  })

  const journal = calls.find(({ id }) => id === 'journal')
  test.for<[who: string, headers: Record<string, string>, options?: object]>([
    ['the dashboard', { ...IMAGE, Referer: 'http://mock.test/_mock' }],
    ['curl', { Host: 'mock.test', Accept: '*/*', 'User-Agent': 'curl/8.5.0' }],
    ['a program without a User-Agent', { Host: 'mock.test' }],
    ['a program that sets what no image can', { ...IMAGE, Authorization: 'Bearer any' }],
    ['whoever has the token', { ...IMAGE, Authorization: 'Bearer secret' }, { token: 'secret' }],
    [
      'an image on loopback, where browsers say whose it is',
      { ...IMAGE, Host: '127.0.0.1:8089', 'Sec-Fetch-Site': 'none' },
    ],
  ])('%s is answered', async ([, headers, options]) => {
    if (!journal) throw new Error('There is no journal.')
    expect((await ask(journal, headers, options)).status).toBe(200)
  })

  test('an image is answered what costs little', async () => {
    const page = calls.find(({ id }) => id === 'journalPage')
    if (!page) throw new Error('There is no page of the journal.')
    expect((await ask(page, IMAGE)).status).toBe(200)
  })
})
