import { describe, expect } from 'vitest'
import { doors, test } from './doors.ts'

describe.for(doors)('an integer that JavaScript would round, %s', (door) => {
  test.override('door', door)

  const send = (body: string, method = 'POST'): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json' },
    body,
  })

  test.for<[path: string, init: RequestInit]>([
    ['/_mock/orders', send('{"out_trade_no":"T1","total":9007199254740993}')],
    ['/_mock/clock/advance', send('{"duration":9007199254740993}')],
    ['/_mock/world', send(`{"orders":[{"out_trade_no":"T1","total": 9007199254740993}]}`, 'PUT')],
    ['/_mock/world', send(`{"orders":[${'{},'.repeat(30_000)}{"out_trade_no":"T1","total":9007199254740993}]}`, 'PUT')],
    ['/_mock/answers', send('{"operation":"GET /v3/new","status":200,"body":{"a":[9007199254740993]}}')],
  ])('is refused in the body of %s, and quoted', async ([path, init], { request }) => {
    const answered = await request(path, init)

    expect({ status: answered.status, body: await answered.json() }).toEqual({
      status: 400,
      body: { code: 'MOCK_INPUT', message: expect.stringContaining('9007199254740993'), path: expect.any(String) },
    })
  })

  test('is refused in a query, and quoted', async ({ request }) => {
    const answered = await request('/_mock/journal?limit=9007199254740993')
    expect(await answered.json()).toMatchObject({ code: 'MOCK_INPUT', path: '/query/limit' })
  })
})
