import { describe, expect, inject, test } from 'vitest'
import { fillPath } from '../../../src/testing/merchant-client.ts'
import { startServer } from '../../../src/transports/node-server.ts'
import { createMock } from '../../helpers/engine.ts'
import { startReceiver } from '../../helpers/receiver.ts'
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

const CALLERS: Readonly<Record<string, Caller>> = {
  'wechatpay-java': byName(JAVA),
  'wechatpay-go': byName(GO),
  'wechatpay-axios-plugin': byPath('params', (body, options) => [body, options]),
  'wechatpay-php': byPath('query', (json, options) => [{ ...options, json }]),
}

const notRun = inject('notRun')
const planned = Object.entries(CALLERS).flatMap(([id, caller]) => {
  const sdk = sdks.find((one) => one.id === id)
  if (!sdk) throw new Error(`No SDK ${id}`)
  return KEYS.map((keys) => ({ sdk, caller, keys }))
})

describe.concurrent('story 8 of pay-family.md 15 with an SDK, unmodified', () => {
  for (const { sdk, caller, keys } of planned) {
    const missing = notRun[sdk.id]
    const title = `${titleOf(sdk)}, ${keys}${missing ? `: not run: ${missing}` : ''}`
    test.skipIf(missing)(title, async ({ onTestFinished }) => {
      const mock = createMock({ seed: 'empty', clockStart: { frozen: true } })
      const { control } = mock
      const server = await startServer({ mock, port: 0 })
      const receiver = await startReceiver(204)
      onTestFinished(() => Promise.all([server.close(), receiver.close()]).then(() => {}))
      const credentials = await server.control.createMerchant({ key_mode: keys })
      const supplier = { name: '供货商有限公司', ...(await control.createMerchant({ name: '供货商有限公司' })) }
      await using program = new Program(launchAtBaseUrl(sdk, sdk.program, credentials))
      const key = keys === 'public-key' ? credentials.platform_public_key?.id : undefined
      const keyId = key ?? credentials.platform_certificates[0]?.serial_no ?? ''

      const take: Take = async (operation, input, expected = '200') => {
        const { name } = input
        const sealed = caller.encrypts && name ? (await program.take('encrypt', { text: name })).answer?.text : name
        const named = name === undefined ? input : { ...input, name: sealed }
        const [method, ...given] = caller.call(operation, named, keyId)
        const { answer, refused, failed } = await program.take('call', { method, arguments: given })
        expect(failed).toBeUndefined()
        expectAnswer(refused?.status ?? 200, { ...refused, ...answer }, expected)
        return Object(answer)
      }
      const notices = async () => {
        await mock.outbox.idle()
        return receiver.received.map((one) => told(one, supplier.api_v3_key))
      }
      const { mchid } = credentials
      await shareOrders({ take, control, mchid, supplier, seal: (text) => text, told: { url: receiver.url, notices } })
    })
  }
})
