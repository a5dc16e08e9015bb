import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { platformKeys, verifyAnswer, verifyRequest } from '../../src/cli/verification.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { parseAuthorization } from '../../src/wire/protocol/authorization.ts'
import { headerOf, type ResponseVector, vectors, wireRequest } from '../wire/protocol/vectors.ts'
import { cli, test } from './cli.ts'

const { merchant, platform } = wellKnownIdentity()

/** An answer as `curl -i` shows it. */
function rawAnswer({
  status,
  headers,
  body_utf8,
}: Pick<ResponseVector, 'headers' | 'body_utf8'> & { status?: number }): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status ?? 200} OK`, ...lines, '', body_utf8].join('\r\n')
}

function response(id: string): ResponseVector {
  const vector = [...vectors.responses, ...vectors.responses_negative].find((one) => one.id === id)
  if (!vector) throw new Error(`no vector ${id}`)
  return vector
}

const good = response('ok-platform-certificate')

describe('the answers of the vectors', () => {
  const verdictOf = ({ headers, body_utf8 }: Pick<ResponseVector, 'headers' | 'body_utf8'>, clock: number) =>
    verifyAnswer(
      new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      Buffer.from(body_utf8),
      platformKeys(platform),
      clock * 1_000,
      'en',
    ).reasons.map(({ code }) => code)

  test.for(vectors.responses)('$id is valid', (vector) => {
    expect(verdictOf(vector, vector.client_clock)).toEqual([])
  })

  test.for(vectors.notifications)('the callback $id is valid', (vector) => {
    expect(verdictOf(vector, vector.receiver_clock)).toEqual([])
  })

  const REASONS: Readonly<Record<string, string[]>> = {
    'body-reserialised': ['signature'],
    'timestamp-changed': ['signature'],
    'unknown-serial': ['serial_unknown'],
    'wrong-key': ['signature'],
    'too-old': ['timestamp'],
    'probe-344': ['probe'],
    'probe-malformed-base64': ['probe'],
    probe: ['probe'],
  }

  test.for(vectors.responses_negative)('$id is not valid', (vector) => {
    expect(verdictOf(vector, vector.client_clock)).toEqual(REASONS[vector.id])
  })

  test.for(vectors.notifications_negative.filter(({ id }) => REASONS[id]))(
    'the callback $id is not valid',
    (vector) => {
      expect(verdictOf(vector, vector.receiver_clock)).toEqual(REASONS[vector.id])
    },
  )
})

describe('the requests of the vectors', () => {
  const verdictOf = (vector: (typeof vectors.requests)[number] | (typeof vectors.requests_negative)[number]) => {
    const { method, target, headers, body } = wireRequest(vector)
    const request = { method, target, headers: new Map(Object.entries(headers)), authorization: headers.authorization }
    return verifyRequest({ ...request, body: Buffer.from(body) }, merchant, undefined, vector.clock * 1_000, 'en')
  }

  test.for(vectors.requests)('$id is valid', (vector) => {
    const { reasons, message } = verdictOf(vector)

    expect(reasons).toEqual([])
    expect(message?.toString()).toBe(vector.sign_message)
  })

  const REASONS: Readonly<Record<string, string[]>> = {
    'signature-not-base64': ['signature_format'],
    'header-timestamp-differs': ['signature'],
    'expired-timestamp': ['timestamp'],
    'future-timestamp': ['timestamp'],
    'millisecond-timestamp': ['timestamp'],
    'unknown-serial': ['serial_unknown'],
    'serial-of-other-merchant': ['serial_unknown'],
    'platform-serial-as-merchant-serial': ['serial_unknown'],
    'missing-authorization': ['header_missing'],
    'missing-nonce': ['authorization_malformed'],
    'single-quotes': ['authorization_malformed'],
    'scheme-missing': ['authorization_malformed'],
    'missing-user-agent': ['header_missing'],
    'missing-accept': ['header_missing'],
    'wrong-scheme': ['scheme'],
  }

  test.for(vectors.requests_negative)('$id is not valid', (vector) => {
    expect(verdictOf(vector).reasons.map(({ code }) => code)).toEqual(REASONS[vector.id] ?? ['signature'])
  })
})

describe.concurrent('verify', () => {
  const now = ['--now', String(good.client_clock)]

  test('takes an answer from standard input or from a file', async ({ cwd }) => {
    await writeFile(join(cwd, 'answer.http'), rawAnswer(good))
    const [piped, file] = await Promise.all([
      cli(['verify', ...now], { input: rawAnswer(good) }),
      cli(['verify', 'answer.http', ...now], { cwd }),
    ])

    expect(piped).toEqual({
      code: 0,
      stdout: 'valid, signed with 7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F\n',
      stderr: '',
    })
    expect(file).toEqual(piped)
  })

  test('takes headers and body apart', async ({ cwd }) => {
    const { headers, body_utf8 } = good
    await writeFile(
      join(cwd, 'headers.txt'),
      Object.entries(headers)
        .map(([name, value]) => `${name.toLowerCase()}: ${value}\n`)
        .join(''),
    )
    await writeFile(join(cwd, 'body.json'), body_utf8)
    const single = ['Timestamp', 'Nonce', 'Signature', 'Serial'].flatMap((name) => [
      `--${name.toLowerCase()}`,
      headerOf(good, `Wechatpay-${name}`),
    ])
    const results = await Promise.all([
      cli(['verify', '--headers-file', 'headers.txt', '--body-file', 'body.json', ...now], { cwd }),
      cli(['verify', '--headers-file', '-', '--body-file', 'body.json', ...now], {
        cwd,
        input: Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\r\n'),
      }),
      cli(['verify', ...single, '--body', body_utf8, ...now]),
      cli(['verify', ...single, '--body-file', '-', ...now], { input: body_utf8 }),
      cli(['verify', ...single, '--body', `${body_utf8} `, ...now]),
    ])

    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 1])
  })

  test('names every reason at once, and shows the message', async () => {
    const { stdout, code } = await cli(['verify'], { input: rawAnswer(response('body-reserialised')) })

    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^not valid:\n- The timestamp is \d+ seconds behind .*\n- The signature does not match .*\nThe message, 135 bytes: "1700000010\\nd824/,
    )
  })

  test('answers in JSON', async () => {
    const { client_clock, ...probe } = response('probe-344')
    const { stdout, code } = await cli(['verify', '--json', '--now', String(client_clock)], { input: rawAnswer(probe) })

    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      serial_no: '7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F',
      reasons: [{ code: 'probe', text: expect.stringContaining('WECHATPAY/SIGNTEST/') }],
    })
  })

  test('explains in Chinese', async () => {
    const { client_clock, ...old } = response('too-old')
    const { stdout } = await cli(['verify', '--lang', 'zh', '--now', String(client_clock)], { input: rawAnswer(old) })

    expect(stdout).toMatch(/^不通过：\n- 时间戳比 .*早 \d+ 秒/)
  })

  test.for<[name: string, change: (raw: string) => string, text: string]>([
    [
      'an unsigned answer',
      () => 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}',
      'none of the Wechatpay-* headers',
    ],
    ['a missing header', (raw) => raw.replace(/Wechatpay-Nonce.*\r\n/, ''), 'Missing: Wechatpay-Nonce.'],
    ['a line feed too many', (raw) => `${raw}\n`, 'matches without the line feed at the end'],
    ['a body cut short', (raw) => raw.replace('\r\n', '\r\nContent-Length: 999\r\n'), 'of 999 bytes'],
    [
      'an SM2 answer',
      (raw) => raw.replace('WECHATPAY2-SHA256-RSA2048', 'WECHATPAY2-SM2-WITH-SM3'),
      'Wechatpay-Signature-Type is WECHATPAY2-SM2-WITH-SM3',
    ],
  ])('explains %s', async ([, change, text]) => {
    const raw = change(rawAnswer(response(text.includes('999') ? 'body-reserialised' : good.id)))
    const { code, stdout } = await cli(['verify', ...now], { input: raw })

    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining(text) })
  })

  test('a body is as long as its Content-Length says, and an interim answer is passed over', async () => {
    const length = Buffer.byteLength(good.body_utf8)
    const raw = `HTTP/1.1 100 Continue\r\n\r\n${rawAnswer(good).replace('\r\n', `\r\nContent-Length: ${length}\r\n`)}\n`

    expect(await cli(['verify', ...now], { input: raw })).toMatchObject({ code: 0 })
  })

  test('--platform-key replaces the well-known keys', async ({ cwd }) => {
    const { platform_certificate, platform_certificate_rotated } = vectors.keys
    await writeFile(join(cwd, 'right.pem'), platform_certificate.cert_pem)
    await writeFile(join(cwd, 'right.pub'), platform_certificate.public_key_pem)
    await writeFile(join(cwd, 'other.pem'), platform_certificate_rotated.cert_pem)
    await writeFile(join(cwd, 'other.pub'), platform_certificate_rotated.public_key_pem)
    const results = await Promise.all(
      ['right.pem', 'right.pub', 'other.pem', 'other.pub'].map((key) =>
        cli(['verify', '--platform-key', key, '--json', ...now], { cwd, input: rawAnswer(good) }),
      ),
    )

    expect(results.map(({ stdout }) => JSON.parse(stdout).reasons.map(({ code }: { code: string }) => code))).toEqual([
      [],
      [],
      ['serial_unknown'],
      ['signature'],
    ])
  })

  test('a callback is a message too', async () => {
    const [callback] = vectors.notifications
    if (!callback) throw new Error('no vector')
    const raw = rawAnswer(callback).replace(/^.*\r\n/, 'POST /notify HTTP/1.1\r\nHost: shop\r\n')

    expect(await cli(['verify', '--now', String(callback.receiver_clock)], { input: raw })).toMatchObject({ code: 0 })
  })

  test('--request takes a raw request, or its parts', async () => {
    const vector = vectors.requests.find(({ id, method }) => method === 'POST' && !/multipart|brand/.test(id))
    if (!vector) throw new Error('no vector')
    const { method, request_target, headers, clock, wire_body_utf8 = '' } = vector
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const raw = [`${method} ${request_target} HTTP/1.1`, ...head, '', wire_body_utf8].join('\r\n')
    const at = ['--now', String(clock)]
    const parts = ['--method', method, '--url', request_target, '--authorization', headers.Authorization ?? '']
    const results = await Promise.all([
      cli(['verify', '--request', ...at], { input: raw }),
      cli(['verify', '--request', ...parts, '--body', wire_body_utf8, ...at]),
      cli(['verify', '--request', ...at], { input: `${raw} ` }),
      cli(['verify', '--request', ...parts, '--body', `${wire_body_utf8} `, ...at]),
    ])

    expect(results.map(({ code }) => code)).toEqual([0, 0, 1, 1])
    expect(results[2]?.stdout).toContain('The signature does not match the message under the key 5A1B2C3D')
  })

  test('what sign makes, verify accepts', async () => {
    const { stdout } = await cli(['sign', 'PATCH', '/v3/a?b=c', '--body', '中文'])
    const authorization = stdout.trim()
    expect(parseAuthorization(authorization)).toBeTypeOf('object')

    const parts = ['verify', '--request', '--method', 'PATCH', '--url', '/v3/a?b=c', '--authorization', authorization]
    expect(await cli([...parts, '--body', '中文'])).toMatchObject({ code: 0 })
    expect(await cli([...parts, '--body', '英文'])).toMatchObject({ code: 1 })
  })
})
