import type { CredentialsJson } from '../../src/control/answer-format.ts'
import type { EventDescription } from '../../src/engine/callbacks/event.ts'
import { isEnvelope, open, type SealedValue } from '../../src/wire/protocol/envelope.ts'
import { isJsonObject, type JsonObject, parseJsonObject } from '../../src/wire/protocol/json-object.ts'
import { shortened, type Texts } from '../../src/wire/shared/texts.ts'

/** The event of a callback, as far as its envelope tells it. */
type Told = Pick<EventDescription, 'eventType' | 'originalType'>

/**
 * The faults of the envelope of a callback, one sentence each. Receivers choose by it what to do before they open anything, whatever a contract says of
 * it, and SDKs refuse one without any of its members. What `associated_data` is makes no difference to them, as long as the resource opens with it.
 */
export function faultsOfEnvelope(contents: JsonObject, { eventType, originalType }: Told): Texts[] {
  const resource = isJsonObject(contents.resource) ? contents.resource : {}
  return [
    ...isNot('event_type', contents.event_type, eventType),
    ...isNot('resource_type', contents.resource_type, 'encrypt-resource'),
    ...isNot('resource.algorithm', resource.algorithm, 'AEAD_AES_256_GCM'),
    ...(originalType === '' ? [] : isNot('resource.original_type', resource.original_type, originalType)),
    ...isNoBase64('resource.ciphertext', resource.ciphertext),
    ...isNoText('id', contents.id, 36),
    ...isNoText('summary', contents.summary, 64),
  ]
}

/**
 * Notes the `id` of callbacks, by which receivers know what they have already, and the nonce that each is encrypted with, which must not serve for two
 * texts. Tells of one that a callback about something else had.
 */
export function callbackCheck(): (contents: JsonObject, credentials: Pick<CredentialsJson, 'api_v3_key'>) => Texts[] {
  const subjects = new Map<string, string>()
  const ciphertexts = new Map<string, string>()
  return ({ id, event_type, resource }, { api_v3_key }) => {
    if (typeof id !== 'string' || !isEnvelope(resource)) return []
    const isIdTaken = isTaken(subjects, id, `${event_type} ${subjectOf(resource, api_v3_key)}`)
    const isNonceTaken = isTaken(ciphertexts, resource.nonce, resource.ciphertext)
    return [
      ...(isIdTaken
        ? [
            {
              en: `Its id is ${id}, which a callback about something else had: receivers would take it for the same. Ids go on where a verification empties the world.`,
              zh: `id 为 ${id}，与另一件事的回调相同，接收方会把它当成重复的回调。验证清空数据后，id 不能从头开始。`,
            },
          ]
        : []),
      ...(isNonceTaken
        ? [
            {
              en: `resource.nonce is ${resource.nonce} again: AES-GCM protects nothing where two texts are encrypted with the same key and nonce.`,
              zh: `resource.nonce 又是 ${resource.nonce}：同一密钥下用同一个 nonce 加密两段内容，AES-GCM 就失去了保护作用。`,
            },
          ]
        : []),
    ]
  }
}

/** Notes what a value stands for, and tells whether it stood for something else before. */
function isTaken(known: Map<string, string>, value: string, meaning: string): boolean {
  const before = known.get(value) ?? meaning
  known.set(value, meaning)
  return before !== meaning
}

/**
 * The shop's numbers of what a callback is about: one may have the same id whenever it is about the same. WeChat Pay's own numbers are others in each
 * empty world.
 */
function subjectOf(resource: SealedValue, apiV3Key: string): string {
  const opened = open(resource, apiV3Key)
  const told = opened.ok ? Object.entries(parseJsonObject(Buffer.from(opened.plaintext)) ?? {}) : []
  return JSON.stringify(told.filter(([name]) => OF_THE_SHOP.test(name)))
}

const OF_THE_SHOP = /^(?:stock_id|coupon_code|out_\w+_no|combine_out_trade_no)$/

function isNot(name: string, value: unknown, right: string): Texts[] {
  return value === right ? [] : [unfit(name, value, { en: right, zh: right })]
}

function isNoText(name: string, value: unknown, max: number): Texts[] {
  if (typeof value === 'string' && value !== '' && value.length <= max) return []
  return [unfit(name, value, { en: `a text of 1 to ${max} characters`, zh: `1 至 ${max} 个字符的文本` })]
}

/** Node decodes base64 for URLs as well, and Java does not. */
function isNoBase64(name: string, value: unknown): Texts[] {
  if (typeof value !== 'string' || !/[-_]/.test(value)) return []
  return [unfit(name, value, { en: 'base64 with + and /', zh: '使用 + 和 / 的 base64' })]
}

function unfit(name: string, value: unknown, right: Texts): Texts {
  if (value === undefined) return { en: `The callback has no ${name}.`, zh: `回调缺少 ${name}。` }
  const shown = shortened(JSON.stringify(value), 100)
  return {
    en: `${name} of the callback is ${shown}, and has to be ${right.en}.`,
    zh: `回调的 ${name} 为 ${shown}，应为 ${right.zh}。`,
  }
}
