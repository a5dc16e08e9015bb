import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { Wechatpay } from 'wechatpay-axios-plugin'
import { observePacts } from '../../contracts/kit/observe-pacts.ts'
import { readPact } from '../../contracts/kit/pact-document.ts'
import { createVerifier } from '../../contracts/kit/run-verifier.ts'
import { type Correction, catalogueIndex, factsOf } from '../../src/catalogue/facts.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { createMock } from '../../src/mock.ts'
import { readRecording } from '../../src/traffic/recording/read-recording.ts'
import { seal } from '../../src/wire/protocol/envelope.ts'
import { isJsonObject } from '../../src/wire/protocol/json-object.ts'
import { correct } from '../../tools/catalogue/overlay.ts'
import { cli } from '../cli/cli.ts'
import { redirects, showsPage, smallBroker } from './broker.ts'
import { contentOf, type HandWrittenPact, test as pacts, textOf } from './pacts.ts'

const API_V3_KEY = '0123456789abcdefghijABCDEFGHIJ__'
const ORDER = 'TEA20260105001'
const PREPAY = {
  appid: 'wx1234567889999',
  mchid: '1900000001',
  description: 'tea',
  out_trade_no: ORDER,
  notify_url: 'https://shop.example/paid',
  amount: { total: 100 },
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
}
const LOOK_UP = { method: 'GET', path: `/v3/pay/transactions/out-trade-no/${ORDER}`, query: { mchid: ['1900000001'] } }
const state = (name: string, params: object = {}) => ({ providerStates: [{ name, params }] })

/** A shop's contract, as pact-python writes it. */
const CONTRACT: HandWrittenPact = {
  version: '3.0.0',
  interactions: [
    {
      description: 'places an order',
      request: { method: 'POST', path: '/v3/pay/transactions/jsapi', body: PREPAY },
      response: {
        status: 200,
        headers: { 'Content-Type': 'application/json; charset=utf-8' },
        body: { prepay_id: 'wx05102030' },
        matchingRules: {
          body: { '$.prepay_id': { combine: 'AND', matchers: [{ match: 'regex', regex: '^wx.{1,62}$' }] } },
        },
      },
    },
    {
      description: 'looks up an order that waits',
      ...state('an order waits for payment', { out_trade_no: ORDER, total: '100' }),
      request: LOOK_UP,
      response: { status: 200, body: { out_trade_no: ORDER, trade_state: 'NOTPAY', amount: { total: 100 } } },
    },
    {
      description: 'looks up an order that was paid',
      ...state('an order was paid', { out_trade_no: ORDER, total: '100' }),
      request: LOOK_UP,
      response: { status: 200, body: { out_trade_no: ORDER, trade_state: 'SUCCESS', amount: { total: 100 } } },
    },
    {
      description: 'looks up an order that there is not',
      request: LOOK_UP,
      response: {
        status: 404,
        body: { code: 'ORDER_NOT_EXIST', message: 'x' },
        matchingRules: { body: { '$.message': { combine: 'AND', matchers: [{ match: 'type' }] } } },
      },
    },
    {
      description: 'looks up an order of a service that is overloaded',
      request: LOOK_UP,
      response: { status: 429, body: { code: 'FREQUENCY_LIMITED' } },
    },
  ],
}

/** A shop with wechatpay-axios-plugin: an order, polled before and after it is paid, and one that there is not. */
async function recordedHar(): Promise<{
  har: Har
  certificate: string
  merchantCertificate: string
  customer: string
}> {
  const mock = createMock({ seed: 'empty' })
  const server = await startServer({ mock, port: 0 })
  try {
    const { mchid, merchant_serial_no, merchant_private_key, platform_certificates, merchant_certificate } =
      await mock.control.credentials()
    const [platform] = platform_certificates
    const wxpay = new Wechatpay({
      mchid,
      serial: merchant_serial_no,
      privateKey: merchant_private_key,
      certs: { [platform?.serial_no ?? '']: platform?.certificate ?? '' },
      baseURL: server.url,
    })
    const customer = 'oLiveCustomer0123456789abcdef'
    const placed = { ...PREPAY, out_trade_no: 'LIVE-77', amount: { total: 2_590 }, payer: { openid: customer } }
    await wxpay.chain('v3/pay/transactions/jsapi').post(placed)
    const lookUp = (number: string) =>
      wxpay
        .chain(`v3/pay/transactions/out-trade-no/${number}`)
        .get({ params: { mchid } })
        .catch(() => undefined)
    await lookUp('LIVE-77')
    await mock.control.payOrder('LIVE-77')
    await lookUp('LIVE-77')
    await lookUp('LIVE-78')
    const har = JSON.parse(JSON.stringify(await mock.control.journalHar()))
    return { har, certificate: platform?.certificate ?? '', merchantCertificate: merchant_certificate, customer }
  } finally {
    await server.close(0)
  }
}

