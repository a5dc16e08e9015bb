import type { CredentialsJson } from '../../src/control/answer-format.ts'
import type { EventDescription } from '../../src/engine/callbacks/event.ts'
import { isEnvelope, open, type SealedValue } from '../../src/protocol/envelope.ts'
import { isJsonObject, type JsonObject, parseJsonObject } from '../../src/protocol/json-object.ts'
import { shortened, type Texts } from '../../src/shared/texts.ts'

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
    ...isNoText('id', contents.id, 36),
    ...isNoText('summary', contents.summary, 64),
  ]
}

/** Notes the `id` of callbacks, by which receivers know what they have already, and tells of one that another callback had. */
export function callbackIdCheck(): (contents: JsonObject, credentials: Pick<CredentialsJson, 'api_v3_key'>) => Texts[] {
  const subjects = new Map<string, string>()
  return ({ id, event_type, resource }, { api_v3_key }) => {
    if (typeof id !== 'string' || !isEnvelope(resource)) return []
    const subject = `${event_type} ${subjectOf(resource, api_v3_key)}`
    const before = subjects.get(id) ?? subject
    subjects.set(id, subject)
    if (before === subject) return []
    return [
      {
        en: `Its id is ${id}, which a callback about something else had: receivers would take it for the same.`,
        zh: `id 为 ${id}，与另一件事的回调相同，接收方会把它当成重复的回调。`,
      },
    ]
  }
}

/** Numbers of what a callback is about: one may have the same id whenever it is about the same. */
function subjectOf(resource: SealedValue, apiV3Key: string): string {
  const opened = open(resource, apiV3Key)
  const told = opened.ok ? Object.entries(parseJsonObject(Buffer.from(opened.plaintext)) ?? {}) : []
  return JSON.stringify(told.filter(([name]) => /_(?:no|id|code)$/.test(name)))
}

function isNot(name: string, value: unknown, right: string): Texts[] {
  return value === right ? [] : [unfit(name, value, { en: right, zh: right })]
}

function isNoText(name: string, value: unknown, max: number): Texts[] {
  if (typeof value === 'string' && value !== '' && value.length <= max) return []
  return [unfit(name, value, { en: `a text of 1 to ${max} characters`, zh: `1 至 ${max} 个字符的文本` })]
}

function unfit(name: string, value: unknown, right: Texts): Texts {
  if (value === undefined) return { en: `The callback has no ${name}.`, zh: `回调缺少 ${name}。` }
  const shown = shortened(JSON.stringify(value), 100)
  return {
    en: `${name} of the callback is ${shown}, and has to be ${right.en}.`,
    zh: `回调的 ${name} 为 ${shown}，应为 ${right.zh}。`,
  }
}
