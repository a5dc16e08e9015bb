import { z } from 'zod'
import type { Mock } from '../../engine/mock.ts'
import { refusalAt } from '../../protocol/errors.ts'
import { piecesOf } from '../../shared/pieces.ts'
import type { AnyExchangeJson, CredentialsJson } from '../answer-format.ts'
import { type CallContext, defineCall } from '../call.ts'
import { describeExchange } from '../describe-exchange.ts'
import { pactJson } from '../formats/overview.ts'
import { describeCredentials } from '../merchants.ts'
import type { RecordedContract } from '../pact-recorder.ts'
import { exportedExchanges, exportQuery, exportRefusals } from './export.ts'
import { exchangeParams, namedExchange } from './journal.ts'

const names = {
  consumer: z.string().min(1).max(100).optional().describe('wechatpay-client if left out'),
  provider: z.string().min(1).max(100).optional().describe('wechatpay if left out'),
}

export const exchangePact = defineCall({
  summary: 'A call as a Pact contract of specification 4, with the provider states that it needs, tried out before',
  params: exchangeParams,
  query: z.strictObject(names),
  answer: pactJson,
  refusals: {
    MOCK_EXCHANGE_UNKNOWN: 'the journal has no call with this id',
    MOCK_EXCHANGE_CALLBACK: 'it is a try to deliver a callback, and no call',
    MOCK_NO_CONTRACT: 'no contract can be made of it; the message says why',
  },
  async handle({ params: { id }, query }, context) {
    const found = await namedExchange(context.mock, id)
    if (found.callback) {
      throw refusalAt('/path/id', 'MOCK_EXCHANGE_CALLBACK', {
        en: `${id} is a try to deliver a callback: record a call.`,
        zh: `${id} 是一次回调的发送，不能录制成契约，请选择一个请求。`,
      })
    }
    const { pact, leftOut } = await record([found], query, context)
    const [unfit] = leftOut
    if (!unfit) return copyOf(pact)
    throw refusalAt('/path/id', 'MOCK_NO_CONTRACT', {
      en: `No contract can be made of ${id}: ${unfit.texts.en}.`,
      zh: `无法把 ${id} 录制成契约：${unfit.texts.zh}。`,
    })
  },
})

const leftOutJson = z
  .strictObject({
    id: z.string().describe('of the first: its Request-ID without the code behind the dash'),
    call: z.string().describe('method and path, or the event of a callback'),
    status: z.int().optional().describe('HTTP status of the answer'),
    reason: z.string(),
    times: z.int().min(1).describe('how many there are of this kind, for this reason'),
  })
  .meta({ id: 'LeftOut', description: 'calls or callbacks that no contract can be made of' })

export const journalPact = defineCall({
  summary: 'Calls and callbacks as one Pact contract, each kind once, and what was left out of it',
  query: exportQuery.extend(names),
  answer: z.strictObject({ pact: pactJson, left_out: z.array(leftOutJson) }).meta({ id: 'JournalPact' }),
  refusals: exportRefusals,
  async handle({ query: { consumer, provider, ...query } }, context) {
    const found = await exportedExchanges(context.mock, 'pact', query)
    const { pact, leftOut } = await record(found, { consumer, provider }, context)
    return {
      pact: copyOf(pact),
      left_out: leftOut.map(({ texts, ...one }) => ({ ...one, reason: texts[context.language] })),
    }
  },
})

async function record(
  exchanges: Awaited<ReturnType<typeof exportedExchanges>>,
  given: { readonly consumer?: string | undefined; readonly provider?: string | undefined },
  { mock, address, recorder, language }: CallContext,
): Promise<RecordedContract> {
  const described: AnyExchangeJson[] = []
  for await (const some of piecesOf(exchanges)) {
    described.push(...some.map((one) => describeExchange(one, mock.tables, language)))
  }
  return recorder(described, { ...given, language, credentialsOf: credentialsIn(mock, address.baseUrl) })
}

function credentialsIn(mock: Mock, baseUrl: string): (mchid: string) => Promise<CredentialsJson | undefined> {
  return async (mchid) => {
    const merchant = mock.merchants.find(mchid)
    return merchant && describeCredentials(mock, merchant, { baseUrl })
  }
}

function copyOf(pact: RecordedContract['pact']): z.input<typeof pactJson> {
  return { ...pact, interactions: pact.interactions.map((one) => ({ ...one })) }
}
