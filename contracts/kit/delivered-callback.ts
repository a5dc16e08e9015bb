import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import type { CredentialsJson } from '../../src/control/answer-format.ts'
import type { NextRequest } from '../../src/control/provider-states/state.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { isEnvelope, open } from '../../src/wire/protocol/envelope.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { isJsonObject, parseJson } from '../../src/wire/protocol/json-object.ts'
import { HOP_BY_HOP } from '../../src/wire/protocol/message.ts'
import { shortened, type Texts } from '../../src/wire/shared/texts.ts'
import { pairs, readAll } from './raw-http.ts'

/** A callback as it arrived at its receiver. */
export interface DeliveredCallback {
  /** JSON. */
  readonly contents: unknown
  readonly body: Buffer
  /** Header fields in their original spelling, except those of the connection. */
  readonly metadata: Readonly<Record<string, string>>
}

interface ArrivedCallback extends DeliveredCallback {
  /** Method and target. */
  readonly call: string
}

/**
 * Has the mock deliver a callback of an event, about something in its state, to a receiver on this machine.
 *
 * @param mchid recipient. Default: the well-known merchant
 * @param repeated whether it is delivered twice; the second is the answer
 * @throws UsageError `MOCK_MESSAGE_UNDELIVERED` if it does not arrive, is not posted as JSON to the URL, or comes again
 * with other contents or the same signature
 */
export async function deliveredCallback(
  control: MockControl,
  eventType: string,
  { mchid, repeated = false }: Pick<NextRequest, 'mchid' | 'repeated'>,
): Promise<DeliveredCallback> {
  const arrived: ArrivedCallback[] = []
  const receiver = createServer((incoming, outgoing) => {
    readAll(incoming).then(
      (body) => {
        arrived.push({
          call: `${incoming.method} ${incoming.url}`,
          contents: parseJson(body),
          body,
          metadata: Object.fromEntries(pairs(incoming.rawHeaders).filter(([name]) => !isOfConnection(name))),
        })
        outgoing.writeHead(204).end()
      },
      () => outgoing.destroy(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    receiver.once('error', reject)
    receiver.listen(0, '127.0.0.1', resolve)
  })
  try {
    const { port } = receiver.address() as AddressInfo
    const url = `http://127.0.0.1:${port}${PATH}`
    const { id, attempts } = await control.sendNotification({
      event_type: eventType,
      url,
      ...(mchid !== undefined && { mchid }),
    })
    if (repeated) await control.sendNotification({ id })
    const callback = arrived.at(-1)
    if (!callback) throw undelivered(eventType, `${attempts.at(-1)?.error ?? ''} (${url})`)
    if (callback.call !== `POST ${PATH}`) throw new UsageError('MOCK_MESSAGE_UNDELIVERED', notPosted(callback.call))
    if (!isJsonObject(callback.contents)) throw unreadable(eventType, shortened(callback.body.toString(), 100))
    const [first = callback] = arrived
    if (!isDeepStrictEqual(unsealed(first), unsealed(callback)))
      throw new UsageError('MOCK_MESSAGE_UNDELIVERED', COMES_AS_ANOTHER)
    if (first !== callback && nonceOf(first) === nonceOf(callback))
      throw new UsageError('MOCK_MESSAGE_UNDELIVERED', SIGNED_ONCE)
    return callback
  } finally {
    receiver.close()
    receiver.closeAllConnections()
  }
}

/** With a query, which some senders lose. */
const PATH = '/notify?of=contract'

/** A callback without what is encrypted, which a server may encrypt anew for each attempt. */
function unsealed({ contents }: DeliveredCallback): unknown {
  const { resource, ...others } = isJsonObject(contents) ? contents : {}
  const { ciphertext: _, nonce: __, ...rest } = isJsonObject(resource) ? resource : {}
  return { ...others, resource: rest }
}

function nonceOf({ metadata }: DeliveredCallback): string | undefined {
  return Object.entries(metadata).find(([name]) => /^wechatpay-nonce$/i.test(name))?.[1]
}

/** Header fields about the connection rather than the callback. */
function isOfConnection(name: string): boolean {
  return HOP_BY_HOP.has(name.toLowerCase()) || /^(?:host|content-length)$/i.test(name)
}

/** @param why in the language of the control */
function undelivered(eventType: string, why: string): UsageError {
  return new UsageError('MOCK_MESSAGE_UNDELIVERED', {
    en: `The callback ${eventType} did not arrive here; the mock has to run on this machine: ${why}`,
    zh: `回调 ${eventType} 没有送达本机，模拟服务须在本机运行：${why}`,
  })
}

function unreadable(eventType: string, body: string): UsageError {
  return new UsageError('MOCK_MESSAGE_UNDELIVERED', {
    en: `The callback ${eventType} arrived with a body that is no JSON object: ${body}`,
    zh: `回调 ${eventType} 的请求体不是 JSON 对象：${body}`,
  })
}

const notPosted = (call: string): Texts => ({
  en: `The callback came as ${call}, and has to be posted to the URL that was given.`,
  zh: `回调应 POST 到所给的地址，实际为 ${call}。`,
})

/** Receivers know by its id whether they have a callback already. */
const COMES_AS_ANOTHER: Texts = {
  en: 'The callback comes again with other contents than before.',
  zh: '再次发送的回调与之前的内容不同。',
}

/** Receivers may refuse a nonce that they have seen. */
const SIGNED_ONCE: Texts = {
  en: 'The callback comes again without being signed anew.',
  zh: '再次发送的回调没有重新签名。',
}

/** Fault of a callback whose `resource` the merchant cannot open. */
export const RESOURCE_SEALED_WRONGLY: Texts = {
  en: 'resource does not open with the APIv3 key.',
  zh: 'resource 无法用 APIv3密钥解密。',
}

/**
 * The plaintext of a callback: JSON.
 *
 * @throws UsageError `MOCK_MESSAGE_UNDELIVERED` if it does not open with the merchant's APIv3 key, or is not JSON
 */
export function plaintextOf({ contents }: DeliveredCallback, { api_v3_key }: CredentialsJson): unknown {
  const resource = isJsonObject(contents) ? contents.resource : undefined
  const opened = isEnvelope(resource) ? open(resource, api_v3_key) : undefined
  if (!opened?.ok) throw new UsageError('MOCK_MESSAGE_UNDELIVERED', RESOURCE_SEALED_WRONGLY)
  const plaintext = parseJson(opened.plaintext)
  if (plaintext !== undefined) return plaintext
  throw new UsageError('MOCK_MESSAGE_UNDELIVERED', {
    en: 'What is sealed in resource is no JSON.',
    zh: 'resource 解密后不是 JSON。',
  })
}
