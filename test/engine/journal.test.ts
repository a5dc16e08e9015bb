import { describe, expect, test } from 'vitest'
import { nothingFound } from '../../src/engine/journal/found.ts'
import { type Exchange, Journal, KEPT_BODY_BYTES, mentions } from '../../src/engine/journal/journal.ts'
import { type KeptMessages, MessageBlocks } from '../../src/engine/journal/messages.ts'
import { DEFAULT_SETTINGS } from '../../src/engine/settings.ts'

function anExchange(id: string, overrides: Partial<Exchange> = {}): Exchange {
  return {
    id,
    at: 0,
    durationMs: 1,
    request: { method: 'GET', target: '/v3/certificates', headers: {}, body: new Uint8Array(0) },
    response: { status: 200, headers: [], body: new Uint8Array(0) },
    remarks: [],
    before: nothingFound(DEFAULT_SETTINGS),
    ...overrides,
  }
}

function withBodies(id: string, requestBytes: number, responseBytes: number): Exchange {
  const { request, response } = anExchange(id)
  return anExchange(id, {
    request: { ...request, body: new Uint8Array(requestBytes) },
    ...(response && { response: { ...response, body: new Uint8Array(responseBytes) } }),
  })
}

function ids(journal: Journal): string[] {
  return journal.list().map(({ id }) => id)
}

const numbers = (from: number, until: number) => Array.from({ length: until - from + 1 }, (_, i) => String(from + i))

