import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PactRecording, recordPact, verifyPacts } from '../../contracts/kit/index.ts'
import { type Break, brokenServer } from './broken-server.ts'
import { callEverything, openShop } from './recorded-shop.ts'

const EXPECTED = [
  'downloads the platform certificates []',
  'downloads the platform certificates with an unknown serial of the merchant certificate, and is refused: serial_unknown [the serial of the merchant certificate is unknown]',
  'links a coupon that does not exist to an order, and is refused: not_found [there is no coupon]',
  'links a coupon that is linked to another order, and is refused: linked_to_other_order [a coupon is linked to an order]',
  'links a coupon to an order while the service is overloaded, and is refused: rate_limited [the service is overloaded]',
  'links a coupon to an order with a request number that was used [an associate request number was used]',
  'links a coupon to an order with a request number that was used, and is refused: request_no_reused [an associate request number was used]',
  'links a coupon to an order, and is refused: PARAM_ERROR out_trade_no []',
  'links a usable coupon to an order [a user holds a usable coupon]',
  'links a used coupon to an order, and is refused: not_usable [a coupon is used]',
  'links an expired coupon to an order, and is refused: not_usable [a coupon is expired]',
  "links another merchant's coupon to an order, and is refused: not_permitted [a coupon belongs to another merchant]",
  'queries a coupon of a user that is linked to an order [a coupon is linked to an order]',
  'queries a used coupon of a user [a coupon is used]',
  'redeems a coupon with a request number that was used, with stock_id and openid [a use request number was used]',
  'redeems a usable coupon, with stock_id and openid [a user holds a usable coupon]',
  'unlinks a coupon from an order with a request number that was used [a disassociate request number was used]',
  'unlinks a coupon that is linked to the order [a coupon is linked to an order]',
]

