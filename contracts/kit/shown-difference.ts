import { isJsonObject, parseJson } from '../../src/wire/protocol/json-object.ts'
import type { Language, Texts } from '../../src/wire/shared/texts.ts'
import type { Comparison, Mismatch } from './compare-recorded.ts'
import type { Rules } from './observed-interaction.ts'

/** How the live service's answer differs from a contract's. No value of a customer or an order is in it. */
export interface LiveMismatch {
  /** `status`, `header Content-Type`, or a path into the body, such as `$.amount.total`. */
  readonly at: string
  readonly expected: string
  readonly got: string
}

/**
 * A value of live traffic without what nobody else may see: words such as `SUCCESS`, numbers, times, and nothing else of it, since names, openids, phone
 * numbers and tokens are texts.
 */
function shownValue(value: unknown): Texts {
  if (value === undefined) return { en: 'nothing', zh: '没有' }
  if (Array.isArray(value)) return { en: `a list of ${value.length}`, zh: `${value.length} 项的数组` }
  if (isJsonObject(value)) return { en: 'an object', zh: '对象' }
  if (typeof value !== 'string' || value === '' || WORD.test(value) || TIME.test(value)) {
    const json = JSON.stringify(value)
    return { en: json, zh: json }
  }
  const { length } = [...value]
  return { en: `a text of ${length} characters`, zh: `${length} 个字符的文本` }
}

const WORD = /^[A-Z][A-Z_]{0,62}[A-Z]$/
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?$/

/** The text of an error of the live service, without the numbers and tokens in it. */
export function shownMessage(text: string): string {
  return text.slice(0, 300).replaceAll(/[\w.@+/=-]*\d[\w.@+/=-]{4,}/g, '…')
}

/** The differences that Pact found, without private values. @param asked paths whose value is that of the live request */
export function shownMismatches(
  found: readonly Mismatch[],
  { expected, recorded }: Comparison,
  asked: ReadonlySet<string>,
  { language, partial }: { readonly language: Language; readonly partial: boolean },
): LiveMismatch[] {
  const body = parseJson(recorded.body ?? '')
  const shown = new Map<string, LiveMismatch>()
  const add = (at: string, want: Texts | string, got: Texts | string) =>
    shown.set(at, {
      at,
      expected: typeof want === 'string' ? want : want[language],
      got: typeof got === 'string' ? got : got[language],
    })
  for (const { type, path = '$', key = '', expected: want, mismatch = '' } of found) {
    if (type === 'StatusMismatch') add('status', String(expected.status), String(recorded.status))
    else if (type === 'HeaderMismatch') add(`header ${key}`, String(want), shownHeader(key, recorded.headers))
    else if (type === 'BodyTypeMismatch') add('$', 'JSON', shownHeader('content-type', recorded.headers))
    else if (type !== 'BodyMismatch') add('$', mismatch === '' ? ANOTHER : type, shownValue(body))
    else {
      const [wanted, got] = [valueAt(expected.body, path), valueAt(body, path)]
      const lost = isJsonObject(wanted) && isJsonObject(got) ? Object.keys(wanted).filter((name) => !(name in got)) : []
      for (const name of lost) {
        // A log that shows no deep objects says nothing about them.
        if (!partial)
          add(
            `${path}.${name}`,
            wordsFor(valueAt(wanted, `$.${name}`), `${path}.${name}`, expected.rules.body, asked),
            shownValue(undefined),
          )
      }
      if (lost.length === 0) add(path, wordsFor(wanted, path, expected.rules.body, asked), shownValue(got))
    }
  }
  return [...shown.values()].toSorted((a, b) => a.at.localeCompare(b.at))
}

const ANOTHER: Texts = { en: 'another answer', zh: '另一种应答' }

function shownHeader(name: string, headers: ReadonlyMap<string, string>): Texts | string {
  const value = headers.get(name.toLowerCase())
  return value !== undefined && /^content-/i.test(name) ? value : shownValue(value)
}

/** The contract's words for a value: its pattern, its type, or itself. */
function wordsFor(value: unknown, path: string, rules: Rules, asked: ReadonlySet<string>): Texts | string {
  const general = path.replaceAll(/\[\d+\]/g, '[*]')
  if (asked.has(general)) return { en: 'that of the request', zh: '与请求中的相同' }
  const rule = rules[path] ?? rules[general]
  const matchers: readonly unknown[] = isJsonObject(rule) && Array.isArray(rule.matchers) ? rule.matchers : []
  const pattern = matchers.map((one) => (isJsonObject(one) ? one.regex : undefined)).find((one) => one !== undefined)
  if (pattern !== undefined) return `/${String(pattern)}/`
  if (matchers.length > 0 || typeof value === 'object') return typeWords(value)
  return JSON.stringify(value)
}

function typeWords(value: unknown): Texts {
  if (typeof value === 'string') return { en: 'a text', zh: '文本' }
  if (typeof value === 'number') return { en: 'a number', zh: '数字' }
  if (typeof value === 'boolean') return { en: 'true or false', zh: '布尔值' }
  return shownValue(value)
}

/** The value at a path of Pact's, such as `$.list[0]['a b']`. */
function valueAt(value: unknown, path: string): unknown {
  return [...path.matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+|\*)\]|\['([^']*)'\]/g)].reduce<unknown>(
    (at, [, name, index, quoted]) => {
      if (index !== undefined) return Array.isArray(at) ? at[index === '*' ? 0 : Number(index)] : undefined
      const key = name ?? quoted ?? ''
      return isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined
    },
    value,
  )
}
