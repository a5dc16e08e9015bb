import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, expectTypeOf, vi } from 'vitest'
import { errorJson } from '../../src/control/answer-format.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { connectControl, MockControl } from '../../src/mock-control.ts'
import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { createMock } from '../helpers/engine.ts'
import { doors, refusalOf, test } from './doors.ts'

describe.for(doors)('the client, %s', (door) => {
  test.override('door', door)

  test('throws a refusal with code, message and path', async ({ control, request }) => {
    const response = await request('/_mock/coupons/1/2')
    const { code, message, path } = errorJson.parse(await response.json())

    const error = await refusalOf(control.coupon('1', '2'))
    expect(error).toBeInstanceOf(UsageError)
    expect({ code: error.code, message: error.message, path: error.path }).toEqual({ code, message, path })
  })

  test('is typed: one for one, a list for a list, nothing missing', async ({ control }) => {
    const one = await control.addCoupon({ stock_id: '1' })
    const many = await control.addCoupons([{ stock_id: '1' }])

    expectTypeOf(one).toEqualTypeOf<CompletedCoupon>()
    expectTypeOf(many).toEqualTypeOf<CompletedCoupon[]>()
    expectTypeOf(one.coupon_code).toEqualTypeOf<string>()
    type Coupon = Parameters<MockControl['addCoupon']>[0]
    type Stock = Parameters<MockControl['addStock']>[0]
    expectTypeOf<{ state: 'USED' }>().toExtend<Coupon>()
    expectTypeOf<{ state: 'LOST' }>().not.toExtend<Coupon>()
    expectTypeOf<{ stock_id: string }>().toExtend<Stock>()
    expectTypeOf<{ stock_id: string }[]>().not.toExtend<Stock>()
  })

  test('refuses what its types do not stop', async ({ control }) => {
    await expect(control.addCoupon({ state: 'LOST' as 'USED' })).rejects.toThrowError(UsageError)
  })

  test('names a bug as one', async ({ control, mock }) => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    vi.spyOn(mock.store, 'transaction').mockRejectedValue(new Error('the store has gone'))

    const error = await control.world().catch((reason: unknown) => reason)
    vi.restoreAllMocks()
    expect(error).not.toBeInstanceOf(UsageError)
    expect(String(error)).toContain('a bug in wechatpay-mock')
  })
})

describe('connecting', () => {
  const mock = createMock()

  test.for(['', '/', '/_mock', '/_mock/'])(
    'takes the address with %j behind it',
    async (suffix, { onTestFinished }) => {
      const server = await startServer({ mock, port: 0 })
      onTestFinished(() => server.close(0))

      expect(await connectControl(new URL(server.url + suffix)).health()).toMatchObject({ status: 'ok' })
    },
  )

  test('brings the token', async ({ onTestFinished }) => {
    const server = await startServer({ mock, port: 0, controlToken: 'secret' })
    onTestFinished(() => server.close(0))

    expect(await connectControl(server.url, { token: 'secret' }).clock()).toMatchObject({ frozen: false })
    expect(await refusalOf(connectControl(server.url).clock())).toMatchObject({ code: 'MOCK_TOKEN' })
    expect(await refusalOf(connectControl(server.url, { token: 'x' }).clock())).toMatchObject({ code: 'MOCK_TOKEN' })
  })

  test('says when no one answers', async () => {
    const closed = await startServer({ mock, port: 0 })
    await closed.close(0)

    const error = await refusalOf(connectControl(closed.url).health())
    expect(error).toMatchObject({ code: 'MOCK_UNREACHABLE' })
    expect(error.message).toContain(closed.url)
  })

  test.for([
    [200, 'text/html', '<p>hello</p>'],
    [404, 'text/html', '<p>nothing</p>'],
    [404, 'application/json', '{"error":"nothing"}'],
    [500, 'application/json', '{"code":"SYSTEM_ERROR","message":"","path":""}'],
  ] as const)('says when another server answers: %i %s', async ([status, type, body], { onTestFinished }) => {
    const server = createServer((_, response) => response.writeHead(status, { 'Content-Type': type }).end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo

    const error = await refusalOf(connectControl(`http://127.0.0.1:${port}`).health())
    expect(error).toMatchObject({ code: 'MOCK_NOT_A_MOCK' })
    expect(error.message).toContain(`${status} with ${type}`)
  })

  test.for(['localhost:8089', '', 'ftp://localhost', '127.0.0.1'])('%j is no address', (address) => {
    expect(() => connectControl(address)).toThrowError(/http:\/\/127\.0\.0\.1:8089/)
  })
})

test('a client of one’s own needs only something that carries requests', async () => {
  const seen: string[] = []
  const control = new MockControl(async (request) => {
    seen.push(`${request.method} ${request.url} ${await request.text()}`)
    return Response.json({ now: 'x', frozen: true })
  }, 'http://mock/base/')
  await control.setClock({ now: new Date(0), frozen: true })
  await control.credentials('1900000001')

  expect(seen).toEqual([
    'PUT http://mock/base/_mock/clock {"now":"1970-01-01T00:00:00.000Z","frozen":true}',
    'GET http://mock/base/_mock/credentials?mchid=1900000001 ',
  ])
})
