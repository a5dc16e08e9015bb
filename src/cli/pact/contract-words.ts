import type { PactInteraction, Term } from '../../../contracts/kit/interactions.ts'
import type { EvidenceResult } from '../../../contracts/kit/report.ts'
import { isJsonObject } from '../../wire/protocol/json-object.ts'
import { listed, shortened } from '../../wire/shared/texts.ts'
import type { Language } from '../texts.ts'

const en = {
  sections: { success: 'Succeeds', refusal: 'Is refused', message: 'Is told' },
  given: 'given',
  sends: 'sends',
  gets: 'gets',
  receives: 'receives',
  exactly: 'exactly',
  byShape: 'by shape',
  any: {
    string: 'any text',
    number: 'any number',
    boolean: 'true or false',
    object: 'any object',
    list: 'any list',
  },
  time: 'a time',
  within: (name: string, more: string): string => `${name} (${more})`.trim(),
  compared: (how: string, terms: string): string => `${how}: ${terms}`,
  form: (pattern: string): string => `of the form ${pattern}`,
  other: (matcher: string, example: string): string => `${matcher}, such as ${example}`,
  parties: (consumer: string, provider: string): string => `${consumer} with ${provider}`,
  size: (all: number): string => (all === 1 ? '1 interaction' : `${all} interactions`),
}

const zh: typeof en = {
  sections: { success: '成功', refusal: '被拒绝', message: '收到通知' },
  given: '前提',
  sends: '发送',
  gets: '得到',
  receives: '收到',
  exactly: '完全一致',
  byShape: '按形式',
  any: { string: '任意文本', number: '任意数字', boolean: 'true 或 false', object: '任意对象', list: '任意数组' },
  time: '时间',
  within: (name, more) => `${name}（${more}）`,
  compared: (how, terms) => `${how}：${terms}`,
  form: (pattern) => `符合 ${pattern}`,
  other: (matcher, example) => `${matcher}，如 ${example}`,
  parties: (consumer, provider) => `${consumer} 与 ${provider}`,
  size: (all) => `${all} 条交互`,
}

export const texts = { en, zh }

/** A contract in words, for a page of it. */
export interface ContractInWords {
  readonly consumer: string
  readonly provider: string
  /** Its file or address. */
  readonly pact: string
  readonly interactions: readonly InteractionInWords[]
}

/** An interaction as a reviewer reads it. */
export interface InteractionInWords {
  readonly kind: keyof typeof en.sections
  readonly description: string
  /** Provider states with their parameters in short. */
  readonly given: readonly string[]
  /** Method and path; absent for a message. */
  readonly call?: string
  readonly asks: Comparison
  /** Status and code of the answer; absent for a message. */
  readonly status?: string
  readonly gets: Comparison
  readonly evidence: EvidenceResult
}

/** The compared parts of a message, by the names of members. */
export interface Comparison {
  readonly exactly: readonly string[]
  readonly byShape: readonly string[]
}

/** Longest value and longest pattern, in characters. */
const SHOWN = { value: 40, parameter: 32, pattern: 48 }

/** Puts an interaction into words. */
export function inWords(
  { description, states, request, response, message }: PactInteraction,
  evidence: EvidenceResult,
  language: Language,
): InteractionInWords {
  const own = texts[language]
  const { status = 0 } = response ?? {}
  const { code } = isJsonObject(response?.body) && status >= 300 ? response.body : ({} as { code?: unknown })
  const asked = request ? [...request.query, ...request.headers.filter(isTelling), ...request.members] : []
  const answered = (response ?? message)?.members ?? []
  return {
    kind: message ? 'message' : status < 300 ? 'success' : 'refusal',
    description,
    given: states.map(({ name, parameters }) => {
      const values = Object.entries(parameters).map(([key, value]) => `${key} ${short(value, SHOWN.parameter)}`)
      return values.length === 0 ? name : own.within(name, listed(values, language))
    }),
    ...(request && { call: `${request.method} ${String(request.path.value)}` }),
    asks: comparisonOf(asked, language),
    ...(response && { status: [status, code].filter((part) => part !== undefined).join(' ') }),
    // The code of a refusal stands beside its status.
    gets: comparisonOf(
      answered.filter(({ path }) => code === undefined || path.join('.') !== 'code'),
      language,
    ),
    evidence,
  }
}

/** Succeeding interactions come first, callbacks last, and each kind in the order of the file. */
export function inReadingOrder(interactions: readonly InteractionInWords[]): readonly InteractionInWords[] {
  const kinds = Object.keys(en.sections)
  return interactions.toSorted((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind))
}

/** The header fields that are for one call, rather than for every. */
function isTelling({ path: [name = ''] }: Term): boolean {
  return !/^(?:authorization|accept|accept-language|content-type|content-length|user-agent|host|connection)$/i.test(
    name,
  )
}

function comparisonOf(terms: readonly Term[], language: Language): Comparison {
  const own = texts[language]
  const exactly = terms.filter(({ match }) => match.by === 'exactly')
  const byShape = terms.filter(({ match }) => match.by !== 'exactly')
  return {
    exactly: exactly.map((term) => `${nameOf(term)} ${short(term.value, SHOWN.value)}`.trim()),
    byShape: byShape.map((term) => own.within(nameOf(term), shapeOf(term, language))),
  }
}

function nameOf({ path }: Term): string {
  return path.join('.').replaceAll('.[]', '[]')
}

function shapeOf({ value, match: { by, regex } }: Term, language: Language): string {
  const own = texts[language]
  if (regex !== undefined) return isOfTime(regex, value) ? own.time : own.form(shortened(regex, SHOWN.pattern))
  if (by === 'type') {
    const type = Array.isArray(value) ? 'list' : typeof value
    return type in own.any ? own.any[type as keyof typeof own.any] : String(value)
  }
  return own.other(by, short(value, SHOWN.value))
}

/** A pattern for times is as long as it is dull. */
function isOfTime(pattern: string, example: unknown): boolean {
  return pattern.length > 20 && typeof example === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(example)
}

function short(value: unknown, characters: number): string {
  return shortened(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), characters)
}
