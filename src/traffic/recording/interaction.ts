import { isDeepStrictEqual } from 'node:util'
import type { CredentialsJson } from '../../control/answer-format.ts'
import { wellKnownIdentity } from '../../control/identity/well-known.ts'
import { KEPT_BODY_BYTES } from '../../engine/journal/journal.ts'
import type { ExchangeJson } from '../../products/json.ts'
import { states } from '../../products/states.ts'
import { parseAuthorization } from '../../wire/protocol/authorization.ts'
import { isTooDeep, MOST_LEVELS, parseJson } from '../../wire/protocol/json-object.ts'
import type { Language } from '../../wire/shared/texts.ts'
import { type AnswerTemplate, agreedOn, answerTemplate } from './answer-template.ts'
import {
  type Condition,
  type Conditions,
  conditionsOf,
  LeftOut,
  membersOf,
  operationNamed,
  repeatsAnEarlierOne,
  textsIn,
} from './conditions.ts'
import { describeInteraction } from './describe-interaction.ts'
import {
  bodyRules,
  exampleOf,
  headerExamples,
  headerRules,
  jsonType,
  rulesIn,
  signedLike,
  textLike,
  withoutSecrets,
} from './matchers.ts'
import {
  merchantStandIns,
  numberStandIns,
  replaced,
  replacedJson,
  replacedTarget,
  type StandIns,
} from './number-stand-ins.ts'
import type { PactInteraction } from './pact-file.ts'
import { answerParts, type Replay } from './replay.ts'

/** The provider states that an exchange needs, and the parts of it that are agreed on in them. */
interface Needed {
  readonly conditions: readonly Condition[]
  readonly agreed: AnswerTemplate
}

/**
 * Removes the conditions of an exchange one by one, as long as it is answered in the same way: state that it did not look at, or would have done
 * without, is not part of a contract.
 *
 * @param tryOut repeats the exchange in some states
 * @throws LeftOut if it is answered differently in all of them
 */
async function neededConditions(
  { certain, possible }: Conditions,
  tryOut: (conditions: readonly Condition[]) => Promise<AnswerTemplate>,
): Promise<Needed> {
  const agreed = await tryOut([...certain, ...possible])
  let needed = possible
  for (const one of leastFirst(possible)) {
    const fewer = needed.filter((other) => other !== one)
    if (isDeepStrictEqual(await tryIn([...certain, ...fewer], tryOut), agreed)) needed = fewer
  }
  return { conditions: [...certain, ...needed], agreed }
}

/**
 * Settings first, since other states may only matter with them; then from the end, since later states are more specific: an existing order may have
 * to be a paid one.
 */
function leastFirst(conditions: readonly Condition[]): readonly Condition[] {
  const isSetting = ({ params }: Condition) => Object.keys(params).length === 0
  return [...conditions.filter(isSetting), ...conditions.filter((one) => !isSetting(one)).toReversed()]
}

async function tryIn(
  conditions: readonly Condition[],
  tryOut: (conditions: readonly Condition[]) => Promise<AnswerTemplate>,
): Promise<AnswerTemplate | undefined> {
  try {
    return await tryOut(conditions)
  } catch (error) {
    // It is answered differently, or a state needs one that was removed.
    if (error instanceof LeftOut) return undefined
    throw error
  }
}

/** The parts of a request that go into a contract. */
interface RequestTemplate {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, readonly string[]>>
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: PactBody | undefined
}

interface PactBody {
  readonly content: unknown
  readonly contentType: string
  readonly encoded: false | 'base64'
}

/** The request as the client sent it, without one-time values. @param signed whether its signature was correct */
function requestTemplate({ method, target, headers, body }: ExchangeJson['request'], signed: boolean): RequestTemplate {
  const [path = target, query = ''] = target.split('?', 2)
  return {
    method,
    path,
    query: queryIn(query),
    headers: headersOf(headers, signed),
    body: bodyOf(body, headers['content-type']),
  }
}

function queryIn(query: string): Record<string, string[]> {
  const parameters = new URLSearchParams(query)
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]))
}

