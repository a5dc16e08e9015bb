import { explainAttempt } from '../../engine/callbacks/attempt-reasons.ts'
import {
  type CallbackRequest,
  callbackBody,
  callbackRequest,
  type SendResult,
  sendCallback,
} from '../../engine/callbacks/callback.ts'
import { obstacleTo, plainHost } from '../../engine/callbacks/callback-host.ts'
import { createCallbackSender } from '../../engine/callbacks/callback-sender.ts'
import { isTaken } from '../../engine/callbacks/notification.ts'
import { sampleNotification, unknownMembers } from '../../engine/callbacks/sample-callback.ts'
import { systemClock } from '../../engine/clock.ts'
import { createIds } from '../../engine/ids.ts'
import type { KeyMode, PlatformKey } from '../../engine/keys/merchants.ts'
import { wellKnownIdentity } from '../../identity/well-known.ts'
import { EVENT_TYPES, eventNamed } from '../../products/events.ts'
import { isJsonObject, type JsonObject } from '../../protocol/json-object.ts'
import { nearestWord } from '../../shared/edit-distance.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { nameOf, parseJson, readBytes } from '../files.ts'
import type { Language } from '../language.ts'
import { allowCallbackHostOption, choiceOption, option, wholeNumber } from '../options.ts'
import { oneLine, print, printJson } from '../output.ts'
import { commonTexts } from '../texts.ts'
import { listEvents } from './list-events.ts'
import { withMember } from './set-members.ts'
import { texts } from './texts.ts'

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

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .argument('[event]', own.event)
    .option('--to <url>', own.to)
    .option('--set <member=value>', own.set, (set, before: readonly string[] = []) => [...before, set])
    .option('--resource <file|json>', own.resource)
    .option('--event <type>', own.eventOption)
    .option('--url <url>', own.url)
    .option('--list', own.list)
    .addOption(
      choiceOption('--key-mode <mode>', own.keyMode, ['certificate', 'public-key'], language).default('certificate'),
    )
    .addOption(option('--times <number>', own.times, wholeNumber(1, 100, language)).default(1))
    .addOption(allowCallbackHostOption(language))
    .addRemarks(own.after)
    .action(async (event: string | undefined) => {
      const options = command.opts<NotifyOptions>()
      await (options.list ? listEvents(options.json, language) : notify(event, options, language))
    })
}

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
