import { z } from 'zod'
import { wellKnownIdentity } from '../../control/identity/well-known.ts'
import {
  type CallbackRequest,
  callbackBody,
  callbackRequest,
  obstacleTo,
  plainHost,
  type SendResult,
  sendCallback,
} from '../../engine/callbacks/callback.ts'
import { createCallbackSender } from '../../engine/callbacks/callback-sender.ts'
import { merged, nameOfEvent, sampleNotification, unknownMembers } from '../../engine/callbacks/event.ts'
import { explainAttempt, isTaken } from '../../engine/callbacks/notification.ts'
import { systemClock } from '../../engine/clock.ts'
import { createIds } from '../../engine/ids.ts'
import type { KeyMode, PlatformKey } from '../../engine/keys/merchants.ts'
import type { Product } from '../../engine/product.ts'
import { EVENT_TYPES, eventNamed, events, products } from '../../products/index.ts'
import { isJsonObject, type JsonObject } from '../../wire/protocol/json-object.ts'
import { nearestWord } from '../../wire/shared/texts.ts'
import { defines, usageError } from '../command.ts'
import { nameOf, parseJson, readBytes } from '../files.ts'
import { allowCallbackHostOption, choiceOption, option, wholeNumber } from '../options.ts'
import { oneLine, print, printJson } from '../output.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    'Makes a callback of an event, signed by the platform and sealed with the APIv3 key of the well-known merchant, sends it, and shows what was sent. Needs no server. Exit code 1 when the receiver did not accept it.',
  event: 'what happened, such as COUPON.SEND or COMPLAINT.CREATE',
  eventOption: 'the event, in place of the first word',
  to: 'where it is sent to; other machines need --allow-callback-host',
  url: 'the same as --to',
  set: 'a member of what is sealed: order.amount=5; as often as you like',
  list: 'list the events of every product',
  resource: 'members of what is sealed, at any depth, as JSON or in a file; the rest is filled in, null leaves one out',
  keyMode: 'key that signs it; certificate for a receiver that knows no public key',
  times: 'how often it is sent: each repeat has the same id, and a signature of its own',
  after: `wechatpay-mock notify COUPON.SEND --to http://127.0.0.1:3000/notify
wechatpay-mock notify COMPLAINT.CREATE --to http://127.0.0.1:3000/notify --set complaint_id=1 --set action_type=USER_RESPONSE
wechatpay-mock notify TRANSACTION.SUCCESS --to http://127.0.0.1:3000/notify --resource '{"amount":{"total":500}}'`,
  incomplete:
    'Say what happened and where it goes: wechatpay-mock notify COUPON.SEND --to http://127.0.0.1:3000/notify; --list shows all events',
  eventTwice: 'Give the event once: as the first word, or with --event',
  toTwice: 'Give --to or --url, not both',
  unknownEvent: (event: string, meant: string | undefined): string =>
    `There is no event ${event}${meant === undefined ? ':' : `; did you mean ${meant}?`} wechatpay-mock notify --list shows all`,
  badSet: (set: string): string => `--set "${set}": use MEMBER=VALUE, such as order.amount=5`,
  badMember: (path: string, kind: string): string => `--set: ${path} is ${kind}`,
  kinds: {
    text: 'text',
    number: 'a number',
    boolean: 'true or false',
    object: 'an object: give its members, or JSON',
    list: 'a list: give it as JSON',
  },
  badUrl: (url: string): string => `"${url}" is not an http or https address`,
  noObject: (name: string): string => `${name}: a JSON object is needed`,
  unknownMembers: (event: string, members: readonly string[]): string =>
    `${event} has no ${members.join(', ')} here: sent as given`,
  sealed: 'Sealed in it:',
  replied: (status: number, taken: boolean, body: string): string =>
    `Reply ${status}: ${taken ? 'accepted' : 'not accepted, only 200 and 204 are'}${body === '' ? '' : `\n${body}`}`,
  noReply: (why: string): string => `No reply: ${why}`,
}

