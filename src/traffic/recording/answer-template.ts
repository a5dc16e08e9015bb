import { isJsonObject } from '../../wire/protocol/json-object.ts'
import { FIRST_TIME, LeftOut } from './conditions.ts'
import {
  base64,
  isMatcher,
  isUrl,
  jsonType,
  like,
  type PactMatcher,
  someLike,
  textLike,
  time,
  withoutQuery,
} from './matchers.ts'
import { kindOf } from './number-stand-ins.ts'

/** Members of errors and of envelopes whose value is part of the contract. */
const LITERAL = new Set(['code', 'location', 'field', 'method', 'url', 'algorithm', 'associated_data'])

/** The parts of an answer that go into a contract. */
export interface AnswerParts {
  readonly status: number
  /** Undefined for an empty body. */
  readonly body: unknown
}

/** A template of examples and matchers. */
export interface AnswerTemplate {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** Decides which values of an answer are part of the contract verbatim. */
export interface Terms {
  /** Whether its time is that of an earlier exchange, which is then part of the contract. */
  readonly repeated: boolean
  /** Texts of the request and the states, which the answer must repeat. */
  readonly given: ReadonlySet<string>
  /** Schema of the answer: words of an enumeration are part of the contract. */
  readonly schema: unknown
}

const CERTIFICATE_SERIAL = textLike('^[0-9A-F]{40}$', '7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F')

/** `Content-Type` is the only header field that is agreed on: signatures are checked whenever the contract is verified. */
export function answerTemplate({ status, body }: AnswerParts, terms: Terms): AnswerTemplate {
  return {
    status,
    headers: { 'Content-Type': jsonType() },
    body: body === undefined ? undefined : jsonTemplate(body, status < 300 ? terms : { ...terms, schema: undefined }),
  }
}

const TIME = new RegExp(time().regex ?? '')

/** A template of a JSON value. @param name name of the member with this value */
export function jsonTemplate(value: unknown, terms: Terms, name = ''): unknown {
  const schema = unwrapped(terms.schema)
  if (Array.isArray(value)) {
    // An empty list only shows that it is a list.
    if (value.length === 0) return like([])
    // Items of a list have their shape in common, and any of them may come first.
    return someLike(jsonTemplate(value[0], { ...terms, given: new Set(), schema: undefined }, name))
  }
  if (isJsonObject(value)) {
    const shape = memberOf(schema, 'shape')
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        jsonTemplate(member, { ...terms, schema: memberOf(shape, key) }, key),
      ]),
    )
  }
  if (value === null) return null
  if (typeof value !== 'string') return name === 'sign_message_length' ? like(221) : like(value)
  return textTemplate(value, { ...terms, schema }, name)
}

function textTemplate(text: string, { repeated, given, schema }: Terms, name: string): unknown {
  if (TIME.test(text)) return repeated && /^wechatpay_\w+_time$/.test(name) ? FIRST_TIME : time()
  if (LITERAL.has(name) || isWordOfList(schema) || (isName(name) && given.has(text))) return text
  switch (name) {
    case 'nonce':
      return textLike('^[0-9A-Za-z]{12}$', 'c3872036efe2')
    case 'ciphertext':
      return base64(100, 'EXAMPLEciphertext0123456789+/'.repeat(4))
    case 'serial_no':
      return CERTIFICATE_SERIAL
    case 'belong_merchant':
      return textLike('^[0-9]{8,15}$', text)
    case 'truncated_sign_message':
      // Contains the request's timestamp and nonce.
      return like('GET\n/v3/certificates\n1767579630\n593BEC0C930BF1AFEB40B4A08C8FB242\n')
  }
  if (!isUrl(text)) return like(text)
  const [scheme = ''] = text.split(':', 1)
  return textLike(`^${scheme.replaceAll(/[+.]/g, '\\$&')}://.+$`, withoutQuery(text))
}

/** Whether a member is an identifier that the other side may know the thing by. */
function isName(name: string): boolean {
  return kindOf(name) !== undefined || name === 'appid' || name === 'mchid'
}

function isWordOfList(schema: unknown): boolean {
  const { type } = (memberOf(schema, 'def') ?? {}) as { type?: unknown }
  return type === 'enum' || type === 'literal'
}

