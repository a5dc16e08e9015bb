import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { KEPT_BODY_BYTES } from '../../src/engine/journal/journal.ts'
import { connectControl } from '../../src/mock-control.ts'
import { associateTradeInfo, downloadCertificates } from '../../src/products/operations.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { test as base, expectRefusal, NOON } from './doors.ts'

const test = base
  .extend('taker', async ({ task: _ }, { onCleanup }) => {
    const receiver = await startReceiver(204)
    onCleanup(() => receiver.close())
    return receiver
  })
  // Call `override` after `extend`; before it, it would change the shared `test` for every file of the process.
  .override('options', { clockStart: { frozen: true }, journalLimit: 2_000 })

/** Ends a comment, a quoted word and a line, and reverses the direction of a line. */
const HOSTILE = "x'\n$(touch pwned)`touch pwned`\\\u202e\u2028'; touch pwned #"

const link = (coupon_code: string, out_trade_no = 'T1') => ({
  stock_id: '100088',
  coupon_code,
  out_trade_no,
  out_request_no: `A_${coupon_code}`,
})

describe('what the journal lists, taken away', () => {
  test('becomes one contract, with what was left out and why', async ({ control, merchant, taker }) => {
    for (let i = 0; i < 3; i += 1) await merchant.call(downloadCertificates)
    await merchant.call(associateTradeInfo, link('sxxe34343434'))
    for (let i = 0; i < 2; i += 1) await merchant.request({ target: '/v3/nowhere' })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: taker.url })

    const { pact, left_out } = await control.journalPact({ consumer: 'my-shop' })

    expect(pact).toMatchObject({
      consumer: { name: 'my-shop' },
      provider: { name: 'wechatpay' },
      metadata: { pactSpecification: { version: '4.0' } },
    })
    expect(pact.interactions.map(({ description, type }) => `${type} ${description}`).toSorted()).toEqual([
      expect.stringMatching(/^Asynchronous\/Messages is told by COUPON\.SEND/),
      expect.stringMatching(/^Asynchronous\/Messages reads in the plaintext of COUPON\.SEND/),
      expect.stringMatching(/^Synchronous\/HTTP /),
      expect.stringMatching(/^Synchronous\/HTTP /),
    ])
    expect(left_out).toEqual([
      {
        id: expect.any(String),
        call: 'GET /v3/nowhere',
        status: 404,
        reason: 'the mock does not serve this path',
        times: 2,
      },
    ])
  })

  test('is what the list shows with the same filter', async ({ control, merchant, taker }) => {
    await merchant.call(downloadCertificates)
    await merchant.call(associateTradeInfo, link('sxxe34343434'))
    await merchant.call(associateTradeInfo, link('COUPON_USED'))
    await control.sendNotification({ event_type: 'COUPON.SEND', url: taker.url })
    const filters = [
      { operation: 'associateTradeInfo' },
      { outcome: 'error' },
      { callbacks: 'only' },
      { coupon_code: 'COUPON_USED' },
      { text: 'coupon_used' },
      { from: '2030-01-01T00:00:00+08:00' },
    ] as const
    for (const filter of filters) {
      const { items } = await control.journalPage(filter)
      const { log } = await control.journalHar(filter)
      expect(log.entries.map(({ _id }) => _id)).toEqual(items.map(({ id }) => id).toReversed())
    }
    const { script, calls } = await control.journalCurl({ outcome: 'error' })
    expect(calls).toBe(1)
    expect(script).toContain('COUPON_USED')
    const { log } = await control.journalHar({ limit: 2 })
    expect(log.entries.map(({ _operation, _callback }) => _operation ?? _callback?.event_type)).toEqual([
      'associateTradeInfo',
      'COUPON.SEND',
    ])
    await expectRefusal(control.journalHar({ operation: 'none' }), 'MOCK_OPERATION_UNKNOWN', '/query/operation')
  })

  test('becomes an HTTP archive, callbacks and what got no answer too', async ({ control, merchant, mock, taker }) => {
    await merchant.request({ target: '/v3/certificates?a=1&a=%E5%88%B8&b' })
    await merchant.request({ method: 'POST', target: associateTradeInfo.path, body: link('sxxe34343434') })
    await mock.handle({ method: 'POST', target: '/v3/no where#x?%券', headers: {}, body: Uint8Array.of(0xff, 0) })
    await mock.handle({ method: 'POST', target: '*', headers: {}, body: new Uint8Array(0) })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: taker.url })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: 'http://127.0.0.1:9/' })

    const { log } = await control.journalHar()

    expect(log).toMatchObject({ version: '1.2', creator: { name: 'wechatpay-mock', version: expect.any(String) } })
    const [query, post, odd, star, sent, unheard] = log.entries
    expect(query).toMatchObject({
      startedDateTime: '2026-11-25T12:00:00.000+08:00',
      request: {
        method: 'GET',
        url: expect.stringMatching(/^https?:\/\/.+\/v3\/certificates\?a=1&a=%E5%88%B8&b$/),
        httpVersion: 'HTTP/1.1',
        cookies: [],
        queryString: [
          { name: 'a', value: '1' },
          { name: 'a', value: '券' },
          { name: 'b', value: '' },
        ],
        headersSize: -1,
        bodySize: 0,
      },
      _operation: 'downloadCertificates',
    })
    expect(query?.request).not.toHaveProperty('postData')
    const body = JSON.stringify(link('sxxe34343434'))
    expect(post).toMatchObject({
      request: { postData: { mimeType: 'application/json', text: body }, bodySize: body.length },
      response: {
        status: 200,
        statusText: 'OK',
        headers: expect.arrayContaining([{ name: 'Wechatpay-Signature', value: expect.any(String) }]),
        content: {
          mimeType: expect.stringMatching(/^application\/json/),
          text: expect.stringContaining('{"wechatpay'),
        },
        redirectURL: '',
      },
      cache: {},
      timings: { send: 0, wait: post?.time, receive: 0 },
    })
    expect(odd?.request).toMatchObject({
      url: expect.stringMatching(/\/v3\/no%20where%23x\?%25%E5%88%B8$/),
      postData: { mimeType: 'application/octet-stream', text: '/wA=', _encoding: 'base64' },
    })
    expect(log.entries.every(({ request }) => URL.canParse(request.url))).toBe(true)
    expect(star?.request.url).toMatch(/\/\*$/)
    expect(sent).toMatchObject({
      request: { method: 'POST', url: taker.url, postData: { text: taker.received[0]?.body } },
      response: { status: 204, content: { size: 0 } },
      _callback: { event_type: 'COUPON.SEND', attempt: 1 },
    })
    expect(unheard).toMatchObject({
      request: { url: 'http://127.0.0.1:9/' },
      response: { status: 0, content: { size: 0, mimeType: 'x-unknown' }, bodySize: -1 },
      comment: expect.any(String),
    })
  })

  test('says in the archive what a planned fault did, and where a body is cut', async ({ control, merchant }) => {
    await control.planFault({ effect: 'answer_lost' })
    await expect(merchant.call(downloadCertificates)).rejects.toThrow()
    await merchant.request({ method: 'POST', target: associateTradeInfo.path, body: 'x'.repeat(KEPT_BODY_BYTES + 1) })

    const [lost, large] = (await control.journalHar()).log.entries
    expect(lost).toMatchObject({ response: { _delivery: 'reset' }, comment: expect.stringContaining('planned fault') })
    expect(large?.comment).toContain('Only the first 65536 bytes of a body are kept.')
  })

  test('becomes a script that names what it leaves out', async ({ control, merchant, taker }) => {
    await merchant.call(downloadCertificates)
    await merchant.request({ method: 'POST', target: associateTradeInfo.path, body: 'x'.repeat(KEPT_BODY_BYTES + 1) })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: taker.url })

    const { script, ...counts } = await control.journalCurl()
    expect(counts).toEqual({ calls: 1, left_out: 2 })
    expect(script.split('\n').filter((line) => line.startsWith('#'))).toEqual([
      '#!/usr/bin/env bash',
      expect.stringMatching(
        /^# 2026-11-25T12:00:00\.000\+08:00 downloadCertificates: GET \/v3\/.+ → 200 \([0-9A-Z]+\)$/,
      ),
      expect.stringMatching(/^# 2026-11-25T12:00:00\.000\+08:00 associateTradeInfo: POST /),
      expect.stringMatching(
        /^# Left out: The journal keeps 65536 bytes of a body, and [0-9A-Z]+ has more: send it again\.$/,
      ),
      expect.stringMatching(/^# 2026-11-25T12:00:00\.000\+08:00 COUPON\.SEND: POST http:/),
      expect.stringMatching(/^# Left out: [0-9A-Z]+ is a try to deliver a callback: repeat it with/),
    ])
  })

  test('is refused where it is too much for a format, with how much it takes', async ({ control, mock }) => {
    const unsigned = { method: 'GET', target: '/v3/certificates', headers: {}, body: new Uint8Array(0) }
    for (let i = 0; i < 1_001; i += 1) await mock.handle(unsigned)

    await expectRefusal(control.journalCurl(), 'MOCK_TOO_MANY_EXCHANGES', '/query/limit')
    await expectRefusal(control.journalPact(), 'MOCK_TOO_MANY_EXCHANGES', '/query/limit')
    expect((await control.journalHar()).log.entries).toHaveLength(1_001)
    expect(await control.journalCurl({ limit: 3 })).toMatchObject({ calls: 3, left_out: 0 })
    expect((await control.journalPact({ limit: 1_000 })).left_out).toMatchObject([{ times: 1_000 }])
  })
})