function headersOf(sent: Readonly<Record<string, string>>, signed: boolean): Record<string, unknown> {
  const [{ Authorization }, contentType] = [signedLike(), jsonType()]
  const { accept, authorization, 'content-type': type, 'user-agent': agent, 'wechatpay-serial': serial } = sent
  return {
    ...(accept && { Accept: accept }),
    // Says that the call is signed, as an OpenAPI document asks for; it is signed afresh whenever the contract is verified.
    ...(signed && fits(Authorization, authorization) && { Authorization }),
    ...(type && { 'Content-Type': fits(contentType, type) ? { ...Object(contentType), value: type } : type }),
    // Any, since it changes with every update.
    ...(agent && { 'User-Agent': textLike('^.+$', agent) }),
    ...(serial && { 'Wechatpay-Serial': serial }),
  }
}

function fits(matcher: unknown, text: string | undefined): boolean {
  const regex = typeof matcher === 'object' && matcher !== null && 'regex' in matcher ? String(matcher.regex) : '^$'
  return text !== undefined && new RegExp(regex).test(text)
}

function bodyOf(body: ExchangeJson['request']['body'], type: string | undefined): PactBody | undefined {
  if (body === '') return undefined
  const contentType = type?.split(';', 1).join('').trim() || 'application/json'
  if (typeof body !== 'string') return { content: body.base64, contentType, encoded: 'base64' }
  const json = jsonOf(body)
  if (json !== undefined) return { content: json, contentType: 'application/json', encoded: false }
  return { content: Buffer.from(body).toString('base64'), contentType, encoded: 'base64' }
}

/** The JSON in a text; undefined if a pact would change its text, as with `1.0` or numbers of 20 digits, and for text that is not JSON. */
function jsonOf(text: string): object | undefined {
  const numbers = text.replaceAll(/"(?:[^"\\]|\\.)*"?/gs, '""').match(/-?\d[\d.eE+-]*/g) ?? []
  if (numbers.some((number) => String(Number(number)) !== number)) return undefined
  const value = parseJson(text)
  return typeof value === 'object' && value !== null ? value : undefined
}

/** Dependencies for turning an exchange into an interaction. */
export interface Recorder {
  readonly replay: Replay
  /** Aborted when nobody waits for it any more. */
  readonly left?: AbortSignal | undefined
  /** Credentials of the merchant that an exchange claims to be from, if the mock knows them. */
  readonly credentialsOf: (mchid: string) => Promise<CredentialsJson | undefined>
  readonly language: Language
}

/** Turns an exchange of the journal into an interaction that verifies on its own. @throws LeftOut if a contract is impossible */
export async function interactionOf(
  recorded: ExchangeJson,
  { replay, credentialsOf, language }: Recorder,
): Promise<PactInteraction> {
  const { response } = recorded
  if (!response)
    throw new LeftOut({ en: 'it was not answered, because of a bug in the mock', zh: '模拟服务有缺陷，没有应答' })
  if (recorded.operation === undefined && (response.status === 404 || response.status === 405)) {
    throw new LeftOut({ en: 'the mock does not serve this path', zh: '模拟服务不提供这个路径' })
  }
  if (recorded.request.headers.authorization === undefined) {
    throw new LeftOut({
      en: 'it is not signed, as WeChat Pay asks of every call',
      zh: '请求没有签名，而微信支付要求每个请求都签名',
    })
  }
  if (typeof response.body !== 'string' || isCut(recorded.request.body) || isCut(response.body)) {
    throw new LeftOut({ en: 'its body is longer than the journal keeps', zh: '报文主体超过请求记录保留的长度' })
  }
  if ([recorded.request.body, response.body].some((body) => typeof body === 'string' && isTooDeep(parseJson(body)))) {
    throw new LeftOut({
      en: `its body is nested deeper than the ${MOST_LEVELS} levels that the mock takes`,
      zh: `报文主体的嵌套超过模拟服务所接受的 ${MOST_LEVELS} 层`,
    })
  }
  const caller = recorded.mchid === undefined ? undefined : await credentialsOf(recorded.mchid)
  const merchants = merchantStandIns(recorded)
  const met = {
    ...replacedRequest(withKnownSerial(recorded, caller), merchants),
    before: replaced(recorded.before, merchants),
  }
  const { certain, possible } = conditionsOf(met, caller)
  const asRecorded = replaced(answerParts(response.status, response.body), merchants)

  const numbers = numberStandIns({
    ...met,
    conditions: possible,
    answer: asRecorded.body,
    at: Date.parse(recorded.time),
  })
  const exchange = replacedRequest(met, numbers)
  const stoodIn = { certain, possible: replaced(possible, numbers) }
  const terms = {
    repeated: repeatsAnEarlierOne(exchange),
    given: new Set([...membersOf(exchange), ...textsIn(stoodIn.possible)].map(({ text }) => text)),
    schema: operationNamed(exchange.operation)?.output,
  }
  const template = answerTemplate(replaced(asRecorded, numbers), terms)
  const { conditions, agreed } = await neededConditions(stoodIn, async (tried) =>
    agreedOn(template, answerTemplate(await replay(exchange.request, tried), terms)),
  )
  const interaction = pactInteraction(
    describeInteraction(exchange, conditions, language),
    conditions,
    requestTemplate(exchange.request, !conditions.some(({ name }) => FLAWED_STATES.has(name))),
    agreed,
  )
  refuseSecrets(interaction, recorded)
  return interaction
}

