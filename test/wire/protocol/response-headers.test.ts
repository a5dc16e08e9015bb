import { describe, expect, test } from 'vitest'
import { responseHeaders } from '../../../src/wire/protocol/response-headers.ts'

const answer = {
  bodyLength: 52,
  requestId: '08F5B8C2B506102C18FDDFEEA30620BE821E28EDC405-0',
  now: 1_722_850_421_500,
}
const signature = {
  nonce: 'd824f2e086d3c1df967785d13fcd22ef',
  signature: 'c2lnbmVk',
  timestamp: '1722850421',
  serialNo: 'PUB_KEY_ID_0000000000000024101100397200000006',
  signatureType: 'WECHATPAY2-SHA256-RSA2048',
}

describe('the headers of an answer', () => {
  test.for([
    [1_722_850_421_999, 'Mon, 05 Aug 2024 09:33:41 GMT'],
    [1_722_850_422_000, 'Mon, 05 Aug 2024 09:33:42 GMT'],
    [1_722_850_421_000, 'Mon, 05 Aug 2024 09:33:41 GMT'],
    [0, 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ] as const)('have the date of the instant %i, whatever was written before', ([now, date]) => {
    responseHeaders(answer)

    expect(responseHeaders({ ...answer, now })).toContainEqual(['Date', date])
  })

  test('end with the diagnosis, if there is one', () => {
    const headers = responseHeaders({ ...answer, diagnosis: 'body changed' })

    expect(headers.at(-1)).toEqual(['Wechatpay-Mock-Diagnosis', 'body changed'])
  })

  test('are those of the live service, in its order and spelling', () => {
    expect(responseHeaders({ ...answer, signature })).toEqual([
      ['Server', 'nginx'],
      ['Date', 'Mon, 05 Aug 2024 09:33:41 GMT'],
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Content-Length', '52'],
      ['Connection', 'keep-alive'],
      ['Keep-Alive', 'timeout=8'],
      ['Cache-Control', 'no-cache, must-revalidate'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Request-ID', '08F5B8C2B506102C18FDDFEEA30620BE821E28EDC405-0'],
      ['Content-Language', 'zh-CN'],
      ['Wechatpay-Nonce', 'd824f2e086d3c1df967785d13fcd22ef'],
      ['Wechatpay-Signature', 'c2lnbmVk'],
      ['Wechatpay-Timestamp', '1722850421'],
      ['Wechatpay-Serial', 'PUB_KEY_ID_0000000000000024101100397200000006'],
      ['Wechatpay-Signature-Type', 'WECHATPAY2-SHA256-RSA2048'],
    ])
  })

  test('have no Wechatpay field when the answer is not signed', () => {
    const names = responseHeaders(answer).map(([name]) => name)

    expect(names.filter((name) => name.startsWith('Wechatpay'))).toEqual([])
    expect(names).toContain('Request-ID')
  })

  test('have type and length of a body even where there is none, as on a 204', () => {
    const headers = responseHeaders({ ...answer, bodyLength: 0, signature })

    expect(headers).toContainEqual(['Content-Type', 'application/json; charset=utf-8'])
    expect(headers).toContainEqual(['Content-Length', '0'])
    expect(headers.map(([name]) => name)).toContain('Wechatpay-Signature')
  })

  test('have no Request-ID where the service gives none', () => {
    const names = responseHeaders({ ...answer, requestId: undefined }).map(([name]) => name)

    expect(names).not.toContain('Request-ID')
    expect(names.at(-1)).toBe('Content-Language')
  })
})
