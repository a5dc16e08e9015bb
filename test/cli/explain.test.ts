import { constants, createPrivateKey, sign } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { explainAnswer } from '../../src/cli/explain/answer.ts'
import { identityFor, texts } from '../../src/cli/explain/explanation.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { connectControl } from '../../src/mock-control.ts'
import { parseRawMessage } from '../../src/traffic/recording/raw-message.ts'
import { describeCause, en as diagnosisEn } from '../../src/wire/diagnosis/index.ts'
import { formatAuthorization } from '../../src/wire/protocol/authorization.ts'
import { seal } from '../../src/wire/protocol/envelope.ts'
import { requestMessage, responseMessage } from '../../src/wire/protocol/message.ts'
import { shellQuote } from '../../src/wire/shared/shell.ts'
import { vectors } from '../wire/protocol/vectors.ts'
import { cli, misuse, type ServingCli, test } from './cli.ts'

const { merchant, platform } = wellKnownIdentity()
const SECONDS = 1_700_000_000
const TARGET = '/v3/marketing/busifavor/coupons/associate'
const BODY = '{"stock_id":"100088","coupon_code":"A \'1\'"}'
const clock = ['--clock', String(SECONDS)]

interface Signing {
  readonly method?: string
  readonly target?: string
  readonly body?: string
  /** Text after the message. */
  readonly after?: string
  readonly timestamp?: string
  readonly mchid?: string
  readonly serialNo?: string
  readonly key?: string
}

/** Authorization header for any request, signed as given. */
function authorizationOf(signing: Signing = {}): string {
  const { method = 'POST', target = TARGET, body = BODY, timestamp = String(SECONDS) } = signing
  const message = requestMessage({ method, target, timestamp, nonce: 'n0nce', body: Buffer.from(body) })
  return formatAuthorization({
    scheme: 'WECHATPAY2-SHA256-RSA2048',
    identity: signing.mchid ?? merchant.mchid,
    nonce: 'n0nce',
    timestamp,
    serialNo: signing.serialNo ?? merchant.serialNo,
    signature: sign(
      'sha256',
      Buffer.concat([message, Buffer.from(signing.after ?? '')]),
      signing.key ?? merchant.privateKey,
    ).toString('base64'),
  })
}

function rawRequest(authorization: string, body = BODY, more = ''): string {
  return `POST ${TARGET} HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\nAccept: */*\r\nUser-Agent: x\r\n${more}Authorization: ${authorization}\r\n\r\n${body}`
}

function curlCommand(authorization: string, body = BODY): string {
  const headers = [`Authorization: ${authorization}`, 'Content-Type: application/json']
  return `$ curl -sS -X POST \\\n  ${headers.map((line) => `-H ${shellQuote(line)}`).join(' \\\n  ')} \\\n  --data-raw ${shellQuote(body)} \\\n  'https://api.mch.weixin.qq.com${TARGET}' | jq .\n`
}

/** The output of `curl -v`: both heads, and the body of the answer. */
function verboseCurl(request: string, answer: string): string {
  const [head = ''] = request.split('\r\n\r\n')
  const [answerHead = '', body] = answer.split('\r\n\r\n')
  const marked = (mark: string, text: string) => `${text.split('\r\n').join(`\n${mark} `)}\n${mark} `
  const sent = `* Connected to 127.0.0.1 (127.0.0.1) port 8089 (#0)\n> ${marked('>', head)}\n* Mark bundle as not supporting multiuse\n`
  return `*   Trying 127.0.0.1:8089...\n${sent}< ${marked('<', answerHead)}\n${body}* Connection #0 to host 127.0.0.1 left intact\n`
}