describe('a script of hostile calls', () => {
  test('sends exactly the bytes that were sent, does nothing else, and looks like what it does', async ({
    mock,
    onTestFinished,
  }) => {
    const server = await startServer({ mock, port: 0 })
    const folder = await mkdtemp(join(tmpdir(), 'wechatpay-mock-script-'))
    onTestFinished(async () => {
      await server.close(0)
      await rm(folder, { recursive: true })
    })
    const control = connectControl(server.url)
    const sent = [
      { target: `/v3/a'$(touch\${IFS}pwned)'?x=\`touch\${IFS}pwned\`&y=[1-3]`, body: Buffer.from(HOSTILE) },
      { target: '/v3/b/../c//?', body: Buffer.from('@/etc/passwd') },
      { target: '/v3/c#d', body: Buffer.from('券\u{1F600}\u{E0041}') },
      { target: '/v3/d', body: Uint8Array.of(0, 0xff, 0x0a, 0x27) },
    ]
    const headers = {
      'x-name': "'$(touch pwned)",
      'x-latin': 'caf\u00e9',
      'x-utf8': '\u00e5\u0088\u00b8',
      'x-empty': '',
    }
    for (const one of sent) await mock.handle({ method: 'POST', headers, ...one })

    const { script, calls } = await control.journalCurl({ signature: 'as_sent' })
    expect(calls).toBe(sent.length)
    expect(script).not.toMatch(/[\p{Bidi_Control}\p{Zl}]|[^\P{Cc}\n]/u)
    await writeFile(join(folder, 'calls.sh'), script)
    await mock.exchanges.clear()
    await promisify(execFile)('bash', ['calls.sh'], { cwd: folder })

    expect(await promisify(execFile)('ls', [folder])).toMatchObject({ stdout: 'calls.sh\n' })
    const repeated = await mock.exchanges.list()
    expect(repeated.map(({ request }) => ({ target: request.target, body: Buffer.from(request.body) }))).toEqual(
      sent.map(({ target, body }) => ({ target, body: Buffer.from(body) })),
    )
    for (const { request } of repeated) expect(request.headers).toMatchObject(headers)
  })

  test('keeps a target that is many lines within its comment', async ({ mock, control }) => {
    await mock.handle({ method: 'GET', target: `/v3/${HOSTILE}`, headers: {}, body: new Uint8Array(0) })
    const { script } = await control.journalCurl()
    const lines = script.trimEnd().split('\n')
    expect(lines.filter((line) => line.includes('pwned')).map((line) => line.slice(0, 2))).toEqual(['# ', 'cu'])
    const printed = await promisify(execFile)('bash', ['-n', '-c', script])
    expect(printed.stderr).toBe('')
  })
})