describe('what the journal keeps', () => {
  test.for([1, 2, 3, 10])('the latest %i exchanges, oldest first, at every moment', (limit) => {
    const journal = new Journal(limit)
    for (let i = 1; i <= 40; i++) {
      journal.add(anExchange(String(i)))

      expect(ids(journal)).toEqual(numbers(Math.max(1, i - limit + 1), i))
      expect(journal.count).toBe(Math.min(i, limit))
    }
  })

  test('1000 exchanges when nothing else is said', () => {
    const journal = new Journal()
    for (const id of numbers(1, 1_001)) journal.add(anExchange(id))

    expect(journal.count).toBe(1_000)
    expect([journal.find('1')?.id, journal.find('2')?.id]).toEqual([undefined, '2'])
  })

  test('a body up to 64 KiB whole, and the start of a longer one', () => {
    const journal = new Journal()
    journal.add(withBodies('whole', KEPT_BODY_BYTES, KEPT_BODY_BYTES))
    journal.add(withBodies('request', KEPT_BODY_BYTES + 1, 1))
    journal.add(withBodies('response', 1, KEPT_BODY_BYTES * 3))

    const lengths = journal.list().map(({ request, response }) => [request.body.length, response?.body.length])
    expect(lengths).toEqual([
      [KEPT_BODY_BYTES, KEPT_BODY_BYTES],
      [KEPT_BODY_BYTES, 1],
      [1, KEPT_BODY_BYTES],
    ])
  })

  test('a short copy of a long body, not a view that holds on to what it came in', () => {
    const journal = new Journal()
    const large = Buffer.alloc(2 * 1_048_576)
    const { request, response } = anExchange('long')
    journal.add(
      anExchange('long', {
        request: { ...request, body: large },
        ...(response && { response: { ...response, body: large.subarray(0, 10) } }),
      }),
    )

    const kept = journal.find('long')
    expect(kept?.request.body.buffer.byteLength).toBe(KEPT_BODY_BYTES)
    expect(kept?.response?.body.buffer.byteLength).toBe(10)
  })

  test('an exchange with a long body that was never answered', () => {
    const { response: _, ...unanswered } = withBodies('bug', KEPT_BODY_BYTES * 2, 0)
    const journal = new Journal()
    journal.add(unanswered)

    expect(journal.find('bug')).not.toHaveProperty('response')
  })

  test('request and answer as they were, whatever is in them', () => {
    const request = {
      method: 'POST',
      target: '/v3/x?name=券"\\',
      headers: JSON.parse('{"accept":"a","__proto__":"own","x-odd":"é\\u0000\\ud800"}'),
      body: Buffer.from('{"券":1}'),
      secure: true,
    } as const
    const response = {
      status: 200,
      headers: [
        ['Set-Cookie', 'a'],
        ['Set-Cookie', 'b'],
      ],
      body: Buffer.from([0, 255, 10]),
      delivery: { kind: 'slow_drip', pauseMs: 5 },
    } as const
    const journal = new Journal()
    journal.add(anExchange('before'))
    journal.add(anExchange('odd', { request, response }))
    for (const id of numbers(1, 500)) journal.add(anExchange(id))

    const bytes = ({ body, ...rest }: { readonly body: Uint8Array }) => ({ ...rest, body: [...body] })
    const kept = journal.find('odd')
    expect(kept && bytes(kept.request)).toEqual(bytes(request))
    expect(Object.keys(kept?.request.headers ?? {})).toEqual(['accept', '__proto__', 'x-odd'])
    expect(kept?.response && bytes(kept.response)).toEqual(bytes(response))
  })

  test('16 MiB of bodies and targets: large ones push old ones out early', () => {
    const journal = new Journal()
    const bytes = () =>
      journal.list().reduce((sum, { request, response }) => sum + request.body.length + (response?.body.length ?? 0), 0)
    for (const id of numbers(1, 200)) journal.add(withBodies(id, KEPT_BODY_BYTES, KEPT_BODY_BYTES))

    expect(bytes()).toBeLessThanOrEqual(16 * 1_048_576)
    // 128 pairs of bodies would fill it without a byte left for the targets.
    expect(ids(journal)).toEqual(numbers(74, 200))
    expect(journal.dropped()).toEqual({ byNumber: 0, bySize: 73 })

    for (const id of numbers(201, 400)) journal.add(anExchange(id))
    expect(journal.count).toBeGreaterThan(200)
  })

  test('16 MiB of headers of answers', () => {
    const journal = new Journal()
    const { response, ...rest } = anExchange('x')
    const headers = [['Link', 'x'.repeat(1_048_576)]] as const
    for (const id of numbers(1, 20))
      journal.add({ ...rest, id, ...(response && { response: { ...response, headers } }) })

    expect(journal.count).toBe(15)
  })

  test('its messages in blocks that it uses again', () => {
    const blocks = new MessageBlocks(KEPT_BODY_BYTES)
    const used = new Set<unknown>()
    const kept: KeptMessages[] = []
    for (let number = 1; number <= 500; number++) {
      const body = Buffer.alloc(10_000 + number, number)
      const messages = blocks.keep({ request: { method: 'POST', target: `/v/${number}`, headers: {}, body } })
      kept.push(messages)
      used.add(messages.block)
      // The oldest goes, and now and then all of them.
      const most = number % 100 === 0 ? 0 : 30
      for (const oldest of kept.splice(0, Math.max(0, kept.length - most))) blocks.drop(oldest)

      for (const messages of kept) {
        const { target, body } = messages.read().request
        const of = Number(target.slice('/v/'.length))
        expect(Buffer.from(body).equals(Buffer.alloc(10_000 + of, of))).toBe(true)
      }
    }

    // Thirty of them and the one that is being written take three; 500 would take twenty.
    expect(used.size).toBeLessThan(5)
  })

  test('nothing from before it was cleared', () => {
    const journal = new Journal(3)
    for (const id of numbers(1, 5)) journal.add(anExchange(id))
    expect(journal.dropped()).toEqual({ byNumber: 2, bySize: 0 })
    journal.clear()

    expect(journal.list()).toEqual([])
    expect(journal.dropped()).toEqual({ byNumber: 0, bySize: 0 })
    for (const id of numbers(6, 9)) journal.add(anExchange(id))
    expect(ids(journal)).toEqual(['7', '8', '9'])
  })

  test('its list is a copy that later exchanges do not change', () => {
    const journal = new Journal(2)
    journal.add(anExchange('1'))
    const before = journal.list()
    journal.add(anExchange('2'))
    journal.add(anExchange('3'))

    expect(before.map(({ id }) => id)).toEqual(['1'])
  })
})

test('whoever listens hears every exchange, kept or not, until it ends', () => {
  const journal = new Journal(0)
  const heard: string[] = []
  const end = journal.subscribe(({ id }) => heard.push(id))
  for (const id of ['1', '2']) journal.add(anExchange(id))
  end()
  journal.add(anExchange('3'))

  expect(heard).toEqual(['1', '2'])
  expect(journal.count).toBe(0)
})

test('whoever listens finds what it hears of, also where all instances share a journal', async () => {
  const stored: string[] = []
  const add = async ({ id }: Exchange) => {
    await Promise.resolve()
    stored.push(id)
  }
  const shared = new Journal(10, {
    add,
    list: () => [],
    find: () => undefined,
    dropped: () => ({ byNumber: 0, bySize: 0 }),
    clear() {},
  })
  const own = new Journal(10)
  const found: (readonly string[])[] = []
  own.subscribe(() => found.push(ids(own)))
  shared.subscribe(() => found.push([...stored]))
  own.add(anExchange('1'))
  await shared.add(anExchange('2'))

  expect(found).toEqual([['1'], ['2']])
})

