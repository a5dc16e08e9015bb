import { z } from 'zod'
import { UsageError } from '../../protocol/errors.ts'
import { defineCall } from '../call.ts'
import { describeExchange } from '../describe-exchange.ts'
import { pactJson } from '../formats/overview.ts'
import { describeCredentials } from '../merchants.ts'
import { exchangeParams, namedExchange } from './journal.ts'

export const exchangePact = defineCall({
  summary: 'A call as a Pact contract of specification 4, with the provider states that it needs, tried out before',
  params: exchangeParams,
  query: z.strictObject({
    consumer: z.string().min(1).max(100).optional().meta({ description: 'wechatpay-client if left out' }),
    provider: z.string().min(1).max(100).optional().meta({ description: 'wechatpay if left out' }),
  }),
  answer: pactJson,
  refusals: {
    MOCK_EXCHANGE_UNKNOWN: 'the journal has no call with this id',
    MOCK_EXCHANGE_CALLBACK: 'it is a try to deliver a callback, and no call',
    MOCK_NO_CONTRACT: 'no contract can be made of it; the message says why',
  },
  async handle({ params: { id }, query: names }, { mock, address, recorder, language }) {
    const found = await namedExchange(mock, id)
    if (found.callback) {
      throw new UsageError(
        'MOCK_EXCHANGE_CALLBACK',
        {
          en: `${id} is a try to deliver a callback: record a call.`,
          zh: `${id} 是一次回调的发送，不能录制成契约，请选择一个请求。`,
        },
        { path: '/path/id' },
      )
    }
    const recording = await recorder(describeExchange(found, mock.tables, language), {
      ...names,
      language,
      async credentialsOf(mchid) {
        const merchant = mock.merchants.find(mchid)
        return merchant && describeCredentials(mock, merchant, { baseUrl: address.baseUrl })
      },
    })
    if ('pact' in recording) {
      const { pact } = recording
      return { ...pact, interactions: pact.interactions.map((one) => ({ ...one })) }
    }
    throw new UsageError(
      'MOCK_NO_CONTRACT',
      {
        en: `No contract can be made of ${id}: ${recording.unfit.en}.`,
        zh: `无法把 ${id} 录制成契约：${recording.unfit.zh}。`,
      },
      { path: '/path/id' },
    )
  },
})
