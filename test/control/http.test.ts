import { describe, expect, vi } from 'vitest'
import { errorJson } from '../../src/control/answer-format.ts'
import { controlApp } from '../helpers/control-app.ts'
import { calls } from '../helpers/control-calls.ts'
import { createMock } from '../helpers/engine.ts'
import { doors, json, refusalOf, test } from './doors.ts'

describe.for(doors)('a call that is not one, %s', (door) => {
  test.override('door', door)

  test.for<[path: string, named: readonly string[]]>([
    ['/_mock/clocks', ['GET /_mock/clock']],
    ['/_mock/clock/', ['GET /_mock/clock']],
    ['/_mock/coupons/1', ['/_mock/coupons']],
    ['/_mock/%', calls.map(({ method, path }) => `${method} ${path}`)],
  ])('to %s is answered with the nearest that is one, or all', async ([path, named], { request }) => {
    const response = await request(path)
    const body = errorJson.parse(await response.json())

    expect(response.status).toBe(404)
    expect(body).toEqual({ code: 'MOCK_NOT_FOUND', message: expect.any(String), path: '' })
    for (const route of named) expect(body.message).toContain(route)
  })

  test.for([
    ['DELETE', '/_mock/clock', ['GET', 'PUT']],
    ['POST', '/_mock/world', ['GET', 'PUT']],
    ['GET', '/_mock/reset', ['POST']],
    ['GET', '/_mock/clock/advance', ['POST']],
    ['PUT', '/_mock/coupons/100088/COUPON_USED', ['GET', 'PATCH']],
    ['DELETE', '/_mock/journal/08AA', ['GET']],
    ['OPTIONS', '/_mock/merchants', ['GET', 'POST']],
  ] as const)('%s %s is answered with the methods that are', async ([method, path, methods], { request }) => {
    const response = await request(path, { method })

    expect(response.status).toBe(405)
    const allowed = response.headers.get('allow')?.split(', ') ?? []
    expect(allowed.filter((name) => name !== 'HEAD').sort()).toEqual(methods)
    expect(await response.json()).toMatchObject({ code: 'MOCK_METHOD' })
  })

  test.for(['a/b', 'a b', '50%', '%2F', '券?#&', ':id'])(
    'a coupon is found by the code %j',
    async (coupon_code, { control }) => {
      await control.addCoupon({ stock_id: 's/1', coupon_code })

      expect(await control.coupon('s/1', coupon_code)).toMatchObject({ stock_id: 's/1', coupon_code })
    },
  )

  test('a member that belongs to the query is told where it belongs', async ({ control }) => {
    const body: object = { mchid: '1900000001' }

    const { code, path, texts } = await refusalOf(control.payOrder('A1', body))

    expect([code, path, texts.en]).toEqual([
      'MOCK_INPUT',
      '/mchid',
      '/mchid: it belongs to the query, as ?mchid=…; the client takes that as the argument after the body.',
    ])
  })

  test('a query that the call does not have is named', async ({ request }) => {
    const response = await request('/_mock/clock?mchid=1900000001')

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'MOCK_INPUT', path: '/query/mchid' })
  })
})

describe.for(doors)('a body, %s', (door) => {
  test.override('door', door)

  test.for([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain;charset=UTF-8',
    'application/jsonp',
    'text/plain; application/json',
  ])('of type %s is not taken', async (type, { request, control }) => {
    const before = await control.world()
    for (const path of ['/_mock/orders', '/_mock/reset', '/_mock/merchants']) {
      const response = await request(path, { method: 'POST', headers: { 'Content-Type': type }, body: '{}' })

      expect(response.status).toBe(415)
      expect(await response.json()).toMatchObject({ code: 'MOCK_CONTENT_TYPE' })
    }
    expect(await control.world()).toEqual(before)
  })

  test('without a type is not taken', async ({ request }) => {
    const response = await request('/_mock/orders', { method: 'POST', body: Buffer.from('{}') })

    expect(response.status).toBe(415)
  })

  test('may name its charset', async ({ request }) => {
    const headers = { 'Content-Type': 'Application/JSON; charset=utf-8' }
    const response = await request('/_mock/orders', { method: 'POST', headers, body: '{"description":"券"}' })

    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({ description: '券' })
  })

  test.for([
    ['', /needs a JSON body/],
    ['{', /not JSON/],
    [Buffer.from('{"description":"\xff"}', 'latin1'), /not JSON/],
  ] as const)('%j is not JSON', async ([body, message], { request }) => {
    const response = await request('/_mock/orders', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    })

    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ code: 'MOCK_JSON', message: expect.stringMatching(message), path: '' })
  })

  test('is not needed to delete', async ({ request }) => {
    expect((await request('/_mock/journal', { method: 'DELETE' })).status).toBe(204)
    const headers = { 'Content-Type': 'text/plain' }
    expect((await request('/_mock/journal', { method: 'DELETE', headers, body: 'x' })).status).toBe(204)
  })
})

describe.for(doors)('an answer, %s', (door) => {
  test.override('door', door)

  test('is JSON that nobody keeps', async ({ request }) => {
    const { headers } = await request('/_mock/credentials')

    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('to a PUT is what was set', async ({ request }) => {
    const response = await request('/_mock/clock', json({ frozen: true }, 'PUT'))

    expect([response.status, await response.json()]).toEqual([
      200,
      { now: '2026-11-25T12:00:00.000+08:00', frozen: true },
    ])
  })
})

describe('a part of the page', () => {
  test.for([
    ['short', 'x.js'],
    ['inherited', '__proto__.js'],
    ['hidden', '.env'],
    ['without an ending', 'index'],
    ['longer than a file may be called', `a.${'b'.repeat(3_000)}`],
    ['in many parts', `${'a.'.repeat(500)}js`],
  ] as const)('that is none is not there, whatever its name: %s', async ([, name]) => {
    const response = await (await controlApp(createMock())).request(`/_mock/assets/${name}`)

    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8'])
  })
})

describe('a bug', () => {
  test('is named as one, in plain text without a stack, and handed to whoever listens', async () => {
    const mock = createMock()
    const bugs: unknown[] = []
    const app = await controlApp(mock, { onBug: (bug) => bugs.push(bug) })
    const bug = new Error("ENOENT, open '/home/ann/secret'")
    vi.spyOn(mock.store, 'transaction').mockRejectedValue(bug)

    const response = await app.request('/_mock/world')
    const text = await response.text()

    expect(response.status).toBe(500)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(text).toContain('a bug in wechatpay-mock')
    expect(text).not.toMatch(/\bat .*:\d+/)
    // Details of a failure may reveal names on this machine, and belong in its log.
    expect(text).not.toContain('/home/ann')
    expect(bugs).toEqual([bug])
  })
})
