import { setupServer } from 'msw/node'
import { describe, expect, onTestFinished, vi } from 'vitest'
import { handlers } from '../../mocks/index.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import type { WireRequest } from '../../src/engine/http-message.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import type { OpenedMock } from '../helpers/engine.ts'
import { everyTransport, STOCK_ID, test } from '../helpers/world.ts'

const CODE = 'sxxe34343434'
const ORDER = 'MCH_102233445'
const LINK = { stock_id: STOCK_ID, coupon_code: CODE, out_trade_no: ORDER, out_request_no: 'R-1' }
const LINKED = { status: 200, body: { wechatpay_associate_time: '2026-11-25T12:00:00+08:00' } }

const linkOf = async ({ control }: OpenedMock) =>
  (await control.coupon(STOCK_ID, CODE)).associate_out_trade_no ?? 'no order'

/** The id of what is held, once something is. */
const heldIn = ({ control }: OpenedMock) =>
  vi.waitFor(
    async () => {
      const [first] = await control.held()
      expect(first).toBeDefined()
      return first?.exchange.id ?? ''
    },
    { timeout: 10_000 },
  )

describe.for(everyTransport)('a call that is held over %s', (transport) => {
  test.override('transport', transport)

  test.for([
    ['before', 'no order'],
    ['after', ORDER],
  ] as const)(
    'waits %s the change, holds up no other, and goes on',
    async ([when, order], { mock, merchant, seed }) => {
      await seed.coupon({ coupon_code: CODE })
      await seed.coupon({ coupon_code: 'OTHER' })
      await mock.faults.plan({ effect: 'hold', when, couponCode: CODE })
      const call = merchant.call(associateTradeInfo, LINK)
      const id = await heldIn(mock)
      expect(await linkOf(mock)).toBe(order)
      const other = { ...LINK, coupon_code: 'OTHER', out_trade_no: 'MCH_2', out_request_no: 'R-2' }
      expect(await merchant.call(associateTradeInfo, other)).toEqual(LINKED)

      await mock.control.decideHeld(id, { decide: 'let_through' })

      expect(await call).toEqual(LINKED)
      expect(await linkOf(mock)).toBe(ORDER)
      expect(await mock.control.held()).toEqual([])
    },
  )

  test.for([
    ['before', 'no order'],
    ['after', ORDER],
  ] as const)('is lost, %s the change', async ([when, order], { mock, merchant, seed }) => {
    await seed.coupon({ coupon_code: CODE })
    await mock.faults.plan({ effect: 'hold', when })
    const call = expect(merchant.call(associateTradeInfo, LINK)).rejects.toThrow()
    await mock.control.decideHeld(await heldIn(mock), { decide: 'lose' })

    await call
    expect(await linkOf(mock)).toBe(order)
    expect(await merchant.call(associateTradeInfo, LINK)).toEqual(LINKED)
  })

  test('is answered by hand, signed, with nothing done', async ({ mock, merchant, seed }) => {
    await seed.coupon({ coupon_code: CODE })
    await mock.faults.plan({ effect: 'hold', times: 2 })
    const body = { message: '系统繁忙', code: 'SYSTEM_ERROR' }
    const refused = merchant.call(associateTradeInfo, LINK)
    await mock.control.decideHeld(await heldIn(mock), { decide: 'answer', status: 503, body })
    expect(await refused).toEqual({ status: 503, body })

    const taken = merchant.call(associateTradeInfo, LINK)
    await mock.control.decideHeld(await heldIn(mock), { decide: 'answer', status: 204 })
    expect(await taken).toEqual({ status: 204, body: undefined })
    expect(await linkOf(mock)).toBe('no order')
  })
})

describe('a held call whose client goes away', () => {
  /** Ways to make a call that ends with a signal. */
  const doors: Readonly<
    Record<string, (mock: OpenedMock, request: WireRequest, signal: AbortSignal) => Promise<unknown>>
  > = {
    handle: (mock, request, signal) => mock.handle(request, signal),
    fetch: (mock, request, signal) => mock.fetch(webRequest('http://localhost', request, signal)),
    msw: async (mock, request, signal) => {
      const server = setupServer(...handlers(mock))
      server.listen()
      return fetch(webRequest('https://api.mch.weixin.qq.com', request, signal)).finally(() => server.close())
    },
    http: async (mock, request, signal) => {
      const server = await startServer({ mock, port: 0 })
      onTestFinished(() => server.close(0))
      return fetch(webRequest(server.url, request, signal))
    },
  }
  const webRequest = (origin: string, { method, target, headers, body }: WireRequest, signal: AbortSignal) =>
    new Request(origin + target, { method, headers, body: Uint8Array.from(body), signal })

  test.for(Object.keys(doors))('is let through, over %s', async (door, { mock, control, seed }) => {
    await seed.coupon({ coupon_code: CODE })
    await mock.faults.plan({ effect: 'hold' })
    const leave = new AbortController()
    let call: Promise<unknown> | undefined
    const client = createMerchantClient({
      credentials: await control.credentials(),
      now: () => mock.clock.now(),
      send: async (request) => {
        call = doors[door]?.(mock, request, leave.signal)
        throw await call?.catch((error: unknown) => error)
      },
    })
    const made = client.call(associateTradeInfo, LINK).catch(() => 'gone')
    await heldIn(mock)
    leave.abort()
    await made

    await vi.waitFor(async () => expect(await linkOf(mock)).toBe(ORDER), { timeout: 10_000 })
    expect(await control.held()).toEqual([])
    await expect
      .poll(async () => (await control.journal()).at(-1)?.remarks[0]?.text ?? '')
      .toContain('let through as its client was gone')
  })

  test('is let through, over http, if it went before the call was held', async ({ mock, control, seed }) => {
    await seed.coupon({ coupon_code: CODE })
    await mock.faults.plan({ effect: 'delay', delayMs: 500, when: 'before' })
    await mock.faults.plan({ effect: 'hold' })
    const leave = new AbortController()
    const client = createMerchantClient({
      credentials: await control.credentials(),
      now: () => mock.clock.now(),
      send: async (request) => {
        throw await doors.http?.(mock, request, leave.signal).catch((error: unknown) => error)
      },
    })
    const made = client.call(associateTradeInfo, LINK).catch(() => 'gone')
    await vi.waitFor(() => expect(mock.faults.planned).toEqual([]), { timeout: 10_000 })
    leave.abort()
    await made

    await vi.waitFor(async () => expect(await linkOf(mock)).toBe(ORDER), { timeout: 10_000 })
    expect(await control.held()).toEqual([])
  })
})

test('a server that ends lets through what it holds', async ({ mock, control, seed }) => {
  await seed.coupon({ coupon_code: CODE })
  await mock.faults.plan({ effect: 'hold' })
  const server = await startServer({ mock, port: 0 })
  const client = createMerchantClient({
    credentials: await control.credentials(),
    now: () => mock.clock.now(),
    send: async ({ method, target, headers, body }) => {
      const answer = await fetch(server.url + target, { method, headers, body: Uint8Array.from(body) })
      const bytes = new Uint8Array(await answer.arrayBuffer())
      return { status: answer.status, headers: [...answer.headers], body: bytes }
    },
  })
  const call = client.call(associateTradeInfo, LINK)
  await heldIn(mock)

  await Promise.all([server.close(), call])
  expect(await call).toEqual(LINKED)
})
