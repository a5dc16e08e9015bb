import { describe, expect, test } from 'vitest'
import { RECORDING_BYTES, type RecordedExchange, readRecording } from '../../src/traffic/recording/read-recording.ts'
import { CUT } from '../../src/traffic/recording/traffic-logs.ts'

const read = (text: string) => readRecording(Buffer.from(text), 'shop.log')

/** An exchange in short. */
const brief = ({ kind, place, method, target, request, answer }: RecordedExchange) => ({
  kind,
  place,
  call: `${method} ${target}`,
  sent: request.body?.toString(),
  answered: answer && `${answer.status} ${answer.body}`,
})

const SENT = '{"mchid":"1900000001","amount":{"total":1}}'
const ANSWERED = '{"code":"PARAM_ERROR","message":"参数 [1] 错误"}'
const CALL = { kind: 'call', call: 'POST /v3/pay/transactions/jsapi', sent: SENT, answered: `400 ${ANSWERED}` }
const ADDRESS = 'https://api.mch.weixin.qq.com/v3/pay/transactions/jsapi'
const length = (text: string) => Buffer.byteLength(text)

const HEAD = `POST /v3/pay/transactions/jsapi HTTP/1.1
Host: api.mch.weixin.qq.com
Content-Length: ${length(SENT)}
Content-Type: application/json`
const ANSWER_HEAD = 'HTTP/1.1 400 Bad Request\nContent-Type: application/json; charset=utf-8'

/** The same call, as each client writes it. */
const LOGS: Readonly<Record<string, readonly [format: string, line: number, text: string]>> = {
  'OkHttp to java.util.logging': [
    'OkHttp',
    2,
    `Nov 30, 2026 2:24:35 PM okhttp3.internal.platform.Platform log
INFO: --> POST ${ADDRESS}
Nov 30, 2026 2:24:35 PM okhttp3.internal.platform.Platform log
INFO: Content-Type: application/json
INFO: Authorization: ██
INFO: 
INFO: ${SENT}
INFO: --> END POST (${length(SENT)}-byte body)
INFO: <-- 400 ${ADDRESS} (31ms)
INFO: Content-Type: application/json; charset=utf-8
INFO: 
INFO: ${ANSWERED}
INFO: <-- END HTTP (${length(ANSWERED)}-byte body)
`,
  ],
  'OkHttp to Logback': [
    'OkHttp',
    1,
    ['--> POST ', 'Content-Type: application/json', '', SENT, `--> END POST (${length(SENT)}-byte body)`]
      .concat([`<-- 400 Bad Request ${ADDRESS} (31ms)`, 'Content-Type: application/json', '', ANSWERED])
      .concat(`<-- END HTTP (${length(ANSWERED)}-byte, 90-gzipped-byte body)`)
      .map((line, i) => `14:24:3${i}.12${i} [main] INFO okhttp3 - ${line}${i === 0 ? ADDRESS : ''}\n`)
      .join(''),
  ],
  'an exception of wechatpay-java': [
    'wechatpay-java',
    2,
    `com.wechat.pay.java.core.exception.ServiceException:
Wrong HttpStatusCode[400]
httpResponseBody[${ANSWERED}]\tHttpRequest[{"http_method":"POST","url":"${ADDRESS}","uri":"${ADDRESS}","headers":{"headers":{"Accept":"application/json"}},"body":{"body":${JSON.stringify(SENT)}}}]
\tat com.wechat.pay.java.core.http.AbstractHttpClient.validateResponse(AbstractHttpClient.java:82)
`,
  ],
  "Go's httputil": [
    'HTTP messages',
    1,
    `2026/11/30 14:26:43 ${HEAD}\n\n${SENT}
2026/11/30 14:26:43 ${ANSWER_HEAD}
Transfer-Encoding: chunked

${length(ANSWERED).toString(16)}
${ANSWERED}
0

`.replaceAll('\n', '\r\n'),
  ],
  "Guzzle's formatter": [
    'HTTP messages',
    2,
    `[2026-11-30] pay.DEBUG: >>>>>>>>\n${HEAD}\n\n${SENT}\n<<<<<<<<\n${ANSWER_HEAD}\n\n${ANSWERED}\n--------\nNULL\n`,
  ],
  "Guzzle's formatter, folded by Monolog": [
    'HTTP messages',
    1,
    `[2026-11-30] pay.DEBUG: ${`>>>>>>>>\n${HEAD}\n\n${SENT}\n<<<<<<<<\n${ANSWER_HEAD}\n\n${ANSWERED}\n--------\nNULL`.replaceAll('\n', ' ')} [] []\n`,
  ],
  'curl -v': [
    'HTTP messages',
    2,
    `* Connected to api.mch.weixin.qq.com\n${HEAD.replaceAll(/^/gm, '> ')}\n>\n${SENT}\n* upload completely sent off\n${ANSWER_HEAD.replaceAll(/^/gm, '< ')}\n<\n{ [52 bytes data]\n${ANSWERED}\n* Connection left intact\n`,
  ],
  'a line of JSON': [
    'JSON',
    2,
    `listening\n{"level":30,"request":{"method":"POST","url":"${ADDRESS}","body":${SENT}},"response":{"status":400,"body":${ANSWERED}}}\n`,
  ],
  'an error of axios': [
    'axios',
    3,
    `AxiosError: Request failed with status code 400
    at settle (node_modules/axios/lib/core/settle.js:19:12)
    at async Server.<anonymous> (shop.mjs:7:5) {
  isAxiosError: true,
  code: 'ERR_BAD_REQUEST',
  config: [Object: null prototype] {
    transformRequest: [ [Function: transformRequest] ],
    env: { FormData: [Function], Blob: [class Blob] },
    headers: Object [AxiosHeaders] {
      Authorization: 'WECHATPAY2-SHA256-RSA2048 mchid="1900000001"',
      'Content-Type': undefined
    },
    method: 'post',
    baseURL: 'https://api.mch.weixin.qq.com/',
    url: 'v3/pay/transactions/jsapi',
    data: '{"mchid":"1900000001",' +
      '"amount":{"total":1}}'
  },
  request: <ref *1> ClientRequest {
    _events: [Object: null prototype],
    res: IncomingMessage { req: [Circular *1], Symbol(kHeaders): [Object] },
    Symbol(shapeMode): false
  },
  response: {
    status: 400,
    statusText: 'Bad Request',
    headers: Object [AxiosHeaders] { 'content-type': 'application/json; charset=utf-8' },
    data: { code: 'PARAM_ERROR', message: '参数 [1] 错误' }
  },
  [cause]: undefined
}
`,
  ],
}

