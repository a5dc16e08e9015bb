import { setupServer } from 'msw/node'
import { describe, expect, vi } from 'vitest'
import { handlers } from '../../mocks/index.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import type { AnswerEffect } from '../../src/engine/faults/damage.ts'
import type { FaultEffect } from '../../src/engine/faults/fault-plan.ts'
import type { WechatPayMock } from '../../src/mock.ts'
import type { CouponJson } from '../../src/products/merchant-coupon/coupons.ts'
import { associateTradeInfo, modifyStock, securityEcho } from '../../src/products/operations.ts'
import { createMerchantClient, UntrustedAnswerError } from '../../src/testing/merchant-client.ts'
import { everyTransport, STOCK_ID, test } from '../helpers/world.ts'
import { rawConnection } from './transports/raw-connection.ts'

const CODE = 'sxxe34343434'
const ORDER = 'MCH_102233445'
const COUPON: CouponJson = { coupon_code: CODE }
const LINK = { stock_id: STOCK_ID, coupon_code: CODE, out_trade_no: ORDER, out_request_no: 'R-1' }
const ECHO = { echo_message: 'hello', notify_url: 'https://shop.example/notify' }
const LINKED = { status: 200, body: { wechatpay_associate_time: '2026-11-25T12:00:00+08:00' } }

/** Fault that a careful client finds in an answer. */
const FOUND: Readonly<Record<AnswerEffect, string>> = {
  bad_signature: 'Its signature does not verify.',
  wrong_key: 'Its signature does not verify.',
  tampered_body: 'Its signature does not verify.',
  replayed_signature: 'Its signature does not verify.',
  stale_timestamp: 'is 600 seconds from',
  unknown_serial: 'which the client does not have',
  missing_timestamp: 'It has no Wechatpay-Timestamp.',
  missing_nonce: 'It has no Wechatpay-Nonce.',
  missing_signature: 'It has no Wechatpay-Signature.',
  missing_serial: 'It has no Wechatpay-Serial.',
  missing_signature_type: 'It has no Wechatpay-Signature-Type.',
  unsigned:
    'It has no Wechatpay-Nonce, Wechatpay-Signature, Wechatpay-Timestamp, Wechatpay-Serial, Wechatpay-Signature-Type',
  probe: 'Its signature does not verify.',
  probe_long: 'Its signature does not verify.',
}

const linkOf = async ({ control }: WechatPayMock) =>
  (await control.coupon(STOCK_ID, CODE)).associate_out_trade_no ?? 'no order'

