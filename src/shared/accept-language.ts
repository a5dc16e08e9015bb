import { LANGUAGES, type Language } from './texts.ts'

/** How many ranges of a header are examined; nobody ranks more languages than these. */
const RANGE_LIMIT = 32

/** A language range such as `zh-CN;q=0.9`: its primary language and its quality. */
const RANGE = /^\s*(\*|[a-z]{1,8})(?:-[a-z\d]{1,8})*\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i

/**
 * The language to answer in: the one of ours that an `Accept-Language` header prefers (RFC 9110, 12.5.4); if it likes both equally, the first.
 *
 * @param accepted the header; malformed ranges count as absent
 * @param otherwise used if the header is missing or prefers neither, such as `*` or `fr`
 */
export function preferredLanguage(accepted: string | null | undefined, otherwise: Language): Language {
  const qualities = new Map<string, number>()
  for (const range of accepted?.split(',', RANGE_LIMIT) ?? []) {
    const [, primary, quality = '1'] = RANGE.exec(range) ?? []
    const name = primary?.toLowerCase()
    if (name !== undefined) qualities.set(name, Math.max(Number(quality), qualities.get(name) ?? 0))
  }
  const qualityOf = (language: Language) => qualities.get(language) ?? qualities.get('*') ?? 0
  const named = [...qualities.keys()].filter((name): name is Language => LANGUAGES.some((one) => one === name))
  const [best = otherwise] = [...new Set([...named, otherwise, ...LANGUAGES])].toSorted(
    (one, other) => qualityOf(other) - qualityOf(one),
  )
  return qualityOf(best) > 0 ? best : otherwise
}