/** A message from the platform, as shown by `curl -i` or a log. */
function signedAnswer(
  body: string,
  {
    startLine = 'HTTP/1.1 200 OK',
    signedBody = body,
    serialNo = platform.certificates[0].serialNo,
    key = platform.certificates[0].privateKey,
  } = {},
): string {
  const message = responseMessage({ timestamp: String(SECONDS), nonce: 'n0nce', body: Buffer.from(signedBody) })
  const lines = [
    startLine,
    'Wechatpay-Nonce: n0nce',
    `Wechatpay-Signature: ${sign('sha256', message, key).toString('base64')}`,
    `Wechatpay-Timestamp: ${SECONDS}`,
    `Wechatpay-Serial: ${serialNo}`,
    'Wechatpay-Signature-Type: WECHATPAY2-SHA256-RSA2048',
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

/** Sends a call to a server whose clock stands at {@link SECONDS}, with what is signed in place of what is sent. */
function send(
  { url }: ServingCli,
  signing: Signing = {},
  { method = 'POST', target = TARGET, body = BODY }: Pick<Signing, 'method' | 'target' | 'body'> = {},
): Promise<Response> {
  const headers = { Accept: '*/*', 'User-Agent': 'x', Authorization: authorizationOf(signing) }
  return fetch(url + target, { method, headers, ...(body !== '' && { body }) })
}

const FROZEN = ['--clock', 'frozen@2023-11-14T22:13:20Z']
const idOf = (answer: Response) => answer.headers.get('Request-ID') ?? ''
const diagnosisIn = (answer: Response) => answer.headers.get('Wechatpay-Mock-Diagnosis')

const callbackOf = (resource: unknown) => JSON.stringify({ id: '1', event_type: 'COUPON.SEND', resource })
const CALLBACK = 'POST /notify HTTP/1.1'

describe.concurrent('explain, of a request', () => {
  test.for<[name: string, input: string, causes: string[], args?: string[]]>([
    ['that is right', rawRequest(authorizationOf()), []],
    ['that ends in a line feed of the editor', `${rawRequest(authorizationOf())}\n`, []],
    ['that is right, as curl', curlCommand(authorizationOf()), []],
    ['with a method in lower case', rawRequest(authorizationOf({ method: 'post' })), ['method_case']],
    ['with another body, as curl', curlCommand(authorizationOf(), `${BODY.slice(0, -1)} }`), ['body_compacted']],
    ['without a header', rawRequest(''), ['header_missing']],
    [
      'with single quotes, and a method in lower case',
      rawRequest(authorizationOf({ method: 'post' }).replaceAll('"', "'")),
      ['quotes_single', 'method_case'],
    ],
    [
      'that is too old, and of another merchant',
      rawRequest(authorizationOf({ timestamp: String(SECONDS - 1_000), mchid: '1999999999' })),
      ['clock_behind', 'mchid_unknown', 'serial_of_another_merchant'],
    ],
    [
      'with a decimal serial',
      rawRequest(authorizationOf({ serialNo: BigInt(`0x${merchant.serialNo}`).toString() })),
      ['serial_decimal'],
    ],
    ['without Accept', rawRequest(authorizationOf()).replace('Accept: */*\r\n', ''), ['headers']],
  ])('%s', async ([, input, causes]) => {
    const { code, stdout, stderr } = await cli(['explain', '--json', ...clock], { input })

    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ about: 'request', right: causes.length === 0 })
    expect((JSON.parse(stdout) as { causes: { name: string }[] }).causes.map(({ name }) => name)).toEqual(causes)
    expect(code).toBe(causes.length === 0 ? 0 : 1)
  })

  test('as curl -v prints it, with the answer beside it', async ({ cwd }) => {
    const length = `Content-Length: ${BODY.length}\r\n`
    const printed = verboseCurl(rawRequest(authorizationOf({ method: 'post' }), BODY, length), signedAnswer('{"a":1}'))
    await writeFile(join(cwd, 'body.json'), BODY)
    const args = ['explain', '--json', ...clock]

    const request = await cli([...args, '--body-file', 'body.json'], { cwd, input: printed })
    expect(JSON.parse(request.stdout)).toMatchObject({ about: 'request', causes: [{ name: 'method_case' }] })
    const answer = await cli([...args, '--response'], { input: printed })
    expect(JSON.parse(answer.stdout)).toMatchObject({ about: 'response', right: true })
    const bodyless = await cli(['explain', ...clock], { input: printed })
    expect(bodyless).toMatchObject({ code: 2, stderr: expect.stringContaining('give that as --body-file') })
    const get = verboseCurl(
      rawRequest(authorizationOf({ method: 'GET', body: '' }), '').replace('POST', 'GET'),
      signedAnswer('{}'),
    )
    expect(JSON.parse((await cli(args, { input: get })).stdout)).toMatchObject({ about: 'request', right: true })
  })

  test('tells a person causes, fixes, both messages and where they part, in either language', async () => {
    const input = rawRequest(authorizationOf({ method: 'post' }))
    const [english, chinese] = await Promise.all([
      cli(['explain', ...clock], { input }),
      cli(['explain', ...clock, '--lang', 'zh'], { input }),
    ])

    expect(english.stdout).toMatch(
      /^The signature fits a message .*\n1\. .*\n {3}→ .*\nThey differ from byte 0 on, in line 1 \(method\)\./,
    )
    expect(english.stdout).toContain('"post\\n/v3/')
    expect(english.stdout).toContain('"POST\\n/v3/')
    expect(english.stdout).toMatch(/^ {3}expected POST\\n.*…$/m)
    expect(english.stdout).toMatch(/^ {3}signed {3}post\\n.*…$/m)
    expect(chinese.stdout).toMatch(/^该签名与.*\n1\. .*\n {3}→ .*\n首个不同之处：第 0 字节/)
  })

  test('says what is to be done once, where it mends several things', async () => {
    const { stdout } = await cli(['explain'], { input: rawRequest('WECHATPAY2-SHA256-RSA2048 a="1"') })
    const fix = '   → There have to be mchid (or brand_id), nonce_str, timestamp, serial_no and signature.'

    expect(stdout.match(/^\d\. A field is missing: /gm)).toHaveLength(5)
    expect(stdout.split('\n').filter((line) => line === fix)).toHaveLength(1)
    expect(stdout.indexOf(fix)).toBeGreaterThan(stdout.indexOf('A field is missing: signature'))
  })

  test.for([
    ['en', /^ {3}(".*") … (\d+) more bytes$/],
    ['zh', /^ {3}(".*") …（还有 (\d+) 字节）$/],
  ] as const)('marks what it leaves out of a long message, in %s', async ([language, more]) => {
    const body = JSON.stringify({ text: '券'.repeat(1_000) })
    const { stdout } = await cli(['explain', '--lang', language, ...clock], {
      input: rawRequest(authorizationOf({ target: `${TARGET}/other`, body }), body),
    })
    const [, text = '""', left] = more.exec(stdout.split('\n').find((line) => more.test(line)) ?? '') ?? []
    const shown: string = JSON.parse(text)
    const whole = requestMessage({
      method: 'POST',
      target: TARGET,
      timestamp: String(SECONDS),
      nonce: 'n0nce',
      body: Buffer.from(body),
    })

    expect(whole.subarray(0, Buffer.byteLength(shown)).toString()).toBe(shown)
    expect(Number(left)).toBe(whole.length - Buffer.byteLength(shown))
    expect(shown.length).toBeGreaterThan(500)
  })

  test('with an APIv2 or APIv3 key in the message, which is not shown', async () => {
    const secret = 'v2v2v2v2v2v2v2v2v2v2v2v2v2v2v2v2'
    const input = rawRequest(authorizationOf({ after: `&key=${secret}` }))
    const [without, v2, v3, json] = await Promise.all(
      [[], ['--api-v2-key', secret], ['--api-v3-key', secret], ['--api-v2-key', secret, '--json']].map((args) =>
        cli(['explain', ...clock, ...args], { input }),
      ),
    )

    expect(without?.stdout).not.toContain('APIv2')
    expect(v2?.stdout).toContain('A key was signed as well: APIv2: &key=.')
    expect(v3?.stdout).toContain('A key was signed as well: APIv3: &key=.')
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject({ verdict: 'proved', causes: [{ name: 'key_appended' }] })
    for (const answer of [v2, v3, json]) {
      expect(answer?.stdout).toContain('&key=********')
      expect(answer?.stdout).not.toContain('v2v2')
    }
  })

  test('an old one is only remarked on, unless --clock says when it came', async () => {
    const { code, stdout } = await cli(['explain'], { input: rawRequest(authorizationOf()) })

    expect(code).toBe(0)
    expect(stdout).toMatch(/^The signature is right\.\n- The timestamp is \d+ seconds behind\. .*--clock/)
  })

  test('with a key of your own: private, public or certificate', async ({ cwd }) => {
    const { private_key_pem, public_key_pem } = vectors.keys.other_merchant
    await Promise.all([
      writeFile(join(cwd, 'key.pem'), private_key_pem),
      writeFile(join(cwd, 'public.pem'), public_key_pem),
      writeFile(join(cwd, 'cert.pem'), merchant.certificate),
    ])
    const input = rawRequest(authorizationOf({ key: private_key_pem, mchid: '1999999999', serialNo: 'AB' }))
    const of = (...args: string[]) => cli(['explain', ...clock, '--json', ...args], { input, cwd })
    const [own, publicKey, wrong, twice, mchid] = await Promise.all([
      of('--key', 'key.pem'),
      of('--key', 'public.pem', '--mchid', '1999999999'),
      of('--certificate', 'cert.pem'),
      of('--key', 'key.pem', '--certificate', 'cert.pem'),
      of('--mchid', '1999999999'),
    ])

    expect([own.code, publicKey.code, wrong.code, twice.code, mchid.code]).toEqual([0, 0, 1, 2, 2])
    expect(JSON.parse(wrong.stdout)).toMatchObject({ verdict: 'key_unknown', causes: [{ name: 'serial_unknown' }] })
    expect(mchid.stderr).toContain('--certificate or --key')
  })

  test('with the keys of a running mock, or as its journal has it', async ({ serve }) => {
    const server = await serve(FROZEN)
    const refused = await send(server, { method: 'post' })
    const id = idOf(refused)
    const byId = (...more: string[]) => cli(['explain', '--id', id, '--url', server.url, ...more])
    const [english, chinese, pasted] = [
      await byId(),
      await byId('--lang', 'zh', '--json'),
      await cli(['explain', '--url', server.url, ...clock], { input: rawRequest(authorizationOf({ method: 'post' })) }),
    ]

    expect(diagnosisIn(refused)).toBe('proved; method_case')
    expect(english).toMatchObject({ code: 1, stderr: '' })
    expect(english.stdout).toBe(pasted.stdout)
    expect(JSON.parse(chinese.stdout)).toMatchObject({
      causes: [{ name: 'method_case', explanation: expect.stringMatching(/[\u4e00-\u9fff]/) }],
    })
    await server.logged(
      `${id} signature: ${describeCause({ name: 'method_case', value: 'post' }, diagnosisEn).explanation}`,
    )
  })

  test('of other calls in the journal', async ({ serve }) => {
    const server = await serve(FROZEN)
    const explained = async (answer: Response) => cli(['explain', '--id', idOf(answer), '--url', server.url])

    const { stdout } = await explained(await send(server, { target: '/v3/other/path' }))
    const [summary = '', finding = ''] = stdout.split('\n')
    expect(stdout.split(summary), 'no sentence twice').toHaveLength(2)
    expect(finding).toMatch(/^1\. The signature does not fit .*1900000001\.$/)
    expect(await explained(await send(server))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('was accepted, and answered with 400'),
    })
    // Lists of places and banks have nothing that rules could be about.
    const provinces = { method: 'GET', target: '/v3/capital/capitallhh/areas/provinces', body: '' }
    const shaped = await explained(await send(server, provinces, provinces))
    expect(shaped.stdout).toContain('- shaped: the mock has no rules for this call.')
  })

  test('whose nonce another call has too', async ({ serve }) => {
    const server = await serve(FROZEN)
    const [first = ''] = idOf(await send(server)).split('-')
    const second = idOf(await send(server))
    const explained = (id: string, ...more: string[]) => cli(['explain', '--id', id, '--url', server.url, ...more])
    const [english, chinese, refused] = [
      await explained(second),
      await explained(second, '--lang', 'zh'),
      await explained(idOf(await send(server, { method: 'post' }))),
    ]

    expect(english.stdout).toContain(`- nonce: the call ${first} has the nonce n0nce too.`)
    expect(english.stdout).toContain('sign again for every call, retries included')
    expect(chinese.stdout).toContain(`- 随机串：请求 ${first} 也使用了随机串 n0nce。`)
    expect(refused.stdout).toContain(`- nonce: the call ${first} has`)
  })

  test('whose nonce the running mock has seen in another call', async ({ serve }) => {
    const server = await serve(FROZEN)
    const explained = async (input: string, ...more: string[]) =>
      cli(['explain', '--url', server.url, ...clock, ...more], { input })
    const mine = rawRequest(authorizationOf())
    const [first = ''] = idOf(await send(server)).split('-')

    expect((await explained(mine)).stdout, 'the call itself').not.toContain('nonce')
    const other = await explained(rawRequest(authorizationOf({ body: '{}' }), '{}'))
    expect(other).toMatchObject({ code: 0, stderr: '' })
    expect(other.stdout).toContain(`- nonce: the call ${first} has the nonce n0nce too.`)
    await send(server)
    expect((await explained(mine)).stdout).toContain(
      `- nonce: the call ${first} has the nonce n0nce too. Its signature is the same as well: it was sent again as it was.`,
    )
    const chinese = await explained(curlCommand(authorizationOf()), '--lang', 'zh')
    expect(chinese.stdout).toContain(`- 随机串：请求 ${first} 也使用了随机串 n0nce。签名也相同，即原样重发。`)
    const stranger = authorizationOf({ mchid: '1999999999' })
    expect((await explained(rawRequest(stranger))).stdout, 'another merchant').not.toContain('nonce:')
  })

  test('whose nonce another one in the same input has', async () => {
    const requests = [rawRequest(authorizationOf()), rawRequest(authorizationOf({ target: '/v3/other' }))]
    const curls = [curlCommand(authorizationOf()), curlCommand(authorizationOf())]
    const explained = async (input: string, ...more: string[]) => cli(['explain', ...clock, ...more], { input })

    for (const input of [requests.join('\n\n'), requests.join('\r\n')]) {
      const { code, stdout } = await explained(input)
      expect(stdout).toContain('The signature is right.\n- nonce: request 2 of the input has the nonce n0nce too.')
      expect(code).toBe(0)
    }
    const same = await explained(curls.join('\n'))
    expect(same.stdout).toContain('- nonce: request 2 of the input has the nonce n0nce too. Its signature is the same')
    const chinese = await explained(requests.join('\n\n'), '--lang', 'zh')
    expect(chinese.stdout).toContain('- 随机串：输入中的第 2 个请求也使用了随机串 n0nce。')
    const verbose = verboseCurl(rawRequest(authorizationOf({ method: 'GET', body: '' }), ''), signedAnswer('{}'))
    const repeated = await explained(`${verbose}\n${verbose}`.replaceAll('> POST', '> GET'))
    expect(repeated.stdout).toContain('- nonce: request 2 of the input')
    const printed = `${curlCommand(authorizationOf())}${verbose}`
    expect((await explained(printed)).stdout, 'the command and what it printed').not.toContain('nonce:')
  })

  test('with a serial that is unknown, and which one is known', async ({ serve }) => {
    const server = await serve(FROZEN)
    const serialNo = 'A'.repeat(40)
    const refused = await send(server, { serialNo })
    const input = rawRequest(authorizationOf({ serialNo }))
    const known = `- The mock knows merchant ${merchant.mchid} with the serial_no ${merchant.serialNo}.`
    for (const { stdout } of [
      await cli(['explain', '--id', idOf(refused), '--url', server.url]),
      await cli(['explain', ...clock], { input }),
    ]) {
      expect(stdout).toContain(known)
      expect(stdout).toContain('wechatpay-mock credentials')
      expect(stdout).toContain('merchant_certificate')
    }
    const zh = await cli(['explain', '--lang', 'zh', ...clock], { input })
    expect(zh.stdout).toContain(`- 模拟服务中商户 ${merchant.mchid} 的证书序列号是 ${merchant.serialNo}。`)
  })

  test('of a merchant that may not call, as the mock knows and as its journal has it', async ({ serve }) => {
    const server = await serve(FROZEN)
    const control = connectControl(server.url)
    await control.changeMerchant(merchant.mchid, { certificate_state: 'expired' })
    const refused = await send(server)
    const input = rawRequest(authorizationOf())
    const [byId, zhById, pasted, withKey] = await Promise.all([
      cli(['explain', '--id', idOf(refused), '--url', server.url]),
      cli(['explain', '--id', idOf(refused), '--url', server.url, '--lang', 'zh']),
      cli(['explain', '--url', server.url, ...clock], { input }),
      cli(['explain', ...clock], { input }),
    ])

    expect(diagnosisIn(refused)).toBe('merchant; certificate_expired')
    const expired = describeCause({ name: 'certificate_expired', value: merchant.serialNo }, diagnosisEn)
    expect(byId.stdout).toContain('The call was refused by this check: merchant.')
    expect(zhById.stdout).toContain(`API 证书 ${merchant.serialNo} 已过期。`)
    for (const { code, stdout, stderr } of [byId, pasted]) {
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
      expect(stdout).toContain(expired.explanation)
      expect(stdout).toContain(expired.fix)
    }
    expect(withKey).toMatchObject({ code: 0 })

    await control.replaceCertificate(merchant.mchid)
    expect(diagnosisIn(await send(server))).toBe('merchant; certificate_replaced')
    const replaced = await cli(['explain', '--json', '--url', server.url, ...clock], { input })
    expect(JSON.parse(replaced.stdout)).toMatchObject({
      causes: [{ name: 'certificate_replaced', value: merchant.serialNo }],
    })
  })

  test('--diagnosis off leaves the header out, and the journal says it all the same', async ({ serve }) => {
    const server = await serve(['--diagnosis', 'off', ...FROZEN, '--lang', 'zh'])
    const refused = await send(server, { method: 'post' })

    expect(diagnosisIn(refused)).toBeNull()
    const { stdout } = await cli(['explain', '--id', idOf(refused), '--url', server.url, '--json'])
    expect(stdout).toContain('"method_case"')
  })
})