describe('a contract recorded from a run of wechatpay-axios-plugin', () => {
  let directory: string
  let file: string
  let recording: PactRecording

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'wechatpay-record-'))
    file = join(directory, 'pact.json')
    const servers: (() => Promise<void>)[] = []
    const shop = await openShop('fresh', (close) => servers.push(close))
    await callEverything(shop)
    recording = await recordPact({ control: shop.control, file, consumer: 'axios-shop' })
    for (const close of servers) await close()
  })

  afterAll(() => rm(directory, { recursive: true, force: true }))

  test('has one interaction for each distinct call, and verifies at once', async () => {
    const { added, leftOut, consumer } = recording

    expect({ leftOut, consumer }).toEqual({ leftOut: [], consumer: 'axios-shop' })
    const named = added.map(({ description, states }) => `${description} [${states.join(' + ')}]`)
    expect([...new Set(named)].toSorted()).toEqual(EXPECTED.toSorted())
    const { ok, interactions } = await verifyPacts({ pactFiles: [file] })
    expect(interactions.filter((one) => !one.ok)).toEqual([])
    expect({ ok, count: interactions.length }).toEqual({ ok: true, count: added.length })
  })

  test.for<[string, Break, RegExp]>([
    [
      'a wrong status',
      (answer) => {
        if (answer.body.includes('associate_time')) answer.status = 201
      },
      /^(?:un)?links (?!.*refused)/,
    ],
    [
      'a renamed field',
      (answer) => {
        answer.body = answer.body.replace('wechatpay_associate_time', 'associate_time')
      },
      /^links (?!.*refused)/,
    ],
    [
      'times in UTC',
      (answer) => {
        answer.body = answer.body.replaceAll(/"([^"]{19})\+08:00"/g, '"$1Z"')
      },
      /^(?!.*refused)/,
    ],
    [
      'a used coupon that is accepted',
      (answer, path) => {
        if (!path.endsWith('/associate') || !answer.body.includes('券状态非可用态')) return
        answer.status = 200
        answer.headers = answer.headers.map(([name, value]) => [
          name,
          name === 'Request-ID' ? value.replace(/-\d+$/, '-0') : value,
        ])
        answer.body = '{"wechatpay_associate_time":"2026-11-25T12:00:00+08:00"}'
      },
      /not_usable$/,
    ],
    [
      'another code',
      (answer) => {
        answer.body = answer.body.replace('"INVALID_REQUEST"', '"RESOURCE_NOT_EXISTS"')
      },
      /(?:not_usable|not_found|request_no_reused|linked_to_other_order)$/,
    ],
    [
      'a repeat that is answered with a new time',
      (answer) => {
        answer.body = answer.body.replace(/("wechatpay_associate_time":")[^"]+/, '$12026-11-25T12:00:00+08:00')
      },
      /^links (?!.*refused)/,
    ],
    [
      'a link that is not visible',
      (answer) => {
        answer.body = answer.body.replace(/"associate_out_trade_no":"[^"]+",/, '')
      },
      /^queries /,
    ],
    [
      'answers without a signature',
      (answer) => {
        answer.headers = answer.headers.filter(([name]) => !name.startsWith('Wechatpay-'))
      },
      /^(?!.*serial_unknown)/,
    ],
  ])('fails on %s, in those interactions only', async ([, breakAnswer, names], { onTestFinished }) => {
    const { url, mock } = await brokenServer(breakAnswer, onTestFinished)

    const { ok, interactions } = await verifyPacts({ pactFiles: [file], url, control: mock.control })

    expect(ok).toBe(false)
    const failed = interactions.filter((one) => !one.ok).map(({ description }) => description)
    expect(failed).not.toEqual([])
    expect(failed.filter((description) => !names.test(description))).toEqual([])
  })

  test('is the same, byte for byte, for any merchant and in any run, and has no secret in it', async ({
    onTestFinished,
  }) => {
    const texts = [await readFile(file, 'utf8')]
    const [another, growing] = [join(directory, 'another.json'), join(directory, 'growing.json')]
    for (const merchant of ['well-known', 'fresh'] as const) {
      const shop = await openShop(merchant, onTestFinished)
      await callEverything(shop)
      await rm(another, { force: true })
      await recordPact({ control: shop.control, file: another, consumer: 'axios-shop' })
      const text = await readFile(another, 'utf8')
      const { added } = await recordPact({ control: shop.control, file: growing, consumer: 'axios-shop' })
      expect(added.length > 0).toBe(texts.length === 1)
      expect(await readFile(growing, 'utf8')).toBe(text)
      texts.push(text)

      const { merchant_private_key, merchant_serial_no, api_v3_key, mchid } = shop.credentials
      const secrets = [
        merchant_private_key.split('\n')[1],
        api_v3_key,
        ...(merchant === 'fresh' ? [merchant_serial_no, mchid] : []),
      ]
      for (const { request, response } of await shop.control.journal()) {
        const { authorization = '' } = request.headers
        secrets.push(
          ...['signature', 'nonce_str'].map((name) => new RegExp(`${name}="([^"]+)"`).exec(authorization)?.[1]),
        )
        secrets.push(...['Wechatpay-Signature', 'Wechatpay-Nonce', 'Request-ID'].map((name) => response?.headers[name]))
        secrets.push(...[...String(response?.body).matchAll(/"ciphertext":"([^"]+)"/g)].map(([, sealed]) => sealed))
      }
      const given = secrets.filter((secret) => secret !== undefined)
      expect(given.length).toBeGreaterThan(80)
      expect(given.filter((secret) => text.includes(secret))).toEqual([])
      // No time of the run: only the examples.
      expect([...new Set(text.match(/\d{4}-\d\d-\d\dT[\d:]+[^"]*/g))].toSorted()).toEqual(['2026-01-05T10:20:30+08:00'])
    }
    expect(texts[1]).toBe(texts[0])
    expect(texts[2]).toBe(texts[0])
  })
})