const zh: typeof en = {
  description:
    '按事件生成回调，用平台密钥签名，用内置商户的 APIv3密钥加密，发送后显示发出的内容，不需要启动模拟服务。接收方没有接受时退出码为 1。',
  event: '发生的事件，如 COUPON.SEND、COMPLAINT.CREATE',
  eventOption: '事件，代替第一个参数',
  to: '发往的地址；其他机器须用 --allow-callback-host 允许',
  url: '与 --to 相同',
  set: '加密内容的一个字段，如 order.amount=5；可多次使用',
  list: '列出各产品的事件',
  resource: '加密内容的字段（任意层级），JSON 或文件；未写的自动补全，null 表示去掉该字段',
  keyMode: '签名所用的密钥；接收方只有平台证书时用 certificate',
  times: '发送次数：每次重发 id 相同，签名不同',
  after: `wechatpay-mock notify COUPON.SEND --to http://127.0.0.1:3000/notify
wechatpay-mock notify COMPLAINT.CREATE --to http://127.0.0.1:3000/notify --set complaint_id=1 --set action_type=USER_RESPONSE
wechatpay-mock notify TRANSACTION.SUCCESS --to http://127.0.0.1:3000/notify --resource '{"amount":{"total":500}}'`,
  incomplete:
    '请写明事件和地址：wechatpay-mock notify COUPON.SEND --to http://127.0.0.1:3000/notify；--list 可列出全部事件',
  eventTwice: '事件只需写一次：作为第一个参数，或用 --event',
  toTwice: '--to 与 --url 只能选其一',
  unknownEvent: (event, meant) =>
    `没有事件 ${event}${meant === undefined ? '：' : `，是否应为 ${meant}？`}wechatpay-mock notify --list 可列出全部事件`,
  badSet: (set) => `--set “${set}”：请写成 字段=值，如 order.amount=5`,
  badMember: (path, kind) => `--set：${path} 应为${kind}`,
  kinds: {
    text: '文本',
    number: '数字',
    boolean: ' true 或 false',
    object: '对象：请给出其中的字段，或写成 JSON',
    list: '数组：请写成 JSON',
  },
  badUrl: (url) => `“${url}”不是 http 或 https 地址`,
  noObject: (name) => `${name}：应为 JSON 对象`,
  unknownMembers: (event, members) => `${event} 在此没有 ${members.join('、')}，按原样发送`,
  sealed: '加密前的内容：',
  replied: (status, taken, body) =>
    `应答 ${status}：${taken ? '已接受' : '未接受，只有 200 和 204 表示接受'}${body === '' ? '' : `\n${body}`}`,
  noReply: (why) => `没有应答：${why}`,
}

const texts = { en, zh }

/** Prints every event by its product, with its meaning. */
async function listEvents(json: boolean | undefined, language: Language): Promise<void> {
  const listed = events.map((event) => {
    const own = products.find((product: Product) => product.events?.includes(event))
    return { name: nameOfEvent(event), event, product: event.product ?? own }
  })
  if (json) {
    return printJson(
      listed.map(({ name, event, product }) => ({
        event_type: name,
        served: event.shaped ? 'shaped' : 'simulated',
        product: product?.id,
        label: event.label[language],
      })),
    )
  }
  const width = Math.max(...listed.map(({ name }) => name.length))
  const parts = [...Map.groupBy(listed, ({ product }) => product)].map(([product, own]) =>
    [
      product?.title[language],
      ...own.map(({ name, event }) => `  ${name.padEnd(width)}  ${event.label[language]}`),
    ].join('\n'),
  )
  await print(`${parts.join('\n\n')}\n`)
}

/**
 * Adds a member in the notation of `--set`: `order.amount=5`. If the resource has a number, a boolean, an object or a list there, the value is JSON;
 * any other value is taken literally.
 *
 * @throws UsageError for a value of another type, and for a member inside a list
 */
export function withMember(members: JsonObject, set: string, resource: z.ZodType, language: Language): JsonObject {
  const own = texts[language]
  const [, path = '', text = ''] = /^([^=]+)=(.*)$/s.exec(set) ?? []
  const names = path.split('.')
  if (names.includes('')) throw usageError(own.badSet(set))
  let schema: z.core.$ZodType | undefined = resource
  for (const [i, name] of names.entries()) {
    if (kindOf(schema) === 'list') throw usageError(own.badMember(names.slice(0, i).join('.'), own.kinds.list))
    schema = memberOf(schema, name)
  }
  const kind = kindOf(schema)
  const value = kind === 'text' ? text : jsonIn(text)
  if (!KINDS[kind](value)) throw usageError(own.badMember(path, own.kinds[kind]))
  return merged(members, Object(names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)))
}

/** Kinds of members, each with its test. */
const KINDS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  object: isJsonObject,
  list: Array.isArray,
}

type Kind = keyof typeof texts.en.kinds

function kindOf(schema: z.core.$ZodType | undefined): Kind {
  if (schema instanceof z.ZodOptional) return kindOf(schema.unwrap())
  if (schema instanceof z.ZodNumber) return 'number'
  if (schema instanceof z.ZodBoolean) return 'boolean'
  if (schema instanceof z.ZodArray) return 'list'
  return schema instanceof z.ZodObject ? 'object' : 'text'
}

function memberOf(schema: z.core.$ZodType | undefined, name: string): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional) return memberOf(schema.unwrap(), name)
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((option) => memberOf(option, name)).find((member) => member !== undefined)
  }
  return schema instanceof z.ZodObject && Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Text that is not JSON can only be a string.
    return text
  }
}

interface NotifyOptions {
  readonly event?: string
  readonly to?: string
  readonly url?: string
  readonly set?: readonly string[]
  readonly resource?: string
  readonly list?: boolean
  readonly keyMode: Exclude<KeyMode, 'both'>
  readonly times: number
  readonly allowCallbackHost?: readonly string[]
  readonly json?: boolean
}

const APPID = 'wx0000000000000001'