interface Har {
  readonly log: { readonly entries: readonly { response: { content: { text?: string } } }[] }
}

/** The same recording with other answers. */
function changed(har: Har, changes: Readonly<Record<number, (answer: string) => string>>): Har {
  const copy = structuredClone(har)
  for (const [i, change] of Object.entries(changes)) {
    const { content } = copy.log.entries[Number(i)]?.response ?? { content: {} }
    content.text = change(content.text ?? '')
  }
  return copy
}

const test = pacts.extend('shop', { scope: 'file' }, recordedHar).extend('folder', ({ task: _ }, { onCleanup }) => {
  const made: Promise<string>[] = []
  onCleanup(async () => {
    for (const one of made) await rm(await one, { recursive: true })
  })
  return async (name: string, content: unknown): Promise<string> => {
    const folder = mkdtemp(join(tmpdir(), 'wechatpay-observe-'))
    made.push(folder)
    const file = join(await folder, name)
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
    return file
  }
})

describe('pact observe', () => {
  test('says what was seen in a HAR that an SDK made, and shows no private text', async ({ write, shop, folder }) => {
    const [contract, har, certificate] = [
      await write(CONTRACT),
      await folder('shop.har', shop.har),
      await folder('platform.pem', shop.certificate),
    ]
    const { code, stdout, stderr } = await cli([
      'pact',
      'observe',
      contract,
      '--from',
      har,
      '--certificate',
      certificate,
    ])

    expect(stderr).toBe('')
    expect(stdout.replaceAll(har, 'shop.har')).toBe(`shop.har: HAR, 4 calls, 0 callbacks
Contract of a Java shop (${contract})
  as agreed  places an order  (shop.har, entry 1)
  as agreed  looks up an order that waits  [an order waits for payment]  (shop.har, entry 2)
  as agreed  looks up an order that was paid  [an order was paid]  (shop.har, entry 4)
  as agreed  looks up an order that there is not  (shop.har, entry 5)
  not seen   looks up an order of a service that is overloaded
Signatures: 4 right
5 interactions, 4 seen as the contract says, 0 different, 1 not seen
`)
    expect(code).toBe(0)
    expect((await cli(['pact', 'observe', contract, '--from', har, '--all'])).code).toBe(1)
  })

  test('says which five things changed', async ({ write, shop, folder }) => {
    const har = changed(shop.har, {
      0: (answer) => answer.replace('"prepay_id":"wx', '"prepay_id":"zz'),
      1: (answer) => answer.replace('"NOTPAY"', '"WAITING_FOR_BANK"'),
      3: (answer) =>
        answer.replace('"total":2590', '"total":"2590"').replace('"mchid"', '"insurance_no":"P-1","mchid"'),
      4: (answer) => answer.replace('ORDER_NOT_EXIST', 'ORDER_MISLAID'),
    })
    const overlay = await folder('live.json', '')
    const [contract, file] = [await write(CONTRACT), await folder('shop.har', har)]
    const { code, stdout } = await cli(['pact', 'observe', contract, '--from', file, '--overlay', overlay])

    expect(code).toBe(1)
    const text = stdout.replaceAll(file, 'shop.har')
    expect(text).toContain(`
  DIFFERS    places an order  (shop.har, entry 1)
        - $.prepay_id: expected /^wx.{1,62}$/, got a text of `)
    expect(text).toContain('$.trade_state: expected "NOTPAY", got "WAITING_FOR_BANK"')
    expect(text).toContain('- $.amount.total: expected a number, got a text of 4 characters')
    expect(text).toContain('not seen   looks up an order that there is not')
    expect(text).toContain('such calls were answered differently: 404 ORDER_MISLAID')
    expect(text).toContain('answer/insurance_no: a member that no page has: {"type":"string"}')
    for (const secret of [shop.customer, 'LIVE-77', '2590', 'P-1']) expect(stdout).not.toContain(secret)

    const proposals: unknown = JSON.parse(await readFile(overlay, 'utf8'))
    const call = 'GET /v3/pay/transactions/out-trade-no/{out_trade_no}'
    expect(proposals).toMatchObject([
      { calls: [call], at: ['answer/trade_state'], is: { values: expect.arrayContaining(['WAITING_FOR_BANK']) } },
      { calls: [call], at: ['answer/insurance_no'], was: null, is: { type: 'string' }, evidence: 'observed' },
      { calls: [call], at: ['answer/amount/total'], was: { type: 'integer' }, is: { type: 'string' } },
      { calls: [call], at: ['errors'], was: null, is: [404, 'ORDER_MISLAID', expect.any(String)] },
    ])
    // The overlay takes the proposals as they are.
    const facts = new Map(catalogueIndex.products.map(({ id }) => [id, factsOf(id)]))
    const refused: string[] = []
    correct(facts, proposals as Correction[], (reason) => refused.push(reason))
    expect(refused).toEqual([])
  })

  test('takes another state of an order, and another cause of an error, for no difference', async ({
    write,
    shop,
    folder,
  }) => {
    const interactions = CONTRACT.interactions?.map((one) =>
      JSON.parse(JSON.stringify(one).replace('"message":"x"', '"message":"x","detail":{"field":"/path/out_trade_no"}')),
    )
    const har = changed(shop.har, { 1: (answer) => answer.replace('"NOTPAY"', '"CLOSED"') })
    const { stdout } = await cli([
      ...['pact', 'observe', await write({ version: '3.0.0', interactions: interactions ?? [] })],
      ...['--from', await folder('shop.har', har)],
    ])

    const lookUp = 'GET /v3/pay/transactions/out-trade-no/{out_trade_no}'
    expect(stdout).not.toContain('DIFFERS')
    expect(stdout).toContain(`  ${lookUp}: 200 CLOSED  (`)
    expect(stdout).toContain(`  ${lookUp}: 404 ORDER_NOT_EXIST  (`)
  })

  test('names the answer whose signature is wrong', async ({ write, shop, folder }) => {
    const har = await folder('shop.har', changed(shop.har, { 0: (answer) => `${answer} ` }))
    const certificate = await folder('platform.pem', shop.certificate)
    const { code, stdout } = await cli([
      'pact',
      'observe',
      await write(CONTRACT),
      '--from',
      har,
      '--certificate',
      certificate,
    ])

    expect(code).toBe(1)
    expect(stdout).toContain('Signatures: 3 right\n')
    expect(stdout).toContain('shop.har, entry 1: the key does not fit, or the body was changed')
  })

  test('opens callbacks with the APIv3 key, for contracts about their plaintext', async ({ write, folder }) => {
    const plaintext = { out_trade_no: 'LIVE-77', trade_state: 'SUCCESS', amount: { total: 2_590 } }
    const resource = seal(JSON.stringify(plaintext), API_V3_KEY, {
      nonce: '0123456789ab',
      associatedData: 'transaction',
    })
    const callback = { id: 'EV-1', event_type: 'TRANSACTION.SUCCESS', resource_type: 'encrypt-resource', resource }
    const text = JSON.stringify(callback)
    const har = await folder('shop.har', {
      log: {
        entries: [
          {
            request: {
              method: 'POST',
              url: 'https://shop.example/paid',
              headers: [{ name: 'Wechatpay-Signature', value: 'c2ln' }],
              postData: { mimeType: 'application/json', text },
            },
            response: { status: 204, headers: [], content: { size: 0 } },
          },
        ],
      },
    })
    const given = { providerStates: [{ name: 'an order is paid', params: { out_trade_no: ORDER, total: '100' } }] }
    const contract = await write({
      version: '3.0.0',
      messages: [
        { description: 'a TRANSACTION.SUCCESS callback', contents: { event_type: 'TRANSACTION.SUCCESS' } },
        {
          description: 'the plaintext of TRANSACTION.SUCCESS for an order',
          ...given,
          contents: { out_trade_no: ORDER, trade_state: 'SUCCESS', amount: { total: 100 } },
        },
      ],
    })
    const verdicts = async (...args: readonly string[]) => {
      const { stdout } = await cli(['pact', 'observe', contract, '--from', har, '--json', ...args])
      return JSON.parse(stdout).interactions.map(({ verdict }: { verdict: string }) => verdict)
    }

    expect(await verdicts()).toEqual(['as_contract', 'not_seen'])
    expect(await verdicts('--api-v3-key', API_V3_KEY)).toEqual(['as_contract', 'as_contract'])
  })

  test('a wrong key, and other wrong use', async ({ write, shop, folder }) => {
    const [contract, har, certificate] = [
      await write(CONTRACT),
      await folder('shop.har', shop.har),
      await folder('merchant.pem', shop.merchantCertificate),
    ]
    const said = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await cli(['pact', 'observe', ...args])
      return { code, stdout, stderr: stderr.replaceAll(har, 'shop.har') }
    }
    const refused = (text: string) => ({ code: 2, stdout: '', stderr: expect.stringContaining(text) })

    expect(await said(contract, '--from', har, '--certificate', certificate)).toEqual(
      refused('None of the 4 signatures was made with this key. They name '),
    )
    expect(await said(contract)).toEqual(refused('Say what was recorded: --from FILE'))
    expect(await said(contract, '--from', './no.har')).toEqual(refused('./no.har'))
    expect(await said(contract, '--from', contract)).toEqual(
      refused('starts like JSON but cannot be read as a recording'),
    )
    const large = await folder('large.har', '')
    await truncate(large, 100 * 1_048_576)
    expect(await said(contract, '--from', large)).toEqual(refused('large.har is larger than 64 MB'))
    expect(await said('./no.json', '--from', har)).toEqual(refused('./no.json cannot be read'))
    expect(await said(contract, '--from', har, '--public-key-id', 'PUB_KEY_ID_1')).toEqual(
      refused('needs --public-key'),
    )
    expect(await said(contract, '--from', har, '--lang', 'zh', '--publish')).toEqual(
      refused('--publish 用于 --broker 的契约'),
    )
  })

  describe('many calls that differ in what their contract leaves open', () => {
    const use = {
      appid: 'wx1234567889999',
      coupon_code: 'C-1',
      stock_id: '100088',
      use_request_no: 'U-1',
      use_time: '2026-01-05T10:20:00+08:00',
      state: 'USED',
    }
    /** Rules whose paths are written in other ways than this recording's, as libraries of other languages do. */
    const contract = {
      description: 'redeems a coupon',
      request: { method: 'POST', path: '/v3/marketing/busifavor/coupons/use', body: use },
      response: {
        status: 200,
        body: { wechatpay_use_time: '2026-01-05T10:20:30+08:00', state: 'USED', list: [1, 2] },
        matchingRules: {
          body: {
            '$.wechatpay_use_time': { combine: 'AND', matchers: [{ match: 'type' }] },
            "$['state']": { combine: 'AND', matchers: [{ match: 'regex', regex: '^(USED|SENT)$' }] },
          },
        },
      },
    }
    const second = (i: number) =>
      `2026-11-25T12:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}+08:00`
    const recordingOf = (answers: readonly object[]) => {
      const entries = answers.map((answer, i) => ({
        request: {
          method: 'POST',
          url: 'https://api.mch.weixin.qq.com/v3/marketing/busifavor/coupons/use',
          headers: [],
          postData: { text: JSON.stringify({ ...use, use_time: second(i) }) },
        },
        response: { status: 200, headers: [], content: { text: JSON.stringify(answer) } },
      }))
      return readRecording(Buffer.from(JSON.stringify({ log: { entries } })), 'shop.har')
    }
    const observed = async (answers: readonly object[]) => {
      const verifier = createVerifier()
      let compared = 0
      try {
        const { interactions } = await observePacts({
          pacts: [
            { pact: readPact(textOf({ version: '3.0.0', interactions: [contract] }), 'pact.json'), pending: false },
          ],
          recordings: [recordingOf(answers)],
          verifier: {
            ...verifier,
            verify: async (...args) => {
              const result = await verifier.verify(...args)
              compared += result.interactionResults.length
              return result
            },
          },
          language: 'en',
        })
        return { compared, interactions }
      } finally {
        verifier.close()
      }
    }
    const answer = (i: number, other: object = {}) => ({
      wechatpay_use_time: second(i),
      state: 'USED',
      list: [1, 2],
      ...other,
    })

    test('are compared once', async () => {
      const { compared, interactions } = await observed(Array.from({ length: 300 }, (_, i) => answer(i)))

      expect(compared).toBe(2)
      expect(interactions).toMatchObject([{ verdict: 'as_contract', times: 300, differences: [] }])
    })

    test('are told apart by what it agrees on', async () => {
      const answers = [
        {},
        { state: 'SENT' },
        { state: 'LOST' },
        { state: 'GONE' },
        { list: [3, 2] },
        { list: [2, 1] },
        { list: [] },
      ]
      const { interactions } = await observed(answers.map((other, i) => answer(i, other)))

      expect(interactions).toMatchObject([
        {
          verdict: 'otherwise',
          times: 7,
          differences: [
            { at: '$.state', got: '"LOST"', times: 1, place: 'shop.har, entry 3' },
            { at: '$.state', got: '"GONE"', times: 1, place: 'shop.har, entry 4' },
            { at: '$.list[0]', got: '3', times: 1, place: 'shop.har, entry 5' },
            { at: '$.list[0]', got: '2', times: 1, place: 'shop.har, entry 6' },
            { at: '$.list[1]', got: '1', times: 1, place: 'shop.har, entry 6' },
            { at: '$.list', got: 'a list of 0', times: 1, place: 'shop.har, entry 7' },
          ],
        },
      ])
    })
  })

  describe('what is nested deeper than any call', () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    const lookUp = (request: string, answer: string) => ({
      request: {
        method: 'GET',
        url: `https://api.mch.weixin.qq.com${LOOK_UP.path}?mchid=1900000001`,
        headers: [],
        postData: { mimeType: 'application/json', text: request },
      },
      response: { status: 200, headers: [], content: { mimeType: 'application/json', text: answer } },
    })
    const har = (...entries: readonly object[]) => ({ log: { entries } })

    test.for([33, 100_000])(
      'in a recording, %i levels, is refused with its place',
      async (levels, { write, folder }) => {
        const contract = await write(CONTRACT)
        const printed = `${'{ a: '.repeat(levels)}1${' }'.repeat(levels)}`
        const recordings = [
          har(lookUp('{}', '{}'), lookUp(nested(levels), '{}')),
          har(lookUp('{}', nested(levels))),
          `{"request":{"method":"GET","url":"${LOOK_UP.path}","body":${nested(levels)}},"response":{"status":200}}`,
          `{"config":{"url":"${LOOK_UP.path}","params":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}},"status":200}`,
          `{\n  status: 200,\n  config: { url: '${LOOK_UP.path}', method: 'get' },\n  data: ${printed}\n}\n`,
        ]
        const places = [', entry 2', ', entry 1', ', entry 1', ', entry 1', ':1']
        for (const [i, recording] of recordings.entries()) {
          const file = await folder('shop.har', recording)
          for (const args of [
            ['observe', contract, '--from', file],
            ['review', file],
          ]) {
            const { code, stdout, stderr } = await cli(['pact', ...args])
            expect({ code, stdout, stderr: stderr.replaceAll(file, 'shop.har') }).toEqual({
              code: 2,
              stdout: '',
              stderr: expect.stringContaining(
                `shop.har${places[i]} is nested more than 32 levels deep, as no call of WeChat Pay is: leave it out of the recording.`,
              ),
            })
          }
        }
      },
    )

    test('in a body of 32 levels, and around the calls of a HAR, is read', async ({ write, folder }) => {
      const { log } = har(lookUp(nested(32), nested(32)))
      const file = await folder(
        'shop.har',
        `{"log":{"_stack":${nested(2_000)},"entries":${JSON.stringify(log.entries)}}}`,
      )
      const { code, stderr } = await cli(['pact', 'observe', await write(CONTRACT), '--from', file])

      expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    })

    test('in the content of a callback, is refused by whoever opens it', async ({ write, folder }) => {
      const resource = seal(nested(2_000), API_V3_KEY, { nonce: '0123456789ab', associatedData: 'transaction' })
      const text = JSON.stringify({ id: 'EV-1', event_type: 'TRANSACTION.SUCCESS', resource })
      const request = {
        method: 'POST',
        url: 'https://shop.example/paid',
        headers: [{ name: 'Wechatpay-Signature', value: 'c2ln' }],
        postData: { mimeType: 'application/json', text },
      }
      const file = await folder('shop.har', har({ request, response: { status: 204, headers: [], content: {} } }))
      const contract = await write(CONTRACT)
      for (const args of [
        ['observe', contract, '--from', file],
        ['review', file],
      ]) {
        const { code, stderr } = await cli(['pact', ...args, '--api-v3-key', API_V3_KEY])
        expect({ code, stderr }).toEqual({
          code: 2,
          stderr: expect.stringContaining(', entry 1 is nested more than 32'),
        })
      }
    })

    test.for([33, 100_000])('in a contract, %i levels, is refused', async (levels, { write, shop, folder }) => {
      const file = await folder('shop.har', shop.har)
      const whole = JSON.stringify(contentOf(CONTRACT))
      const first = '"places an order"'
      const contracts = [
        whole.replace('{"prepay_id":"wx05102030"}', nested(levels)),
        whole.replace('{"prepay_id":"wx05102030"}', JSON.stringify({ content: nested(levels), encoded: false })),
        whole.replace('"total":"100"', `"total":${nested(levels)}`),
        whole.replace(first, '['.repeat(levels) + ']'.repeat(levels)),
        whole.replace('"metadata":{', `"metadata":{"pactSpecificationVersion":${nested(levels)},`),
      ]
      for (const contract of contracts) {
        const path = await write(contract)
        for (const args of [
          ['observe', path, '--from', file],
          ['review', path],
          ['show', path],
        ]) {
          const { code, stderr } = await cli(['pact', ...args])
          expect({ code, stderr }).toEqual({
            code: 2,
            stderr: expect.stringContaining('nested more than 32 levels deep'),
          })
        }
      }
    })
  })

  test('publishes what was seen as a version of the live service', async ({ shop, folder }) => {
    const har = await folder('shop.har', shop.har)
    const content = contentOf(CONTRACT)
    const interactions = isJsonObject(content) && Array.isArray(content.interactions) ? content.interactions : []
    const known = { ...content, interactions: interactions.map((one, i) => ({ ...one, _id: `id-${i}` })) }
    await using broker = await smallBroker({ pacts: [{ content: known, consumer: 'a Java shop' }] })
    const { code, stdout } = await cli(['pact', 'observe', '--broker', broker.url, '--from', har, '--publish'])

    expect({ code, last: stdout.split('\n').slice(-3, -2) }).toEqual({
      code: 0,
      last: [expect.stringMatching(/^1 result published, of version live-\d{4}-\d{2}-\d{2}$/)],
    })
    expect(broker.results).toMatchObject([
      {
        success: true,
        providerApplicationVersion: expect.stringMatching(/^live-/),
        testResults: [{}, {}, {}, { interactionId: 'id-3' }],
      },
    ])
  })

  test('publishes no success where a signature is wrong', async ({ shop, folder }) => {
    const har = await folder('shop.har', changed(shop.har, { 0: (answer) => `${answer} ` }))
    const certificate = await folder('platform.pem', shop.certificate)
    await using broker = await smallBroker({ pacts: [{ content: contentOf(CONTRACT), consumer: 'a Java shop' }] })
    const { code } = await cli([
      ...['pact', 'observe', '--broker', broker.url, '--from', har, '--certificate', certificate, '--publish'],
    ])

    expect({ code, results: broker.results }).toMatchObject({ code: 1, results: [{ success: false }] })
  })

  test.for([
    ['a page', showsPage, 'answered with success, though not as a Pact broker does'],
    ['a redirect', redirects('https://login.example.com/'), 'Redirects are not followed'],
    ['nothing', () => true, 'there was no answer within 1 s'],
  ] as const)('a broker that answers with %s has nothing published', async ([, answers, said], { shop, folder }) => {
    const har = await folder('shop.har', shop.har)
    await using broker = await smallBroker({
      pacts: [{ content: contentOf(CONTRACT), consumer: 'a Java shop' }],
      instead: { results: answers },
    })
    const { code, stdout, stderr } = await cli([
      ...['pact', 'observe', '--broker', broker.url, '--from', har, '--publish', '--broker-timeout', '1'],
    ])

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(said)
  })
})
