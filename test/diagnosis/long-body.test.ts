import { expect, test } from 'vitest'
import { diagnoseSignature } from '../../src/diagnosis/diagnose.ts'
import { failureOf, signed, smallKey } from './failure.ts'
import { causesIn } from './told.ts'

const method = 'POST'
const url = '/v3/x?appid=wx1&note=%E6%BB%A1'
const timestamp = '1700000000'
const nonce = 'N0nceAbC'
const body = JSON.stringify({
  out_trade_no: 'A1',
  items: Array.from({ length: 350 }, (_, i) => ({
    goods_id: `G${i}`,
    goods_name: `雪碧柠檬味碳酸饮料 ${i}`,
    url: `https://shop.example/goods/${i}?from=coupon`,
  })),
})

function message(parts: { method?: string; url?: string; timestamp?: string; nonce?: string; body?: string }): string {
  const lines = { method, url, timestamp, nonce, body, ...parts }
  return `${[lines.method, lines.url, lines.timestamp, lines.nonce, lines.body].join('\n')}\n`
}

test.for<readonly [message: string, causes: string]>([
  [message({ method: 'post' }), 'method_case(post)'],
  [message({ method: 'PUT' }), 'method_other(PUT)'],
  [message({}).slice(0, -1), 'final_line_feed_missing'],
  [message({ url: '/v3/x' }), 'url_query_missing'],
  [message({ url: decodeURIComponent(url) }), 'url_decoded'],
  [message({ url: '/v3/x?note=%E6%BB%A1&appid=wx1' }), 'url_parameters_reordered(note, appid)'],
  [message({ timestamp: `${timestamp}000` }), `timestamp_milliseconds(${timestamp}000)`],
  [message({ timestamp: '1700000001' }), 'timestamp_differs(1700000001)'],
  [message({ timestamp: '1700003600' }), 'timestamp_time_zone(1700003600)'],
  [message({ timestamp: '' }), 'timestamp_missing'],
  [message({ nonce: '' }), 'nonce_missing'],
  [message({ nonce: nonce.toLowerCase() }), 'nonce_case(lower)'],
  [message({ nonce: timestamp }), 'nonce_is_timestamp'],
  [message({ body: '' }), 'body_missing'],
  [message({}).replaceAll('\n', '&'), 'line_separator(&)'],
  [message({ body: `${body}\n` }), 'final_line_feed_doubled'],
])('a mistake is found beside a body of 40 KB: %#', ([text, causes]) => {
  expect(Buffer.byteLength(body)).toBeGreaterThan(40_000)
  const wire = {
    ...{ method, url, timestamp, nonce },
    style: { layout: 'compact' as const },
    wrap: [() => Buffer.from(body)],
    lines: [],
    separator: '',
    before: '',
    whole: (bytes: Buffer) => bytes,
  }
  const diagnosis = diagnoseSignature(failureOf(wire, signed(Buffer.from(text), smallKey)))

  expect(diagnosis).toMatchObject({ verdict: 'proved', causes: causesIn(causes) })
})