describe.for(everyTransport)('a fault over %s', (transport) => {
  test.override('transport', transport)

  test.for([
    ['before', 'no order'],
    ['after', ORDER],
  ] as const)('answers with an error %s the change', async ([when, order], { mock, merchant, seed }) => {
    await seed.coupon(COUPON)
    await mock.faults.next(associateTradeInfo, 'system_error', { when })

    expect(await merchant.call(associateTradeInfo, LINK)).toEqual({
      status: 500,
      body: { code: 'SYSTEM_ERROR', message: '系统异常，请稍后重试' },
    })

    expect(await linkOf(mock)).toBe(order)
    expect(await merchant.call(associateTradeInfo, LINK)).toEqual(LINKED)
    mock.faults.assertAllUsed()
  })

  test.for([
    ['before', 'no order'],
    ['after', ORDER],
  ] as const)('is answered by a gateway %s the change', async ([when, order], { mock, merchant, seed }) => {
    await seed.coupon(COUPON)
    await mock.faults.plan({ status: 502, ...(when === 'after' && { when }) })
    const untrusted = (error: unknown) => {
      if (error instanceof UntrustedAnswerError) return error.answer
      throw error
    }
    const answer = await merchant.call(associateTradeInfo, LINK).catch(untrusted)

    expect(answer.status).toBe(502)
    expect(await linkOf(mock)).toBe(order)
    const { headers = [], body } = 'headers' in answer ? answer : {}
    const names = headers.map(([name]) => name.toLowerCase())
    expect(names.filter((name) => /^wechatpay-|^request-id$|^content-language$/.test(name))).toEqual([])
    expect(headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]).toBe('text/html')
    expect(String(body)).toMatch(
      /^<html>\r\n<head><title>502 Bad Gateway<\/title><\/head>\r\n[\s\S]*<center>nginx<\/center>/,
    )
    expect(await merchant.call(associateTradeInfo, LINK)).toEqual(LINKED)
  })

  test.for([
    ['reset', undefined, 'no order'],
    ['reset', 'after', ORDER],
    ['empty', undefined, 'no order'],
    ['empty', 'after', ORDER],
    ['half_body', undefined, ORDER],
    ['half_body', 'before', 'no order'],
    ['answer_lost', undefined, ORDER],
  ] as const)('ends the connection: %s, %s', async ([effect, when, order], { mock, merchant, seed }) => {
    await seed.coupon(COUPON)
    await mock.faults.plan({ effect, ...(when && { when }) })

    await expect(merchant.call(associateTradeInfo, LINK)).rejects.toThrow()

    expect(await linkOf(mock)).toBe(order)
    expect(await merchant.call(associateTradeInfo, LINK)).toEqual(LINKED)
  })

  test.for(Object.entries(FOUND) as [AnswerEffect, string][])(
    'makes an answer that no client may act on: %s',
    async ([effect, found], { mock, merchant, seed }) => {
      await seed.coupon(COUPON)
      await mock.faults.plan({ effect })

      await expect(merchant.call(associateTradeInfo, LINK)).rejects.toThrow(found)

      expect(await linkOf(mock)).toBe(ORDER)
    },
  )

  test('forges the answer of a call that is not done', async ({ mock, merchant, seed }) => {
    await seed.coupon(COUPON)
    await mock.faults.plan({ effect: 'unsigned', when: 'before' })

    await expect(merchant.call(associateTradeInfo, LINK)).rejects.toThrow('{"wechatpay_associate_time":"2026-11-25T12')

    expect(await linkOf(mock)).toBe('no order')
    expect(await merchant.call(associateTradeInfo, { ...LINK, out_trade_no: 'MCH_2' })).toEqual(LINKED)
  })

  test('shows a genuine error as a success: the status is not signed', async ({ mock, merchant, seed }) => {
    await seed.coupon(COUPON)
    await mock.faults.plan({ effect: 'error_as_200', error: 'linked_to_other_order' })

    await expect(merchant.call(associateTradeInfo, LINK)).rejects.toThrow(
      /^The answer 200 cannot be trusted: Request-ID is \S+ with status 200\.\n\{"code":/,
    )

    expect(await linkOf(mock)).toBe('no order')
  })

  test('of a call that is answered with no body: half of it is nothing at all', async ({
    mock,
    control,
    merchant,
    seed,
  }) => {
    await seed.stock({ comment: '旧备注' })
    const change = { stock_id: STOCK_ID, out_request_no: 'R-1', comment: '新备注' }
    await mock.faults.plan({ effect: 'half_body' })
    await mock.faults.plan({ effect: 'tampered_body', times: 2 })
    await mock.faults.plan({ effect: 'slow_drip' })

    await expect(merchant.call(modifyStock, change)).rejects.toThrow()
    await expect(merchant.call(modifyStock, change)).rejects.toThrow('Its signature does not verify.')
    await expect(merchant.call(modifyStock, change)).rejects.toThrow('Its signature does not verify.')
    expect(await merchant.call(modifyStock, change)).toEqual({ status: 204, body: undefined })

    expect((await control.stock(STOCK_ID)).comment).toBe('新备注')
    expect((await control.journal())[0]?.response).toMatchObject({ status: 204, delivery: 'empty' })
  })

  test.for([
    ['answer_lost', undefined, 1],
    ['unsigned', 'before', 0],
  ] as const)(
    '%s, %s: the callback of the call goes out like its change',
    async ([effect, when, count], { mock, control, merchant }) => {
      await mock.faults.plan({ effect, ...(when && { when }) })

      await expect(merchant.call(securityEcho, ECHO, { wechatpaySerial: 'public-key' })).rejects.toThrow()

      expect((await control.world()).notifications).toHaveLength(count)
    },
  )

  test('sends a body byte by byte', async ({ mock, merchant, seed }) => {
    await seed.coupon(COUPON)
    await mock.faults.plan({ effect: 'slow_drip', pauseMs: 0 })

    expect(await merchant.call(associateTradeInfo, LINK)).toEqual(LINKED)
  })

  test.for([
    ['before', 'no order'],
    ['after', ORDER],
  ] as const)('is late: the wait is %s the change', async ([when, order], { mock, merchant, seed }) => {
    await seed.coupon(COUPON)
    await seed.coupon({ coupon_code: 'OTHER' })
    await mock.faults.plan({ effect: 'delay', delayMs: 120_000, when, couponCode: CODE })
    const late = merchant.call(associateTradeInfo, LINK)
    await vi.waitFor(() => expect(mock.faults.planned).toEqual([]), { timeout: 10_000 })
    // Asked later, answered earlier than the late one.
    const other = { ...LINK, coupon_code: 'OTHER', out_trade_no: 'MCH_2', out_request_no: 'R-2' }
    expect(await merchant.call(associateTradeInfo, other)).toEqual(LINKED)
    expect(await linkOf(mock)).toBe(order)

    await mock.faults.clear()

    expect(await late).toEqual(LINKED)
    expect(await linkOf(mock)).toBe(ORDER)
  })
})

/** A signed request as bytes. */
async function requestText(mock: WechatPayMock): Promise<string> {
  let text = ''
  const writer = createMerchantClient({
    credentials: await mock.control.credentials(),
    now: () => mock.clock.now(),
    send: async ({ method, target, headers, body }) => {
      const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      text = `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${fields.join('')}Content-Length: ${body.length}\r\n\r\n${Buffer.from(body)}`
      return { status: 401, headers: [], body: new Uint8Array(0) }
    },
  })
  await writer
    .request({ target: associateTradeInfo.path, body: LINK, signed: false })
    .catch((error: unknown) => expect(String(error)).toContain('It has no Content-Type.'))
  return text
}

