import { isJsonObject } from '../protocol/json-object.ts'
import { FIRST_TIME } from './conditions.ts'
import { LeftOut } from './left-out.ts'
import type { PactMatcher } from './matchers.ts'
import { answerHeaders, base64, like, someLike, textLike, time } from './matchers.ts'

/** The members of answers whose value is part of the contract; of the others only the shape is. */
const LITERAL = new Set([
  'code',
  'stock_id',
  'coupon_code',
  'coupon_state',
  'associate_out_trade_no',
  'openid',
  'algorithm',
  'associated_data',
  'location',
  'field',
  'method',
  'url',
])

/** The parts of an answer that go into a contract. */
export interface AnswerParts {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Undefined where there is no body. */
  readonly body: unknown
}

/** A template of examples and matchers. */
export interface AnswerTemplate {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

const CERTIFICATE_SERIAL = textLike('^[0-9A-F]{40}$', '7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F')
const PUBLIC_KEY_ID = textLike('^PUB_KEY_ID_[0-9A-Za-z]+$', 'PUB_KEY_ID_0119000000012023111400000000000001')

/** @param repeated whether its time is that of an earlier exchange, which is agreed on then */
export function answerTemplate({ status, headers, body }: AnswerParts, repeated: boolean): AnswerTemplate {
  const serial = headers['Wechatpay-Serial']
  const { 'Content-Type': type, 'Request-ID': requestId, ...signature } = answerHeaders(status, serial !== undefined)
  return {
    status,
    headers: {
      'Content-Type': type,
      ...(headers['Request-ID'] !== undefined && { 'Request-ID': requestId }),
      ...signature,
      ...(serial !== undefined && {
        'Wechatpay-Serial': serial.startsWith('PUB_KEY_ID_') ? PUBLIC_KEY_ID : CERTIFICATE_SERIAL,
      }),
    },
    body: body === undefined ? undefined : template('', body, repeated),
  }
}

const TIME = new RegExp(time().regex ?? '')

function template(name: string, value: unknown, repeated: boolean): unknown {
  if (Array.isArray(value)) {
    // An empty list shows only that it is a list.
    return value.length === 0 ? like([]) : someLike(template(name, value[0], repeated))
  }
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, template(key, member, repeated)]))
  }
  if (value === null) return null
  if (typeof value !== 'string') return name === 'sign_message_length' ? like(221) : like(value)
  if (TIME.test(value)) return repeated && /^wechatpay_\w+_time$/.test(name) ? FIRST_TIME : time()
  if (LITERAL.has(name)) return value
  switch (name) {
    case 'nonce':
      return textLike('^[0-9A-Za-z]{12}$', 'c3872036efe2')
    case 'ciphertext':
      return base64(100, 'EXAMPLEciphertext0123456789+/'.repeat(4))
    case 'serial_no':
      return CERTIFICATE_SERIAL
    case 'belong_merchant':
      return textLike('^[0-9]{8,15}$', value)
    case 'send_request_no':
    case 'use_request_no':
      // The mock makes them up where nobody gave them.
      return like('1002600620019090123143254436')
    case 'truncated_sign_message':
      // It contains the request's timestamp and nonce.
      return like('GET\n/v3/certificates\n1767579630\n593BEC0C930BF1AFEB40B4A08C8FB242\n')
    default:
      return like(value)
  }
}

/**
 * The common part of a recorded answer and of the same exchange's answer on a clean mock.
 *
 * Members that the provider states do not bring back are left out of the contract.
 *
 * @throws LeftOut when they contradict each other
 */
export function agreedOn(recorded: AnswerTemplate, replayed: AnswerTemplate): AnswerTemplate {
  const said = (answer: AnswerTemplate) => {
    const { code = '' } = (answer.body ?? {}) as { code?: unknown }
    return `${answer.status} ${code}`.trim()
  }
  if (said(recorded) !== said(replayed)) {
    throw new LeftOut({
      en: `on a clean mock, in the provider states there are, it is answered with ${said(replayed)} in place of ${said(recorded)}`,
      zh: `在干净的模拟服务上，以现有的 provider state，得到的应答是 ${said(replayed)}，而不是 ${said(recorded)}`,
    })
  }
  return {
    status: recorded.status,
    headers: common('headers', recorded.headers, replayed.headers) as Record<string, unknown>,
    body: recorded.body === undefined ? undefined : common('body', recorded.body, replayed.body),
  }
}

function common(place: string, one: unknown, other: unknown): unknown {
  if (isMatcher(one)) return sameMatcher(one, other) ? inner(place, one, other) : undefined
  if (typeof one !== 'object' || one === null) {
    if (one === other) return one
    throw new LeftOut({
      en: `on a clean mock, in the provider states there are, its ${place} is another`,
      zh: `在干净的模拟服务上，以现有的 provider state，应答的 ${place} 不同`,
    })
  }
  const others = typeof other === 'object' && other !== null ? (other as Record<string, unknown>) : {}
  return Object.fromEntries(
    Object.entries(one).flatMap(([name, member]) => {
      const agreed =
        others[name] === undefined && isMatcher(member) ? undefined : common(`${place}.${name}`, member, others[name])
      return agreed === undefined || isHollow(agreed, member) ? [] : [[name, agreed]]
    }),
  )
}

/** Whether nothing is left of an object that had something in it. */
function isHollow(agreed: unknown, whole: unknown): boolean {
  return typeof agreed === 'object' && agreed !== null && Object.keys(agreed).length === 0 && agreed !== whole
}

function inner(place: string, one: PactMatcher, other: unknown): unknown {
  if (!Array.isArray(one.value) || one.value.length === 0) return one
  const [example] = one.value
  const [otherExample] = isMatcher(other) && Array.isArray(other.value) ? other.value : []
  return { ...one, value: [common(place, example, otherExample)] }
}

export function isMatcher(value: unknown): value is PactMatcher {
  return typeof value === 'object' && value !== null && 'pact:matcher:type' in value
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