describe('the tries of a callback to come', () => {
  test('are told as its schedule has them, and the one that is due first of all', async ({ control, mock }) => {
    const refuser = await startReceiver(500)
    try {
      const url = refuser.url
      const { id } = await control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url })
      await control.advance('PT1S')
      await control.sendNotification({ event_type: 'COUPON.SEND', url })
      const at = (ms: number) => new Date(NOON + ms).getTime()
      const { planned, notification } = await control.notification(id)
      expect(planned.map((time) => Date.parse(time)).slice(0, 4)).toEqual([
        at(15_000),
        at(30_000),
        at(60_000),
        at(240_000),
      ])
      expect(planned).toHaveLength(15)
      expect(planned[0]).toBe(notification.due_time)
      expect((await control.notificationPage({ state: 'delivered' })).next_try).toEqual({
        id,
        event_type: 'TRANSACTION.SUCCESS',
        due_time: planned[0],
      })

      for (const time of planned) {
        await control.setClock({ now: time })
        expect((await control.notification(id)).notification.attempts.at(-1)?.time).toBe(time)
      }
      expect(await control.notification(id)).toMatchObject({ planned: [], notification: { state: 'failed' } })
      expect((await control.notificationPage()).next_try).toBeUndefined()
      expect(mock.clock.now()).toBe(Date.parse(planned.at(-1) ?? ''))
    } finally {
      await refuser.close()
    }
  })
})