describe('on the socket', () => {
  const overSocket = test
    .extend('server', async ({ mock, seed }, { onCleanup }) => {
      await seed.coupon(COUPON)
      const server = await startServer({ mock, port: 0 })
      onCleanup(() => server.close(0))
      return server
    })
    .extend('exchange', ({ mock, server }) => async (effect: FaultEffect) => {
      await mock.faults.plan({ effect })
      const connection = await rawConnection(server.port)
      const errors: string[] = []
      const chunks: string[] = []
      connection.socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? error.message))
      connection.socket.on('data', (chunk) => chunks.push(String(chunk)))
      connection.write(await requestText(mock))
      const received = await connection.read((text) => effect === 'slow_drip' && text.endsWith('"}'))
      connection.socket.destroy()
      const [head = '', body = ''] = received.split('\r\n\r\n')
      return { head, body, chunks, errors }
    })

  overSocket.for(['reset', 'answer_lost'] as const)(
    '%s is a reset, and not a byte comes',
    async (effect, { exchange }) => {
      expect(await exchange(effect)).toMatchObject({ head: '', errors: ['ECONNRESET'] })
    },
  )

  overSocket('empty is an orderly end, and not a byte comes', async ({ exchange }) => {
    expect(await exchange('empty')).toMatchObject({ head: '', errors: [] })
  })

  overSocket('half_body announces more than it sends', async ({ exchange }) => {
    const { head, body, errors } = await exchange('half_body')

    const whole = JSON.stringify(LINKED.body)
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(head).toContain(`\r\nContent-Length: ${whole.length}\r\n`)
    expect(body).toBe(whole.slice(0, Math.floor(whole.length / 2)))
    expect(errors).toEqual([])
  })

  overSocket('slow_drip comes in many pieces', async ({ exchange }) => {
    const { body, chunks } = await exchange('slow_drip')

    expect(JSON.parse(body)).toEqual(LINKED.body)
    expect(chunks.length).toBeGreaterThan(2)
  })

  overSocket('the connection serves the next call after a drip', async ({ mock, server }) => {
    await mock.faults.plan({ effect: 'slow_drip', pauseMs: 0 })
    const connection = await rawConnection(server.port)
    connection.write(await requestText(mock))
    await connection.read((text) => text.endsWith('"}'))
    connection.write(await requestText(mock))

    expect((await connection.read((text) => text.split('HTTP/1.1 200 OK').length > 2)).length).toBeGreaterThan(0)
    connection.socket.destroy()
  })
})

/** Result of `fetch`: the status, and the body or the reason why the body or the call failed. */
async function fetched(call: () => Promise<Response>): Promise<unknown[]> {
  try {
    const response = await call()
    const body = await response.text().catch((error: unknown) => (error instanceof TypeError ? 'broken off' : error))
    return [response.status, body]
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const { cause } = error
    return [error.message, cause instanceof Error && 'code' in cause ? cause.code : undefined]
  }
}

describe('fetch', () => {
  const whole = JSON.stringify(LINKED.body)
  const signedRequest = async (mock: WechatPayMock, origin: string): Promise<Request> => {
    const [head = '', body] = (await requestText(mock)).split('\r\n\r\n')
    const fields = head
      .split('\r\n')
      .slice(1)
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
      .filter(([name]) => !/^(?:host|content-length)$/i.test(name))
    return new Request(origin + associateTradeInfo.path, { method: 'POST', headers: fields, body: body ?? '' })
  }

  test.for([
    ['reset', ['fetch failed', 'ECONNRESET']],
    ['answer_lost', ['fetch failed', 'ECONNRESET']],
    ['empty', ['fetch failed', 'UND_ERR_SOCKET']],
    ['half_body', [200, 'broken off']],
    ['slow_drip', [200, whole]],
  ] as const)('through the socket and of the mock itself: %s', async ([effect, outcome], { mock, seed }) => {
    await seed.coupon(COUPON)
    await mock.faults.plan({ effect, times: 2, ...(effect === 'slow_drip' && { pauseMs: 0 }) })
    const server = await startServer({ mock, port: 0 })

    const through = await fetched(async () => fetch(await signedRequest(mock, server.url)))
    const itself = await fetched(async () => mock.fetch(await signedRequest(mock, 'http://mock')))

    await server.close(0)
    expect({ through, itself }).toEqual({ through: outcome, itself: outcome })
  })

  test.for([
    ['reset', ['fetch failed', undefined]],
    ['empty', ['fetch failed', undefined]],
    // msw breaks the connection off at once, before the head arrives.
    ['half_body', ['fetch failed', 'UND_ERR_SOCKET']],
    ['slow_drip', [200, whole]],
  ] as const)('through msw: %s', async ([effect, outcome], { mock, seed }) => {
    await seed.coupon(COUPON)
    await mock.faults.plan({ effect, ...(effect === 'slow_drip' && { pauseMs: 0 }) })
    const server = setupServer(...handlers(mock))
    server.listen({ onUnhandledFrame: 'error' })

    const through = await fetched(async () => fetch(await signedRequest(mock, 'https://api.mch.weixin.qq.com')))

    server.close()
    expect(through).toEqual(outcome)
  })
})