describe('filters', () => {
  const journal = new Journal()
  const coupons = '/v3/marketing/busifavor/coupons/use'
  const users = '/v3/marketing/busifavor/users/o/coupons'
  const add = (id: string, target: string, body: string, more: Partial<Exchange> = {}) =>
    journal.add(anExchange(id, { request: { method: 'POST', target, headers: {}, body: Buffer.from(body) }, ...more }))
  const [one, other] = [{ mchid: '1900000001' }, { mchid: '1900000002' }]
  const use = { operation: 'useCoupon' }
  const refused = { status: 400, headers: [], body: new Uint8Array(0) }
  add('used', coupons, '{"stock_id":"100088","coupon_code":"c-1"}', { ...use, ...one })
  add('refused', coupons, '{"stock_id":"100089","coupon_code":"c-1"}', { ...use, ...other, response: refused })
  add('queried', `${users}/c-1/appids/wx01`, '', { operation: 'queryUserCoupon', ...one })
  add('listed', `${users}?stock_id=100088&name=%E5%88%B8`, '', one)
  add('cut off', '/x', '{"stock_id":"100088"')
  add('a form', '/x', 'stock_id=100088')
  add('nothing', '/x', 'null')
  const { response: _, ...unanswered } = anExchange('bug')
  journal.add(unanswered)

  test.for([
    [{}, ['used', 'refused', 'queried', 'listed', 'cut off', 'a form', 'nothing', 'bug']],
    [{ operation: 'useCoupon' }, ['used', 'refused']],
    [{ mchid: '1900000001' }, ['used', 'queried', 'listed']],
    [{ status: 400 }, ['refused']],
    [{ status: 200 }, ['used', 'queried', 'listed', 'cut off', 'a form', 'nothing']],
    [{ couponCode: 'c-1' }, ['used', 'refused', 'queried']],
    [{ stockId: '100088' }, ['used', 'listed', 'cut off']],
    [{ stockId: '券' }, ['listed']],
    [{ couponCode: 'c-' }, []],
    [{ operation: 'useCoupon', mchid: '1900000001' }, ['used']],
    [{ couponCode: 'c-1', stockId: '100089' }, ['refused']],
    [{ operation: 'none' }, []],
  ] as const)('%j finds %j', ([filter, found]) => {
    expect(journal.list(filter).map(({ id }) => id)).toEqual(found)
  })

  test('one exchange is found by its id', () => {
    expect(journal.find('queried')?.operation).toBe('queryUserCoupon')
    expect(journal.find('never')).toBeUndefined()
  })
})

describe('whether a request mentions a coupon', () => {
  const about = (body: string, target = '/v3/marketing/busifavor/coupons/use') => ({
    request: { method: 'POST', target, headers: {}, body: Buffer.from(body) },
  })

  test.for([
    ['as it is written', '{"coupon_code":"c-1"}', 'c-1'],
    ['with escapes', String.raw`{"coupon_code":"\u0063-\u0031"}`, 'c-1'],
    ['with an escaped slash', String.raw`{"coupon_code":"a\/b"}`, 'a/b'],
    ['with quotes in it', JSON.stringify({ coupon_code: 'say "c"\n' }), 'say "c"\n'],
    ['in Chinese', '{"coupon_code":"券一"}', '券一'],
    ['with half a pair of surrogates', String.raw`{"coupon_code":"\ud800"}`, '\ud800'],
  ] as const)('%s', ([, body, code]) => {
    expect(mentions(about(body), 'coupon_code', code)).toBe(true)
  })

  test.for([
    ['another member', '{"stock_id":"c-1"}', 'c-1'],
    ['a longer one', '{"coupon_code":"c-10"}', 'c-1'],
    ['a number', '{"coupon_code":1}', '1'],
    ['no JSON', '"coupon_code":"c-1"', 'c-1'],
    ['half a pair of surrogates, in no body', '', '\ud800'],
  ] as const)('not by %s', ([, body, code]) => {
    expect(mentions(about(body), 'coupon_code', code)).toBe(false)
  })

  test('in its path', () => {
    const target = `/v3/marketing/busifavor/users/o1/coupons/${encodeURIComponent('券/1')}/appids/wx1`
    expect(mentions(about('', target), 'coupon_code', '券/1')).toBe(true)
    expect(mentions(about('', target), 'coupon_code', '券')).toBe(false)
  })
})
