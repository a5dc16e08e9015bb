import { z } from 'zod'
import { wasNotLetIn } from '../../engine/exchange/authentication-checks.ts'
import type { WireRequest } from '../../engine/http-message.ts'
import { type Exchange, KEPT_BODY_BYTES } from '../../engine/journal/journal.ts'
import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Mock } from '../../engine/mock.ts'
import { UsageError } from '../../protocol/errors.ts'
import { type ClientAddress, defineCall } from '../call.ts'
import { curlCommand } from '../curl-command.ts'
import { describeExchange } from '../describe-exchange.ts'
import { requestOf, sampleCall } from '../sample-call.ts'
import { signAfresh } from '../sign-afresh.ts'
import { exchangeParams, namedExchange, oneExchangeJson } from './journal.ts'

const refusals = { MOCK_EXCHANGE_UNKNOWN: 'the journal has no call with this id' } as const
const REPEAT_REFUSALS = {
  MOCK_EXCHANGE_CALLBACK: 'it is a try to deliver a callback, and no call',
  MOCK_EXCHANGE_CUT: 'its body is longer than the journal keeps',
} as const

const curlJson = z
  .strictObject({ command: z.string().meta({ description: 'for bash and zsh' }) })
  .meta({ id: 'CurlCommand' })

export const replayExchange = defineCall({
  summary: 'Send a call once more, signed afresh for who sent it; answers with the new exchange',
  params: exchangeParams,
  query: z.strictObject({
    unauthenticated: z
      .literal('sign')
      .optional()
      .meta({ description: 'sign the call even though it was refused as unauthenticated' }),
  }),
  bodyOptional: true,
  body: z.strictObject({}),
  status: 201,
  answer: oneExchangeJson,
  refusals: {
    ...refusals,
    ...REPEAT_REFUSALS,
    MOCK_EXCHANGE_UNAUTHENTICATED: {
      status: 409,
      when: 'the call was refused as unauthenticated, and unauthenticated=sign is not given',
    },
  },
  async handle({ params: { id }, query: { unauthenticated } }, { mock, language }) {
    const exchange = await namedExchange(mock, id)
    const { request, merchant } = repeatable(mock, exchange)
    // Anybody may have sent it; signed afresh, it would be the merchant's.
    if (unauthenticated !== 'sign' && wasNotLetIn(exchange)) throw unauthenticatedCall(exchange, merchant)
    const signed = await signAfresh(mock, merchant, request)
    const made: Exchange[] = []
    const stop = mock.journal.subscribe((exchange) => {
      if (exchange.request === signed) made.push(exchange)
    })
    await mock.handle(signed).finally(stop)
    const [repeat] = made
    if (!repeat) throw new Error('The journal did not hear of the call')
    return describeExchange(repeat, mock.tables, language)
  },
})

export const exchangeCurl = defineCall({
  summary: 'A call as a curl command, signed afresh for five minutes or as it was sent',
  params: exchangeParams,
  query: z.strictObject({
    signature: z.enum(['afresh', 'as_sent']).optional().meta({ description: 'afresh if left out' }),
  }),
  answer: curlJson,
  refusals: { ...refusals, ...REPEAT_REFUSALS },
  async handle({ params: { id }, query: { signature = 'afresh' } }, { mock, address }) {
    const { request, merchant } = repeatable(mock, await namedExchange(mock, id))
    const sent = signature === 'as_sent' ? request : await signAfresh(mock, merchant, request)
    return { command: curlCommand(sent, address.baseUrl) }
  },
})

export const sampleCurl = defineCall({
  summary: 'A first call to try, signed for the well-known merchant, as a curl command that works for five minutes',
  answer: curlJson,
  handle: async (_, { mock, address }) => ({ command: await sampleCommand(mock, address) }),
})

async function sampleCommand(mock: Mock, { baseUrl }: ClientAddress): Promise<string> {
  const request = requestOf(await sampleCall(mock))
  return curlCommand(await signAfresh(mock, mock.defaultMerchant, request), baseUrl)
}

function unauthenticatedCall({ id }: Exchange, { mchid }: Merchant): UsageError {
  return new UsageError(
    'MOCK_EXCHANGE_UNAUTHENTICATED',
    {
      en: `${id} was not let in, so anyone could have sent it, and a replay would be signed as merchant ${mchid}. If the call is yours, replay it with ?unauthenticated=sign ({ unauthenticated: 'sign' }).`,
      zh: `${id} 未通过验签，可能由任何人发出，而重放会以商户 ${mchid} 的身份签名。如果是您发出的，请加上 ?unauthenticated=sign（{ unauthenticated: 'sign' }）再重放。`,
    },
    { path: '/path/id' },
  )
}

/** The request of an exchange, and who signs its repeat: the merchant it claims to be from, else the well-known one. */
function repeatable(
  mock: Mock,
  { id, callback, request, mchid }: Exchange,
): { readonly request: WireRequest; readonly merchant: Merchant } {
  if (callback) {
    throw new UsageError(
      'MOCK_EXCHANGE_CALLBACK',
      {
        en: `${id} is a try to deliver a callback: repeat it with POST /_mock/notifications {"id":"${callback.id}"}.`,
        zh: `${id} 是一次回调的发送，重新发送请用 POST /_mock/notifications {"id":"${callback.id}"}。`,
      },
      { path: '/path/id' },
    )
  }
  if (request.body.length >= KEPT_BODY_BYTES) {
    throw new UsageError(
      'MOCK_EXCHANGE_CUT',
      {
        en: `The journal keeps ${KEPT_BODY_BYTES} bytes of a body, and ${id} has more: send it from your client again.`,
        zh: `请求记录只保留报文主体的前 ${KEPT_BODY_BYTES} 字节，而 ${id} 更长：请由客户端重新发送。`,
      },
      { path: '/path/id' },
    )
  }
  const merchant = mchid === undefined ? undefined : mock.merchants.find(mchid)
  return { request, merchant: merchant ?? mock.defaultMerchant }
}
