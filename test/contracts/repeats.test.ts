import { describe, expect } from 'vitest'
import { deliveredCallback } from '../../contracts/kit/delivered-callback.ts'
import type { WireRequest } from '../../src/engine/http-message.ts'
import { createMock, type WechatPayMock } from '../../src/mock.ts'
import { formatInstant } from '../../src/wire/protocol/instant.ts'
import { ASSOCIATE, LINK, test, verifyAgainst } from './pacts.ts'

const PATH = '/v3/fund-app/mch-transfer/transfer-bills'

/** Neither the order of its members nor its spaces are those of compact JSON. */
const BODY = `{ "transfer_remark": "返佣",  "transfer_amount": 500, "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
  "transfer_scene_id": "1005", "out_bill_no": "FY1", "appid": "wx1234567889999", "transfer_scene_report_infos": [
    { "info_type": "岗位类型", "info_content": "推广员" }, { "info_type": "报酬说明", "info_content": "返佣" } ] }`

const again = (
  request: object,
  response: object,
  states: object[] = [{ name: 'a merchant has money for transfers', params: { balance: '500' } }],
) => ({
  version: '3.0.0' as const,
  interactions: [
    {
      description: 'asks again',
      providerStates: [...states, { name: 'the same request was made before' }],
      request: { method: 'POST', headers: { 'Content-Type': 'application/json' }, ...request },
      response,
    },
  ],
})

describe('"the same request was made before"', () => {
  const paid = again({ path: PATH, body: JSON.parse(BODY) }, { status: 200, body: { state: 'WAIT_USER_CONFIRM' } })

  test('sends the bytes of the interaction before, so that a provider that pays twice has no money left', async ({
    write,
  }) => {
    const bodies: string[] = []
    const honest = (request: WireRequest, mock: WechatPayMock) => {
      if (request.target === PATH) bodies.push(Buffer.from(request.body).toString())
      return mock.handle(request)
    }

    expect(await verifyAgainst(honest, await write(paid))).toMatchObject({ ok: true })
    expect(bodies.length).toBeGreaterThan(1)
    expect(new Set(bodies.slice(0, 2)).size).toBe(1)
  })

  test('fails where the repeat is about another transfer', async ({ write }) => {
    let made = 0
    const forgetful = async (request: WireRequest, mock: WechatPayMock) => {
      const answer = await mock.handle(request)
      made += 1
      const body = Buffer.from(answer.body)
        .toString()
        .replace(/"transfer_bill_no":"\d+/, `"transfer_bill_no":"${made}`)
      return { ...answer, body: Buffer.from(body) }
    }

    const { interactions } = await verifyAgainst(forgetful, await write(paid))

    const reason = 'The same request made again has another transfer_bill_no: 1 at first, then 2.'
    expect(interactions).toMatchObject([{ ok: false, reasons: expect.arrayContaining([reason]) }])
  })

  test('comes a minute later, and fails where it is answered with a time of its own', async ({ write }) => {
    const linked = again({ path: ASSOCIATE, body: LINK }, { status: 200 }, [{ name: 'a user holds a usable coupon' }])
    const minuteLater = async (request: WireRequest, mock: WechatPayMock) => {
      const answer = await mock.handle(request)
      const time = formatInstant(Date.parse((await mock.control.clock()).now))
      const body = Buffer.from(answer.body)
        .toString()
        .replace(/(_time":")[^"]+/, `$1${time}`)
      return { ...answer, body: Buffer.from(body) }
    }

    expect(await verifyAgainst((request, mock) => mock.handle(request), await write(linked))).toMatchObject({
      ok: true,
    })
    const { interactions } = await verifyAgainst(minuteLater, await write(linked))

    const reason = expect.stringMatching(
      /^The same request made again has another wechatpay_associate_time: \S+ at first, then \S+\.$/,
    )
    expect(interactions).toMatchObject([{ ok: false, reasons: expect.arrayContaining([reason]) }])
  })

  test('fails where it was refused before as well', async ({ write }) => {
    const refused = again({ path: ASSOCIATE, body: LINK }, { status: 400 })

    const { interactions } = await verifyAgainst((request, mock) => mock.handle(request), await write(refused))

    const reason = 'The same request was not taken before: it was answered with 400 INVALID_REQUEST.'
    expect(interactions).toMatchObject([{ ok: false, reasons: [reason] }])
  })
})

describe('"the same callback was delivered before"', () => {
  const NAME = 'COUPON.SEND'
  const { control } = createMock()

  test('delivers it twice, with one id', async () => {
    const { contents } = await deliveredCallback(control, NAME, { repeated: true })

    expect(await control.notifications()).toMatchObject([{ id: Object(contents).id, attempts: [{}, {}] }])
  })

  /** A mock that sends each callback in the same way, with one nonce. */
  const sending = (method: string, path: string): typeof control => {
    let address = ''
    return Object.assign(Object.create(control), {
      async sendNotification({ url = address }: { readonly url?: string }) {
        address = url
        const headers = { 'Wechatpay-Nonce': 'n' }
        await fetch(new URL(path, url), { method, headers, body: JSON.stringify({ id: '1' }) })
        return { id: '1', attempts: [] }
      },
    })
  }

  test.for([
    ['PUT', ''],
    ['POST', '/'],
  ] as const)('fails where it comes as %s to the path %j', async ([method, path]) => {
    await expect(deliveredCallback(sending(method, path), NAME, {})).rejects.toMatchObject({
      code: 'MOCK_MESSAGE_UNDELIVERED',
      message: expect.stringContaining(`The callback came as ${method} /`),
    })
  })

  test('fails where it comes again with the same signature', async () => {
    expect(await deliveredCallback(sending('POST', ''), NAME, {})).toMatchObject({ contents: { id: '1' } })
    await expect(deliveredCallback(sending('POST', ''), NAME, { repeated: true })).rejects.toMatchObject({
      message: 'The callback comes again without being signed anew.',
    })
  })

  test('fails where it comes again as another', async () => {
    let first: Parameters<typeof control.sendNotification>[0] | undefined
    const forgetful: typeof control = Object.assign(Object.create(control), {
      sendNotification(asked: NonNullable<typeof first>) {
        first ??= asked
        return control.sendNotification(first)
      },
    })

    await expect(deliveredCallback(forgetful, NAME, { repeated: true })).rejects.toMatchObject({
      code: 'MOCK_MESSAGE_UNDELIVERED',
      message: 'The callback comes again with other contents than before.',
    })
  })
})
