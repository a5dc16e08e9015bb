import { OWN_RECEIVER } from '../engine/callbacks/own-receiver.ts'
import type { WireRequest } from '../engine/http-message.ts'
import type { Exchange } from '../engine/journal/journal.ts'
import type { Mock } from '../engine/mock.ts'
import type { SampleCall, StoryStep } from '../engine/product.ts'
import { appidOf } from './merchants.ts'
import { requestOf, sampleCall } from './sample-call.ts'
import { signAfresh } from './sign-afresh.ts'

/**
 * Plays the story of the first product that has one, or else its sample call, and then repeats its last call with a wrong signature.
 *
 * @returns its exchanges, in the order in which they ended
 */
export async function playStory(mock: Mock): Promise<Exchange[]> {
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
