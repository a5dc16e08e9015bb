import type { Merchant } from '../../engine/keys/merchants.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { isJsonObject, type JsonObject, parseJsonObject } from '../../wire/protocol/json-object.ts'
import { inBoth, type Texts } from '../../wire/shared/texts.ts'

/** Whether an appid is bound to one of some merchants: the caller, and where there is a batch, its owner. A merchant without a list may use any. */
export function mayUseAppid(appid: string, merchants: readonly (Merchant | undefined)[]): boolean {
  return merchants.some(
    (merchant) => merchant !== undefined && (merchant.appids.length === 0 || merchant.appids.includes(appid)),
  )
}

/** Explains to the developer why an appid is refused: none of the merchants may use it. */
export function explainAppid(appid: string, merchants: readonly (Merchant | undefined)[]): Texts {
  const known = merchants.filter((merchant) => merchant !== undefined)
  const [first, ...more] = [...new Set(known.map(({ mchid }) => mchid))]
  const bound = [...new Set(known.flatMap(({ appids }) => appids))].slice(0, 5)
  const all = [first, ...more]
  return {
    en: `${appid} is ${more.length === 0 ? `not bound to ${first}` : `bound neither to ${all.join(' nor to ')}`}; bound: ${bound.join(', ')}`,
    zh: `${appid} 未与${more.length === 0 ? `商户 ${first} ` : `商户 ${all.join('、')} 中的任何一个`}绑定，已绑定的有：${bound.join('、')}`,
  }
}

/**
 * The amount that a parameter of a provider state gives, which is a text: `fenOf({ total })`.
 *
 * @throws UsageError `MOCK_STATE_PARAMETER` for anything but a whole number
 */
export function fenOf(parameter: Readonly<Record<string, string>>): number {
  const [[name, text] = ['', '']] = Object.entries(parameter)
  if (/^\d+$/.test(text)) return Number(text)
  throw new UsageError('MOCK_STATE_PARAMETER', {
    en: `The parameter ${name} is an amount in fen, a whole number, and not "${text}".`,
    zh: `参数 ${name} 是以分为单位的金额，须为整数，不能是“${text}”。`,
  })
}

/** The sentences with which the journal explains a refused call, behind the key of the error. */

export function byTheClock(now: number): Texts {
  const time = formatInstant(now)
  return { en: `it is ${time} by the mock's clock`, zh: `模拟时钟现在是 ${time}` }
}

/** Explains that no merchant has the number. */
export function explainNoMerchant(mchid: string | undefined): Texts {
  return { en: `the mock has no merchant ${mchid}`, zh: `模拟服务中没有商户 ${mchid}` }
}

/** A number that took effect: when, and with which values. */
export interface ReusedNumber {
  readonly values: readonly string[]
  readonly time: number
}

/** Says how a repeated request differs from the one that used its number first; for values that are JSON, member by member. */
export function explainReuse(requestNo: string, record: ReusedNumber | undefined, values: readonly string[]): Texts {
  if (!record) {
    return { en: `${requestNo} was used before, with other values`, zh: `${requestNo} 已被使用过，且参数不同` }
  }
  const length = Math.max(record.values.length, values.length)
  const differences = Array.from({ length }, (_, i) => differencesOf(record.values[i], values[i])).flat()
  const told = differences.slice(0, LISTED)
  const more = differences.length > LISTED
  const at = formatInstant(record.time)
  const listed = inBoth((language) => told.map((one) => one[language]).join(language === 'en' ? ', ' : '；'))
  return {
    en: `${requestNo} took effect at ${at} with other values: ${listed.en}${more ? ', …' : ''}`,
    zh: `${requestNo} 已于 ${at} 生效，参数不同：${listed.zh}${more ? '；…' : ''}`,
  }
}

/** How two values differ, in words; empty where they are equal. */
function differencesOf(before: string | undefined, now: string | undefined): readonly Texts[] {
  if (before === now) return []
  const [one, other] = [before, now].map((value) => (value === undefined ? undefined : parseJsonObject(value)))
  if (one && other) return differingMembers('', one, other)
  return [
    {
      en: `${before === undefined ? 'nothing' : cut(before)} then, ${now === undefined ? 'nothing' : cut(now)} now`,
      zh: `当时${before === undefined ? '未传' : `为 ${cut(before)}`}，现在${now === undefined ? '未传' : `为 ${cut(now)}`}`,
    },
  ]
}

function differingMembers(pointer: string, one: JsonObject, other: JsonObject): readonly Texts[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name): readonly Texts[] => {
    const [before, now] = [one[name], other[name]]
    const [text, newText] = [JSON.stringify(before), JSON.stringify(now)]
    if (text === newText) return []
    const here = `${pointer}/${name}`
    if (isJsonObject(before) && isJsonObject(now) && pointer === '') return differingMembers(here, before, now)
    return [
      {
        en: `${here} ${shorten(text ?? 'left out')} then, ${shorten(newText ?? 'left out')} now`,
        zh: `${here} 当时${text === undefined ? '未传' : `为 ${shorten(text)}`}，现在${newText === undefined ? '未传' : `为 ${shorten(newText)}`}`,
      },
    ]
  })
}

const LISTED = 5
const SHOWN = 100

function cut(text: string): string {
  return JSON.stringify(shorten(text))
}

function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

/** An amount as people read it. */
export function yuan(fen: number): string {
  return `¥${(fen / 100).toFixed(2)}`
}
