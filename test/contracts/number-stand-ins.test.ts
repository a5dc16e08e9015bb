import { describe, expect, test } from 'vitest'
import { urlToRecord, withoutSecrets } from '../../src/traffic/recording/matchers.ts'
import {
  kindOf,
  numberStandIns,
  replaced,
  replacedJson,
  replacedTarget,
} from '../../src/traffic/recording/number-stand-ins.ts'

const NOON = Date.parse('2026-11-25T12:00:00+08:00')

const standInsOf = (body: object, rest: Partial<Parameters<typeof numberStandIns>[0]> = {}) =>
  Object.fromEntries(
    numberStandIns({
      request: { target: '/', body: JSON.stringify(body) },
      conditions: [],
      answer: undefined,
      at: NOON,
      ...rest,
    }),
  )

describe('a number has a stand-in', () => {
  test('by its kind: the default of provider states, and the next one for the next number', () => {
    const conditions = [{ params: { out_trade_no: 'B-0000002' } }]

    expect(
      standInsOf({ out_trade_no: 'A-0000001' }, { conditions, answer: { associate_out_trade_no: 'C-0000003' } }),
    ).toEqual({
      'A-0000001': 'MCH_102233445',
      'B-0000002': 'MCH_102233446',
      'C-0000003': 'MCH_102233447',
    })
  })

  test('which is its own stand-in, so that a recording stays as it is', () => {
    expect(standInsOf({ out_trade_no: 'MCH_102233445' })).toEqual({ MCH_102233445: 'MCH_102233445' })
  })

  test('of its own name where no state knows its kind, also where it is a secret', () => {
    expect(standInsOf({ bill_no: 'B-0000001', token: 'eyJhbGciOi' })).toEqual({
      'B-0000001': 'BILL_NO_1',
      eyJhbGciOi: 'TOKEN_1',
    })
  })

  test('unless it is short, and something else as well', () => {
    expect(standInsOf({ stock_id: '1', limit: '1' })).toEqual({})
    expect(standInsOf({ stock_id: '1', limit: '2' })).toEqual({ 1: '100088' })
  })

  test.for(['appid', 'mchid', 'code', 'serial_no', 'trade_state', 'transfer_scene_id', 'description'])(
    '%s is none',
    (name) => {
      expect(kindOf(name)).toBeUndefined()
    },
  )
})

test('times stay in their order, and on their side of the request', () => {
  const [before, soon, later] = ['2026-11-25T11:00:00+08:00', '2026-11-25T13:00:00+08:00', '2026-12-25T13:00:00+08:00']

  expect(standInsOf({ later, soon, now: '2026-11-25T12:00:00+08:00', before })).toEqual({
    [before]: '2026-01-05T10:20:30+08:00',
    '2026-11-25T12:00:00+08:00': '2026-01-05T10:20:31+08:00',
    [soon]: '2036-01-05T10:20:30+08:00',
    [later]: '2036-01-06T10:20:30+08:00',
  })
})

describe('stand-ins are put', () => {
  const standIns = new Map([
    ['A-0000001', 'B-0000001'],
    ['B-0000001', 'A-0000001'],
    ['A-00000012', 'LONG'],
    ['1', '100088'],
  ])

  test('in place of whole texts and inside of others, each once', () => {
    expect(replaced({ a: ['A-0000001 and B-0000001', 'A-00000012', '1', '11'] }, standIns)).toEqual({
      a: ['B-0000001 and A-0000001', 'LONG', '100088', '11'],
    })
  })

  test('into paths and queries', () => {
    expect(replacedTarget('/v3/a%20b/A-0000001?no=1&x=%', standIns)).toBe('/v3/a%20b/B-0000001?no=100088&x=%')
  })

  test('into JSON, whose other characters stay', () => {
    expect(replacedJson('{ "no" : "A\\u002d0000001","n":1.0,\n"text":"a\\"b"} "open', standIns)).toBe(
      '{ "no" : "B-0000001","n":1.0,\n"text":"a\\"b"} "open',
    )
  })
})

test.for([
  ['http://127.0.0.1:54321/notify', 'https://shop.example.com/notify'],
  ['http://[::1]:54321/notify', 'https://shop.example.com/notify'],
  ['https://shop.example.org/notify', 'https://shop.example.org/notify'],
  ['https://shop.example.org/n?shop=1&access_token=x', 'https://shop.example.org/n?shop=1'],
  ['https://user:secret@shop.example.org/n', 'https://shop.example.org/n'],
  ['https://a-token@shop.example.org/n', 'https://shop.example.org/n'],
  ['https://shop.example.org/n/8f3aC0dE99b1x7Yz/paid', 'https://shop.example.org/n/EXAMPLE/paid'],
  ['https://shop.example.org/6b1f0c2e-9a4d-4e57-8c3b-0d9e1f2a3b4c', 'https://shop.example.org/EXAMPLE'],
  ['https://shop.example.org/n?t=8f3aC0dE99b1x7Yz&apikey=x', 'https://shop.example.org/n?t=EXAMPLE'],
  ['https://shop.example.org/v2/order-notify/2026', 'https://shop.example.org/v2/order-notify/2026'],
] as const)('%s stands in a contract as %s', ([url, recorded]) => {
  expect(urlToRecord(url)).toBe(recorded)
})

test.for([
  ['/v3/bill?bill_date=2026-01-05', '/v3/bill?bill_date=2026-01-05'],
  ['/v3/bill?token=x', '/v3/bill'],
  ['/v3/bill?tar_type=GZIP&Token=x&sign=y', '/v3/bill?tar_type=GZIP'],
] as const)('%s is recorded as %s', ([target, recorded]) => {
  expect(withoutSecrets(target)).toBe(recorded)
})
