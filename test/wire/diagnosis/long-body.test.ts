import { expect, test } from 'vitest'
import { diagnoseSignature } from '../../../src/wire/diagnosis/diagnose.ts'
import { failureOf, signed, smallKey } from './failure.ts'
import { causesIn } from './told.ts'

const method = 'POST'
const url = '/v3/x?appid=wx1&note=%E6%BB%A1'
const timestamp = '1700000000'
const nonce = 'N0nceAbC'
const order = {
  out_trade_no: 'A1',
  items: Array.from({ length: 350 }, (_, i) => ({
    goods_id: `G${i}`,
    url: `https://shop.example/goods/${i}?from=coupon`,
    goods_name: `雪碧柠檬味碳酸饮料 ${i}`,
  })),
}
const body = JSON.stringify(order)

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
  expect(diagnosisOf(body, text)).toMatchObject({ verdict: 'proved', causes: causesIn(causes) })
})

const escaped = (text: string) =>
  text.replaceAll(/[\u0080-\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
// No text in it has such marks.
const spaced = (text: string) => text.replaceAll(/(?<=[":\]}]),(?=["{])/g, ', ').replaceAll('":', '": ')
const withSortedKeys = JSON.stringify({
  items: order.items.map(({ goods_id, goods_name, url }) => ({ goods_id, goods_name, url })),
  out_trade_no: order.out_trade_no,
})

test.for<readonly [serialiser: string, sent: string, signed: string, causes: string]>([
  ['Python, in Chinese', body, spaced(body), 'body_spaces(", " and ": ")'],
  ['Python', body, escaped(spaced(body)), 'body_spaces(", " and ": ") + body_unicode_escaped(lower)'],
  ['JavaScript, sent by Python', escaped(spaced(body)), body, 'body_compacted + body_unicode_unescaped'],
  ['PHP', body, escaped(body).replaceAll('/', '\\/'), 'body_unicode_escaped(lower) + body_slashes_escaped'],
  ['PHP, in Chinese', body, body.replaceAll('/', '\\/'), 'body_slashes_escaped'],
  ['a pretty print', body, JSON.stringify(order, null, 2), 'body_pretty_printed(2 spaces)'],
  ['compact JSON, sent as a pretty print', JSON.stringify(order, null, 2), body, 'body_compacted'],
  ['sorted keys', body, withSortedKeys, 'body_keys_sorted'],
])('a body of 40 KB is found that %s signed', ([, sent, text, causes]) => {
  expect(diagnosisOf(sent, message({ body: text }))).toMatchObject({ verdict: 'proved', causes: causesIn(causes) })
})

function diagnosisOf(sent: string, text: string) {
  expect(Buffer.byteLength(sent)).toBeGreaterThan(40_000)
  const wire = {
    ...{ method, url, timestamp, nonce },
    style: { layout: 'compact' as const },
    wrap: [() => Buffer.from(sent)],
    lines: [],
    separator: '',
    before: '',
    whole: (bytes: Buffer) => bytes,
  }
  return diagnoseSignature(failureOf(wire, signed(Buffer.from(text), smallKey)))
}