/** A schema without its optional and nullable wrappers. */
function unwrapped(schema: unknown): unknown {
  const { type, innerType } = (memberOf(schema, 'def') ?? {}) as { type?: unknown; innerType?: unknown }
  return type === 'optional' || type === 'nullable' ? unwrapped(innerType) : schema
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

/**
 * The common part of a recorded answer and of the same exchange's answer on a clean mock.
 *
 * Members that the provider states do not reproduce are left out of the contract; of texts that differ in every run only an example remains.
 *
 * @throws LeftOut if they contradict each other
 */
export function agreedOn(recorded: AnswerTemplate, replayed: AnswerTemplate): AnswerTemplate {
  const said = (answer: AnswerTemplate) => {
    const { code = '' } = (answer.body ?? {}) as { code?: unknown }
    return `${answer.status} ${code}`.trim()
  }
  if (said(recorded) !== said(replayed)) {
    throw new LeftOut({
      en: `on a clean mock, in the provider states there are, it is answered with ${said(replayed)} in place of ${said(recorded)}`,
      zh: `在干净的模拟服务上，以现有的提供方状态，得到的应答是 ${said(replayed)}，而不是 ${said(recorded)}`,
    })
  }
  return {
    status: recorded.status,
    headers: commonPart('headers', recorded.headers, replayed.headers) as Record<string, unknown>,
    body: recorded.body === undefined ? undefined : commonPart('body', recorded.body, replayed.body),
  }
}

/** @throws LeftOut if they contradict each other */
export function commonPart(place: string, one: unknown, other: unknown): unknown {
  if (isMatcher(one)) return sameMatcher(one, other) ? inner(place, one, other) : undefined
  if (typeof one !== 'object' || one === null) {
    if (one === other) return one
    throw new LeftOut({
      en: `on a clean mock, in the provider states there are, its ${place} is another`,
      zh: `在干净的模拟服务上，以现有的提供方状态，应答的 ${place} 不同`,
    })
  }
  const others = typeof other === 'object' && other !== null ? (other as Record<string, unknown>) : {}
  return Object.fromEntries(
    Object.entries(one).flatMap(([name, member]) => {
      const agreed =
        others[name] === undefined && isMatcher(member)
          ? undefined
          : commonPart(`${place}.${name}`, member, others[name])
      return agreed === undefined || isHollow(agreed, member) ? [] : [[name, agreed]]
    }),
  )
}

/** Whether nothing is left of an object that had members. */
function isHollow(agreed: unknown, whole: unknown): boolean {
  return typeof agreed === 'object' && agreed !== null && Object.keys(agreed).length === 0 && agreed !== whole
}

function inner(place: string, one: PactMatcher, other: PactMatcher): unknown {
  const { value } = one
  if (typeof value === 'string') return { ...one, value: exampleAt(place, one, other) }
  if (!Array.isArray(value) || value.length === 0) return one
  const [example] = value
  const [otherExample] = Array.isArray(other.value) ? other.value : []
  return { ...one, value: [commonPart(place, example, otherExample)] }
}

/** The example of a text. A text that differs in every run and does not have a stand-in must not be shown. */
function exampleAt(place: string, { value, regex }: PactMatcher, other: PactMatcher): unknown {
  const [name = ''] = place.split('.').slice(-1)
  if (value === other.value || kindOf(name) !== undefined) return value
  if (regex === undefined) return 'EXAMPLE'
  return isUrl(String(value)) ? commonUrl(String(value), String(other.value)) : value
}

/** The common beginning of two addresses, in whole segments of their path. */
function commonUrl(one: string, other: string): string {
  const [steps, others] = [one.split('/'), other.split('/')]
  const differing = steps.findIndex((step, i) => step !== others[i])
  return [...steps.slice(0, Math.max(differing, 2)), 'EXAMPLE'].join('/')
}

function sameMatcher(one: PactMatcher, other: unknown): other is PactMatcher {
  return (
    isMatcher(other) &&
    one['pact:matcher:type'] === other['pact:matcher:type'] &&
    one.regex === other.regex &&
    typeof one.value === typeof other.value &&
    Array.isArray(one.value) === Array.isArray(other.value) &&
    one.min === other.min
  )
}
