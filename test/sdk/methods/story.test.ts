import { describe, expect, inject, test } from 'vitest'
import type { CredentialsJson } from '../../../src/control/answer-format.ts'
import { startServer } from '../../../src/doors/transports/node-server.ts'
import { addressed, fillPath } from '../../../src/testing/merchant-client.ts'
import { formatInstant } from '../../../src/wire/protocol/instant.ts'
import { createMock, type OpenedMock } from '../../helpers/engine.ts'
import { type Received, type Receiver, startReceiver } from '../../helpers/receiver.ts'
import { isRepresentative } from '../../helpers/representative.ts'
import { liveWithOrders } from '../../operations/stories/coupon-story.ts'
import { shareOrders } from '../../operations/stories/sharing-story.ts'
import { expectAnswer, type Take } from '../../operations/stories/story.ts'
import { told } from '../../products/transfer/transfers.ts'
import { launchAtBaseUrl } from '../matrix/launch.ts'
import { Program } from '../matrix/program.ts'
import { KEYS, titleOf } from '../matrix/sdk.ts'
import { sdks } from '../matrix/sdks.ts'

type Input = Readonly<Record<string, unknown>>
type Called = Parameters<Take>[0]

/** How a program with an SDK makes a call: the method, and its arguments. */
interface Caller {
  call(operation: Called, input: Input, keyId: string): readonly [method: string, ...given: readonly unknown[]]
  /** Whether the program encrypts a name by itself, with what the SDK has for it, and names the key. */
  readonly encrypts?: true
}

const JAVA: Readonly<Record<string, string>> = {
  jsapiPrepay: 'payments.jsapi.JsapiService.prepay(PrepayRequest)',
  addReceiver: 'profitsharing.ProfitsharingService.addReceiver(AddReceiverRequest)',
  createSharing: 'profitsharing.ProfitsharingService.createOrder(CreateOrderRequest)',
  querySharing: 'profitsharing.ProfitsharingService.queryOrder(QueryOrderRequest)',
  unfreezeOrder: 'profitsharing.ProfitsharingService.unfreezeOrder(UnfreezeOrderRequest)',
  queryUnsplitAmount: 'profitsharing.ProfitsharingService.queryOrderAmount(QueryOrderAmountRequest)',
  createSharingReturn: 'profitsharing.ProfitsharingService.createReturnOrder(CreateReturnOrderRequest)',
  querySharingReturn: 'profitsharing.ProfitsharingService.queryReturnOrder(QueryReturnOrderRequest)',
  createRefund: 'refund.RefundService.create(CreateRequest)',
}

const GO: Readonly<Record<string, string>> = {
  jsapiPrepay: 'payments/jsapi.JsapiApiService.Prepay',
  addReceiver: 'profitsharing.ReceiversApiService.AddReceiver',
  createSharing: 'profitsharing.OrdersApiService.CreateOrder',
  querySharing: 'profitsharing.OrdersApiService.QueryOrder',
  unfreezeOrder: 'profitsharing.OrdersApiService.UnfreezeOrder',
  queryUnsplitAmount: 'profitsharing.TransactionsApiService.QueryOrderAmount',
  createSharingReturn: 'profitsharing.ReturnOrdersApiService.CreateReturnOrder',
  querySharingReturn: 'profitsharing.ReturnOrdersApiService.QueryReturnOrder',
  createRefund: 'refunddomestic.RefundsApiService.Create',
}

const byName = (methods: Readonly<Record<string, string>>): Caller => ({
  call: ({ id }, input) => [methods[id] ?? `nobody says how ${id} is called`, input],
})

/** The SDKs that make a path of names: variables of the path, query and body are given apart. */
const byPath = (query: string, post: (body: Input, options: Input) => readonly unknown[]): Caller => ({
  encrypts: true,
  call({ method, path }, input, keyId) {
    const { rest } = fillPath(path, input, (name) => {
      throw new Error(`No ${name}`)
    })
    const variables = Object.fromEntries(Object.entries(input).filter(([name]) => !(name in rest)))
    const way = `${method} ${path.slice(1)}`
    const headers = 'name' in input ? { headers: { 'Wechatpay-Serial': keyId } } : {}
    return method === 'GET'
      ? [way, { ...variables, [query]: rest }]
      : [way, ...post(rest, { ...variables, ...headers })]
  },
})

/** By method and address, as the core of an SDK makes any call. */
const byAddress: Caller = {
  call(operation, input) {
    const { method, target, body } = addressed(operation, input)
    return [`${method} ${target}`, ...(body === undefined ? [] : [body])]
  },
}

const BY_PATH: Readonly<Record<string, Caller>> = {
  'wechatpay-axios-plugin': byPath('params', (body, options) => [body, options]),
  'wechatpay-php': byPath('query', (json, options) => [{ ...options, json }]),
}

const SHARING: Readonly<Record<string, Caller>> = {
  'wechatpay-java': byName(JAVA),
  'wechatpay-go': byName(GO),
  ...BY_PATH,
}

/** Callers of product coupons, for which no SDK has methods. */
const COUPONS: Readonly<Record<string, Caller>> = {
  'wechatpay-java': byAddress,
  'wechatpay-go': byAddress,
  easywechat: byAddress,
  ...BY_PATH,
}

