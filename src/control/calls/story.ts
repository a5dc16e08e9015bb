import { z } from 'zod'
import { OWN_RECEIVER } from '../../engine/callbacks/callback-sender.ts'
import type { WireRequest } from '../../engine/http-message.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import type { SampleCall, StoryStep } from '../../engine/product.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { defineCall } from '../call.ts'
import { exchangeSummaryJson, summarizeExchange } from '../formats/exchange-summary.ts'
import { requestOf, sampleCall, signAfresh } from './exchanges.ts'
import { appidOf } from './merchants.ts'

export const playStory = defineCall({
  summary:
    'Play a short story for people to look at, with things of its own: calls of the well-known merchant, one of them refused and one wrongly signed, and a callback, which the mock takes itself; answers with these exchanges in their order',
  bodyOptional: true,
  body: z.strictObject({}),
  status: 201,
  answer: z.array(exchangeSummaryJson),
  refusals: {
    MOCK_STORY_FAULTS: { status: 409, when: 'faults are planned, which the story would use up' },
  },
  async handle(_, { mock, language }) {
    const { length } = mock.faults.planned
    if (length > 0) {
      throw new UsageError('MOCK_STORY_FAULTS', {
        en: `The story would meet the ${length === 1 ? 'planned fault' : `${length} planned faults`}, meant for your own calls: let it come to pass, or DELETE /_mock/faults, and play the story then.`,
        zh: `有 ${length} 条故障规则仍有效，会被示例流程的请求触发：请等它们触发完，或用 DELETE /_mock/faults 清除，再播放示例流程。`,
      })
    }
    return (await play(mock)).map((exchange) => summarizeExchange(mock, exchange, language))
  },
})

/**
 * Plays the story of the first product that has one, or else its sample call, and then repeats its last call with a wrong signature.
 *
 * @returns its exchanges, in the order in which they ended
 */
async function play(mock: Mock): Promise<Exchange[]> {
  const notifyUrl = `${OWN_RECEIVER}${mock.ids.nonce()}`
  const sent = new Set<WireRequest>()
  const played: Exchange[] = []
  const stop = mock.journal.subscribe((exchange) => {
    if (sent.has(exchange.request) || exchange.request.target === notifyUrl) played.push(exchange)
  })
  const send = async (request: WireRequest) => {
    sent.add(request)
    await mock.handle(request)
  }
  try {
    let last: SampleCall | undefined
    for (const step of await storyOf(mock, notifyUrl)) {
      if ('call' in step) {
        last = step.call
        await send(await signAfresh(mock, mock.defaultMerchant, requestOf(step.call)))
        continue
      }
      const surroundings = { now: mock.clock.now(), ids: mock.ids }
      await mock.store.transaction((tx) => step.happens(tx, surroundings))
      await mock.outbox.idle()
    }
    if (last) await send(await signedWrongly(mock, requestOf(last)))
  } finally {
    stop()
  }
  return played
}

async function storyOf(mock: Mock, notifyUrl: string): Promise<readonly StoryStep[]> {
  const { clock, defaultMerchant, ids, settings } = mock
  const { mchid } = defaultMerchant
  const context = { mchid, now: clock.now(), settings, ids, appid: appidOf(defaultMerchant), notifyUrl }
  const teller = mock.products.find(({ story }) => story !== undefined)
  const steps = await mock.store.transaction(async (tx) => teller?.story?.(tx, context))
  return steps ?? [{ call: await sampleCall(mock) }]
}

/** A typical mistake of shops: the body was serialised again after signing; without a body, another path was signed. */
async function signedWrongly(mock: Mock, request: WireRequest): Promise<WireRequest> {
  const { target, body } = request
  if (body.length === 0) {
    return { ...(await signAfresh(mock, mock.defaultMerchant, { ...request, target: `${target}/` })), target }
  }
  // Python's default: a space after every colon and comma.
  const spaced = Buffer.from(body)
    .toString()
    .replaceAll(/(?<=")[:,](?=")/g, '$& ')
  return { ...(await signAfresh(mock, mock.defaultMerchant, request)), body: Buffer.from(spaced) }
}