describe('explain, of an answer or a callback', () => {
  const explain = async (
    text: string,
    about: 'response' | 'callback' = 'response',
    apiV3Key?: string,
    at = SECONDS,
  ) => {
    const raw = parseRawMessage(Buffer.from(text))
    if (!raw) throw new Error('It does not read')
    const context = { about, identity: await identityFor({}, 'en'), clock: at * 1_000, now: 0, apiV3Key }
    return explainAnswer(raw, context, { language: 'en', diagnosis: diagnosisEn })
  }
  const namesOf = async (...args: Parameters<typeof explain>) =>
    (await explain(...args)).findings.map(({ name }) => name)
  const good = '{"a":1,"b":"八月"}'

  test('that is right', async () => {
    expect(await explain(signedAnswer(good))).toMatchObject({ findings: [], summary: texts.en.answerRight })
  })

  test.for<[string, string, string, string?]>([
    [
      'was written anew',
      signedAnswer(JSON.stringify(JSON.parse(good), null, 2), { signedBody: good }),
      'body_changed',
      'body_compacted',
    ],
    ['was changed', signedAnswer(good.replace('1', '2'), { signedBody: good }), 'message_differs'],
    [
      'names another key',
      signedAnswer(good, { serialNo: platform.publicKey.serialNo }),
      'other_key',
      platform.certificates[0].serialNo,
    ],
    [
      'was signed by the merchant',
      signedAnswer(good, { key: createPrivateKey(merchant.privateKey) }),
      'other_key',
      merchant.serialNo,
    ],
    [
      'was signed by nobody',
      signedAnswer(good, { key: createPrivateKey(vectors.keys.other_merchant.private_key_pem) }),
      'key_unknown',
    ],
    ['was cut', signedAnswer(good).replace(/(Wechatpay-Signature: .{100}).*/, '$1'), 'signature_wrong_length', '75'],
    ['is no base64', signedAnswer(good).replace(/(Wechatpay-Signature: ).*/, '$1?'), 'signature_format'],
    ['has an unknown serial', signedAnswer(good, { serialNo: 'AB' }), 'serial_unknown'],
    ['is a probe', signedAnswer(good).replace(/(Wechatpay-Signature: ).{19}/, '$1WECHATPAY/SIGNTEST/'), 'probe'],
    ['is unsigned', 'HTTP/1.1 200 OK\r\nA: b\r\n\r\n{}', 'header_missing'],
    ['is old', signedAnswer(good).replace(String(SECONDS), String(SECONDS - 301)), 'timestamp'],
  ])('that %s has its reason', async ([, text, name, value]) => {
    const [finding] = (await explain(text)).findings

    expect(finding).toMatchObject({ name, explanation: expect.any(String), ...(value && { value }) })
    expect(name === 'timestamp' || finding?.fix).toBeTruthy()
  })

  test('a 401 of the mock is explained by its header', async () => {
    const text = 'HTTP/1.1 401 Unauthorized\r\nWechatpay-Mock-Diagnosis: proved; method_case, no_such_cause\r\n\r\n{}'

    expect(await namesOf(text)).toEqual(['header_missing', 'method_case'])
    const unserved = 'HTTP/1.1 404 Not Found\r\nWechatpay-Mock-Diagnosis: path; path_case, path_slash_added\r\n\r\n'
    expect(await namesOf(unserved)).toEqual(['header_missing', 'path_case', 'path_slash_added'])
  })

  describe('what is sealed in a callback', () => {
    const nonce = '0123456789ab'
    const envelope = seal('{"x":1}', merchant.apiV3Key, { nonce, associatedData: 'coupon' })
    const callback = (resource: unknown) => signedAnswer(callbackOf(resource), { startLine: CALLBACK })

    test('opens, and a long one is cut visibly', async () => {
      expect(await explain(callback(envelope), 'callback')).toMatchObject({
        findings: [],
        notes: ['The resource opens: {"x":1}'],
      })
      const plaintext = JSON.stringify({ out_trade_no: 'x'.repeat(500) })
      const { notes } = await explain(
        callback(seal(plaintext, merchant.apiV3Key, { nonce, associatedData: 'coupon' })),
        'callback',
      )

      expect(notes).toEqual([`The resource opens: ${plaintext.slice(0, 300)} … ${plaintext.length - 300} more bytes`])
    })

    test.for<[string, unknown, string, string?]>([
      ['another associated_data', { ...envelope, associated_data: '' }, 'associated_data'],
      ['a changed ciphertext', { ...envelope, ciphertext: `AAAA${envelope.ciphertext.slice(4)}` }, 'tag_mismatch'],
      ['another algorithm', { ...envelope, algorithm: 'AES' }, 'unknown_algorithm'],
      ['a short nonce', { ...envelope, nonce: 'x' }, 'bad_nonce'],
      ['nothing but a tag in half', { ...envelope, ciphertext: 'AAAA' }, 'ciphertext_too_short'],
      ['no envelope', 'text', 'resource_missing'],
      ['a key that is too short', envelope, 'api_v3_key_length', 'short'],
      ['another key', envelope, 'tag_mismatch', '0'.repeat(32)],
    ])('with %s', async ([, resource, name, apiV3Key]) => {
      const { findings } = await explain(callback(resource), 'callback', apiV3Key)

      expect(findings).toMatchObject([{ name, fix: expect.any(String) }])
    })
  })

  test('a callback is seen by itself, and the command ends with 1 for a wrong one', async () => {
    const envelope = seal('{}', merchant.apiV3Key, { nonce: '0123456789ab', associatedData: 'coupon' })
    const input = signedAnswer(callbackOf(envelope), { startLine: CALLBACK })
    const [right, wrong] = await Promise.all([
      cli(['explain', '--json'], { input }),
      cli(['explain', '--lang', 'zh', '--api-v3-key', '0'.repeat(32)], { input }),
    ])

    expect(right.code).toBe(0)
    expect(JSON.parse(right.stdout)).toMatchObject({ about: 'callback', right: true })
    expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('--api-v3-key') })
  })
})