/** SDKs with a step that asks for a trade bill and downloads it; wechatpay-java's method for both checks the digest by itself. */
const DOWNLOADERS = ['wechatpay-go', 'wechatpay-axios-plugin', 'wechatpay-php', 'gopay', 'wechatpayv3', 'wechatpayv3-1']
const JAVA_BILL = 'billdownload.BillDownloadServiceExtension.getTradeBill(GetTradeBillRequest)'

const notRun = inject('notRun')

/**
 * A test for each kind of keys of some SDKs, with a mock whose clock stands still, and a merchant's program. Where a part stands for the rest, each SDK
 * has another kind than the one before it.
 */
function eachShop(ids: readonly string[], play: (shop: Shop) => Promise<void>): void {
  for (const [number, sdk] of sdks.filter(({ id }) => ids.includes(id)).entries()) {
    for (const keys of isRepresentative ? KEYS.filter((_, i) => i === number % 2) : KEYS) {
      const missing = notRun[sdk.id]
      const title = `${titleOf(sdk)}, ${keys}${missing ? `: not run: ${missing}` : ''}`
      test.skipIf(missing)(title, async ({ onTestFinished }) => {
        const mock = createMock({ seed: 'empty', clockStart: { frozen: true } })
        const server = await startServer({ mock, port: 0 })
        const receiver = await startReceiver(204)
        onTestFinished(() => Promise.all([server.close(), receiver.close()]).then(() => {}))
        const credentials = await server.control.createMerchant({ key_mode: keys })
        await using program = new Program(launchAtBaseUrl(sdk, sdk.program, credentials))
        await play({ id: sdk.id, mock, program, credentials, receiver })
      })
    }
  }
}

interface Shop {
  readonly id: string
  readonly mock: OpenedMock
  readonly program: Program
  readonly credentials: CredentialsJson
  readonly receiver: Receiver
}

/** The steps of a story as a program takes them. */
function takeAs({ program, credentials }: Shop, caller: Caller | undefined): Take {
  const { platform_public_key, platform_certificates } = credentials
  const keyId = platform_certificates[0]?.serial_no ?? platform_public_key?.id ?? ''
  return async (operation, input, expected = '200') => {
    const { name } = input
    const sealed = caller?.encrypts && name ? (await program.take('encrypt', { text: name })).answer?.text : name
    const named = name === undefined ? input : { ...input, name: sealed }
    const [method, ...given] = caller?.call(operation, named, keyId) ?? ['nobody says how calls are made']
    const { answer, refused, failed } = await program.take('call', { method, arguments: given })
    expect(failed).toBeUndefined()
    expectAnswer(refused?.status ?? 200, { ...refused, ...answer }, expected)
    return Object(answer)
  }
}

describe.concurrent('story 8 of pay-family.md 15 with an SDK, unmodified', () => {
  eachShop(Object.keys(SHARING), async (shop) => {
    const { id, mock, credentials, receiver } = shop
    const { control } = mock
    const supplier = await control.createMerchant({ name: '供货商有限公司' })
    const notices = async () => {
      await mock.outbox.idle()
      return receiver.received.map((one) => told(one, supplier.api_v3_key))
    }
    const take = takeAs(shop, SHARING[id])
    const { mchid } = credentials
    await shareOrders({ take, control, mchid, supplier, seal: (text) => text, told: { url: receiver.url, notices } })
  })
})

describe.concurrent('story 1 of product-coupon.md 15 with an SDK, unmodified', () => {
  eachShop(Object.keys(COUPONS), async (shop) => {
    const { id, mock, program, credentials, receiver } = shop
    const { url } = receiver
    const notices = async () => {
      await mock.outbox.idle()
      return Promise.all(receiver.received.map((one) => openedBy(program, one)))
    }
    const { mchid } = credentials
    await liveWithOrders({ take: takeAs(shop, COUPONS[id]), control: mock.control, mchid, shop: { url, notices } })
  })
})

/** A callback that a program opens with what its SDK has for it, and refuses if it was changed. */
async function openedBy(program: Program, received: Received) {
  const { body } = received
  const headers = Object.fromEntries(received.headers)
  const changed = await program.take('told', { headers, body: body.replace('"summary":"', '"summary":"~') })
  expect(changed).toEqual({ failed: expect.any(String) })
  const { event_type, resource } = JSON.parse(body)
  const { answer } = await program.take('told', { headers, body })
  return { event_type, original_type: resource.original_type, resource: answer }
}

describe.concurrent('a bill with an SDK, unmodified', () => {
  eachShop(['wechatpay-java', ...DOWNLOADERS], async ({ id, mock, program, credentials: { mchid } }) => {
    // Its bill is there at any time of the day.
    const bill_date = formatInstant(mock.clock.now() - 2 * 86_400_000).slice(0, 10)
    await mock.control.addOrder({ mchid, success_time: `${bill_date}T12:00:00+08:00` })
    const { answer, failed } =
      id === 'wechatpay-java'
        ? await program.take('call', { method: JAVA_BILL, arguments: [{ bill_date }] })
        : await program.take('trade_bill', { bill_date })
    expect(failed).toBeUndefined()
    const { hash_value, downloaded } = Object(answer)
    expect(downloaded).toBe(hash_value)
    const exchanges = await mock.control.journal({ mchid })
    expect(exchanges.at(-1)).toMatchObject({ operation: 'downloadBill', response: { status: 200 } })
  })
})
