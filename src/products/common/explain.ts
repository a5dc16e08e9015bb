import { formatInstant } from '../../protocol/instant.ts'
import { isJsonObject, type JsonObject, parseJsonObject } from '../../protocol/json-object.ts'
import type { RequestRecord } from '../../shared/request-record.ts'
import { inBoth, type Texts } from '../../shared/texts.ts'

/** The sentences with which the journal explains a refused call, behind the key of the error. */

export function byTheClock(now: number): Texts {
  const time = formatInstant(now)
  return { en: `it is ${time} by the mock's clock`, zh: `模拟时钟现在是 ${time}` }
}

/** That there is no merchant with a number. */
export function explainNoMerchant(mchid: string | undefined): Texts {
  return { en: `the mock knows no merchant ${mchid}`, zh: `模拟服务中没有商户 ${mchid}` }
}

/** Says how a repeated request differs from the one that used its number first; for values that are JSON, member by member. */
export function explainReuse(
  requestNo: string,
  record: Pick<RequestRecord, 'values' | 'at'> | undefined,
  values: readonly string[],
): Texts {
  if (!record) {
    return { en: `${requestNo} was used before, with other values`, zh: `${requestNo} 已被使用过，且参数不同` }
  }
  const length = Math.max(record.values.length, values.length)
  const differences = Array.from({ length }, (_, i) => differencesOf(record.values[i], values[i])).flat()
  const told = differences.slice(0, LISTED)
  const more = differences.length > LISTED
  const at = formatInstant(record.at)
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