describe.concurrent('explain, of what is hostile or wrong', () => {
  test.for<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /neither an HTTP message .* nor a curl/],
    ['text', 'hello world', /neither an HTTP message/],
    [
      'a head without end',
      `POST /x HTTP/1.1\r\nA:${' '.repeat(1_000_000)}x`,
      /head of standard input has more than 16384/,
    ],
    ['more than any mock takes', Buffer.alloc(4_000_000, 0x61), /has more than \d+ bytes/],
    ['headers alone', `Authorization: ${authorizationOf()}\r\n\r\n`, /does not begin with a request line/],
    ['a command in a command', 'curl h -d "$(id)"', /would expand \$\(…\)/],
  ])('%s: used wrongly, in one line', async ([, input, reason]) => {
    expect(await misuse(['explain'], { input })).toMatch(reason)
  })

  test('control characters do not reach the terminal', async () => {
    const body = '{"a":"\u001b[2J\u202e"}'
    const { stdout } = await cli(['explain', ...clock], {
      input: rawRequest(authorizationOf({ body: '{"a":"x"}' }), body),
    })

    expect(stdout).toContain('\\u001b[2J')
    expect(['\u001b', '\u202e'].filter((character) => stdout.includes(character))).toEqual([])
  })

  test('a large body is explained within its bounds', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(2_000_000) })
    const { code, stdout } = await cli(['explain', ...clock, '--json'], {
      input: rawRequest(authorizationOf({ body: large, method: 'post' }), large),
    })

    expect(code).toBe(1)
    expect(stdout.length).toBeLessThan(60_000)
    expect(JSON.parse(stdout)).toMatchObject({ causes: [{ name: 'method_case' }] })
  })

  test('PSS is named, and a body in a file is taken byte for byte', async ({ cwd }) => {
    const message = requestMessage({
      method: 'POST',
      target: TARGET,
      timestamp: String(SECONDS),
      nonce: 'n0nce',
      body: Buffer.from(BODY),
    })
    const pss = sign('sha256', message, {
      key: merchant.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    })
    const header = authorizationOf().replace(/signature=".*"/, `signature="${pss.toString('base64')}"`)
    await writeFile(join(cwd, 'body.json'), BODY)
    await writeFile(
      join(cwd, 'request.sh'),
      curlCommand(header).replace(shellQuote(BODY), '@body.json').replace('--data-raw', '-d'),
    )
    const args = ['explain', 'request.sh', ...clock, '--json']
    const [without, withBody] = await Promise.all([
      cli(args, { cwd }),
      cli([...args, '--body-file', 'body.json'], { cwd }),
    ])

    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('--body-file') })
    expect(JSON.parse(withBody.stdout)).toMatchObject({ causes: [{ name: 'padding_pss', value: '32' }] })
  })

  test.for([
    [['--response', '--callback'], '--response'],
    [['--id', 'A', 'file'], '--id'],
    [['missing.http'], 'missing.http'],
    [['--id', '../x'], 'Request-ID'],
    [['--url', 'ftp://x'], '--url'],
    [['--clock', 'noon'], '--clock'],
    [['--id', 'A', '--url', 'http://127.0.0.1:1'], '127.0.0.1:1'],
  ] as const)('%j is used wrongly', async ([args, reason]) => {
    expect(await misuse(['explain', ...args])).toContain(reason)
  })
})