export const define = defines(texts, (command, own, language) => {
  command
    .argument('[event]', own.event)
    .option('--to <url>', own.to)
    .option('--set <member=value>', own.set, (set, before: readonly string[] = []) => [...before, set])
    .option('--resource <file|json>', own.resource)
    .option('--event <type>', own.eventOption)
    .option('--url <url>', own.url)
    .option('--list', own.list)
    .addOption(
      choiceOption('--key-mode <mode>', own.keyMode, ['public-key', 'certificate'], language).default('public-key'),
    )
    .addOption(option('--times <number>', own.times, wholeNumber(1, 100, language)).default(1))
    .addOption(allowCallbackHostOption(language))
    .action(async (event: string | undefined) => {
      const options = command.opts<NotifyOptions>()
      await (options.list ? listEvents(options.json, language) : notify(event, options, language))
    })
})

interface Try {
  readonly request: CallbackRequest
  readonly result: SendResult
}

async function notify(word: string | undefined, options: NotifyOptions, language: Language): Promise<void> {
  const own = texts[language]
  const { keyMode, times, allowCallbackHost = [], set = [], json } = options
  if (word !== undefined && options.event !== undefined) throw usageError(own.eventTwice)
  if (options.to !== undefined && options.url !== undefined) throw usageError(own.toTwice)
  const { event = word, to: url = options.url } = options
  if (event === undefined || url === undefined) throw usageError(own.incomplete)
  if (!EVENT_TYPES.includes(event)) throw usageError(own.unknownEvent(event, nearestWord(event, EVENT_TYPES)))
  checkUrl(url, allowCallbackHost, language)
  const { merchant, platform } = wellKnownIdentity()
  const ids = createIds()
  const createdAt = systemClock.now()
  const described = eventNamed(event)
  const given = set.reduce<JsonObject>(
    (members, one) => withMember(members, one, described.resource, language),
    await membersOf(options.resource, language),
  )
  const unknown = unknownMembers(described, given)
  const warnings = unknown.length > 0 ? [own.unknownMembers(event, unknown)] : []
  if (!json) for (const warning of warnings) process.stderr.write(`wechatpay-mock: ${oneLine(warning)}\n`)
  const sample = sampleNotification(described, { url, mchid: merchant.mchid, appid: APPID, now: createdAt, ids }, given)
  const callback = { ...sample, id: ids.uuid(), createdAt, resource: JSON.stringify(sample.resource) }
  const body = callbackBody(callback, merchant.apiV3Key)
  const key: PlatformKey = keyMode === 'public-key' ? platform.publicKey : platform.certificates[0]
  const send = createCallbackSender()

  const tries: Try[] = []
  for (let i = 0; i < times; i++) {
    const at = systemClock.now()
    const request = await callbackRequest({ url, body }, { key, ids, at, requestId: ids.requestId() })
    const made = { request, result: await sendCallback(send, request) }
    tries.push(made)
    if (!wasTaken(made)) process.exitCode = 1
    if (!json) await print(`${shownTry(made, callback.resource, language)}\n`)
  }
  if (json) {
    await printJson({
      id: callback.id,
      event_type: event,
      url,
      resource: sample.resource,
      warnings,
      tries: tries.map((one) => jsonOf(one, language)),
    })
  }
}

/** @throws UsageError for text that is not an address, and for a host that is not allowed */
function checkUrl(url: string, allowed: readonly string[], language: Language): void {
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw usageError(texts[language].badUrl(url))
  if (obstacleTo(url, new Set(allowed.map(plainHost)))) {
    throw usageError(commonTexts[language].callbackHosts.notAllowed(plainHost(parsed.hostname)))
  }
}

/** Reads the members of `--resource`: JSON, or a file that contains it. */
async function membersOf(given: string | undefined, language: Language): Promise<JsonObject> {
  if (given === undefined) return {}
  const inline = given.trimStart().startsWith('{')
  const name = inline ? '--resource' : nameOf(given, language)
  const text = inline ? given : (await readBytes(given, language)).toString('utf8')
  const value = parseJson(text, name, language)
  if (!isJsonObject(value)) throw usageError(texts[language].noObject(name))
  return value
}

function wasTaken({ result }: Try): boolean {
  return 'reply' in result && isTaken(result.reply.status)
}

/** Text about an attempt: the request, the sealed resource, and the result. */
function shownTry({ request, result }: Try, resource: string, language: Language): string {
  const own = texts[language]
  return [
    `POST ${request.url}`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    '',
    Buffer.from(request.body).toString('utf8'),
    '',
    own.sealed,
    resource,
    '',
    'reply' in result
      ? own.replied(
          result.reply.status,
          isTaken(result.reply.status),
          oneLine(Buffer.from(result.reply.body).toString()),
        )
      : own.noReply(explainAttempt(result.reason)[language]),
    '',
  ].join('\n')
}

function jsonOf(made: Try, language: Language): unknown {
  const { request, result } = made
  return {
    taken: wasTaken(made),
    ...('reply' in result
      ? { status: result.reply.status, reply: Buffer.from(result.reply.body).toString('utf8') }
      : { error: explainAttempt(result.reason)[language] }),
    headers: Object.fromEntries(request.headers),
    body: Buffer.from(request.body).toString('utf8'),
  }
}