describe('logs of clients', () => {
  test.for(Object.entries(LOGS))('%s', ([, [format, line, text]]) => {
    const { formats, exchanges, unread, others } = read(text)

    expect({ formats, unread, others }).toEqual({ formats: [format], unread: [], others: 0 })
    expect(exchanges.map(brief)).toEqual([{ ...CALL, place: `shop.log:${line}` }])
  })

  test.for(Object.entries(LOGS).filter(([name]) => !name.includes('JSON')))(
    '%s, cut off in the middle',
    ([, [format, line, text]]) => {
      const cut = text.slice(0, text.lastIndexOf('参数'))
      const { formats, exchanges, unread } = read(`${LOGS['a line of JSON']?.[2]}${cut}`)

      expect(formats).toContain(format)
      expect(exchanges.map(brief)).toMatchObject([{ place: 'shop.log:2' }])
      expect(unread).toEqual([{ place: `shop.log:${line + 2}`, reason: CUT }])
    },
  )

  test('calls of several threads take turns', () => {
    const lines = (...parts: readonly string[]) => parts.map((part) => `INFO: ${part}\n`).join('')
    const get = (n: number) => lines(`--> GET ${ADDRESS}/${n}`, `--> END GET`)
    const answer = (n: number) =>
      lines(`<-- 200 OK ${ADDRESS}/${n} (${n}ms)`, '', `{"n":${n}}`, '<-- END HTTP (7-byte body)')
    const { exchanges, unread } = read(get(1) + get(2) + answer(2) + get(3) + answer(1))

    expect(exchanges.map((one) => [one.target.at(-1), one.answer?.body?.toString(), one.durationMs])).toEqual([
      ['2', '{"n":2}', 2],
      ['1', '{"n":1}', 1],
    ])
    expect(unread).toEqual([{ place: 'shop.log:9', reason: CUT }])
  })

  test('says what an inspected object does not show', () => {
    const [, , text] = LOGS['an error of axios'] ?? ['', 0, '']
    const [exchange] = read(text.replace("message: '参数 [1] 错误'", 'detail: [Object]')).exchanges

    expect(exchange?.answer).toMatchObject({ exact: false, partial: true })
    expect(exchange?.answer?.body?.toString()).toBe('{"code":"PARAM_ERROR"}')
  })
})

describe('HAR', () => {
  const entry = (url: string, headers: readonly object[] = [], text = '{}') => ({
    startedDateTime: '2026-11-30T14:00:00.000+08:00',
    time: 12,
    request: { method: 'POST', url, headers, postData: { mimeType: 'application/json', text } },
    response: { status: 200, headers: [], content: { size: 2, text: 'e30=', encoding: 'base64' } },
  })
  const har = (...entries: readonly object[]) => read(JSON.stringify({ log: { version: '1.2', entries } }))

  test('with text and base64, beside other services', () => {
    const { exchanges, others, formats } = har(
      entry('https://example.com/v3/pay/transactions/jsapi'),
      entry(`${ADDRESS}?a=1#x`),
      entry('https://shop.example/notify', [{ name: 'Wechatpay-Signature', value: 'c2ln' }]),
    )

    expect({ formats, others }).toEqual({ formats: ['HAR'], others: 1 })
    expect(exchanges.map(brief)).toEqual([
      {
        kind: 'call',
        place: 'shop.log, entry 2',
        call: 'POST /v3/pay/transactions/jsapi?a=1',
        sent: '{}',
        answered: '200 {}',
      },
      { kind: 'callback', place: 'shop.log, entry 3', call: 'POST /notify', sent: '{}', answered: '200 {}' },
    ])
    expect(exchanges[0]).toMatchObject({ at: Date.parse('2026-11-30T06:00:00Z'), durationMs: 12 })
  })

  test('of another service', () => {
    expect(() => har(entry('https://example.com/v3/a'), entry('https://example.com/'))).toThrow(
      expect.objectContaining({
        code: 'MOCK_RECORDING',
        message: 'shop.log has 2 calls of other services, and none of WeChat Pay.',
      }),
    )
  })
})

test.for([
  ['', 'shop.log is empty.'],
  ['\n \n', 'shop.log is empty.'],
  [
    '{"log":{"version":"1.2","entries":[{"request"',
    'shop.log starts like JSON but cannot be read as a recording: was it cut off?',
  ],
  ['{"log":{"entries":[]}}', 'shop.log has no whole call in it.'],
  ['2026-11-30 started\n', 'shop.log is no recording of traffic that is known here'],
  ['[1]', 'shop.log starts like JSON but cannot be read as a recording'],
] as const)('%j is no recording', ([text, message]) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'MOCK_RECORDING', message: expect.stringContaining(message) }),
  )
})

test('one that is too large is refused before it is read', () => {
  expect(() => readRecording(new Uint8Array(RECORDING_BYTES + 1), 'big.har')).toThrow('big.har is larger than 64 MB')
})