function isCut(body: ExchangeJson['request']['body']): boolean {
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : Buffer.byteLength(body.base64, 'base64')
  // A body cut in the middle of a character is read up to that character.
  return bytes > KEPT_BODY_BYTES - 4
}

/** The exchange with stand-ins in its request, and without the secrets of its address. */
function replacedRequest(exchange: ExchangeJson, standIns: StandIns): ExchangeJson {
  const { request } = exchange
  const { target, body } = request
  return {
    ...exchange,
    request: {
      ...request,
      target: replacedTarget(withoutSecrets(target), standIns),
      body: typeof body === 'string' ? replacedJson(body, standIns) : body,
    },
  }
}

function withKnownSerial(exchange: ExchangeJson, caller: CredentialsJson | undefined): ExchangeJson {
  const { request } = exchange
  const { 'wechatpay-serial': serial, ...headers } = request.headers
  if (serial === undefined) return exchange
  return {
    ...exchange,
    request: { ...request, headers: { ...headers, 'wechatpay-serial': knownSerial(serial, caller) } },
  }
}

/** The platform's own serials are known to everyone; the caller's own becomes the well-known one; any other stays unknown. */
function knownSerial(serial: string, caller: CredentialsJson | undefined): string {
  const { merchant, platform } = wellKnownIdentity()
  const sought = serial.toUpperCase()
  if ([platform.publicKey, ...platform.certificates].some(({ serialNo }) => serialNo === sought)) return serial
  if (sought === caller?.merchant_serial_no.toUpperCase()) return merchant.serialNo
  return serial.startsWith('PUB_KEY_ID_') ? `PUB_KEY_ID_${'0'.repeat(34)}` : '0'.repeat(40)
}

const FLAWED_STATES = new Set(
  Object.keys(states).filter((name) =>
    /^(?:the request is|the Authorization|the scheme|the timestamp|the serial)/.test(name),
  ),
)

function pactInteraction(
  description: string,
  conditions: readonly Condition[],
  { method, path, query, headers, body }: RequestTemplate,
  answer: AnswerTemplate,
): PactInteraction {
  return {
    description,
    pending: false,
    ...(conditions.length > 0 && {
      providerStates: conditions.map(({ name, params }) => ({
        name,
        ...(Object.keys(params).length > 0 && { params }),
      })),
    }),
    request: {
      ...(body && { body }),
      headers: headerExamples(headers),
      ...rulesIn({ header: headerRules(headers) }),
      method,
      path,
      ...(Object.keys(query).length > 0 && { query }),
    },
    response: {
      ...(answer.body !== undefined && {
        body: { content: exampleOf(answer.body), contentType: 'application/json', encoded: false },
      }),
      headers: headerExamples(answer.headers),
      ...rulesIn({ body: bodyRules(answer.body), header: headerRules(answer.headers) }),
      status: answer.status,
    },
    type: 'Synchronous/HTTP',
  }
}

/** Secrets and one-time values are masked in their proper places; a client that puts them anywhere else would leak them. */
function refuseSecrets(interaction: PactInteraction, { request, response }: ExchangeJson): void {
  const authorization = parseAuthorization(request.headers.authorization ?? '')
  const secrets = [
    ...(typeof authorization === 'string' ? [] : [authorization.signature, authorization.nonce]),
    ...['Wechatpay-Signature', 'Wechatpay-Nonce', 'Request-ID'].map((name) => response?.headers[name] ?? ''),
  ]
  const text = JSON.stringify(interaction)
  if (secrets.some((secret) => secret.length >= 8 && text.includes(secret)) || /-----BEGIN|PRIVATE KEY/.test(text)) {
    throw new LeftOut({
      en: 'a signature, nonce or key stands where none belongs',
      zh: '签名、随机串或密钥出现在不该出现的地方',
    })
  }
}
