import { exampleOf, isMatcher, type PactMatcher } from './matchers.ts'

interface Rule {
  readonly combine: 'AND'
  readonly matchers: readonly [{ readonly match: string; readonly regex?: string; readonly min?: number }]
}

/** Rules of a pact file by path or by name of a header field. */
export type Rules = Readonly<Record<string, Rule>>

/** The rules for the matchers in the template of a JSON body, by path. */
export function bodyRules(template: unknown, path = '$'): Rules {
  if (isMatcher(template)) {
    const { value } = template
    const inside = Array.isArray(value) ? bodyRules(value[0], `${path}[*]`) : bodyRules(value, path)
    return { [path]: ruleOf(template), ...inside }
  }
  if (typeof template !== 'object' || template === null) return {}
  return Object.fromEntries(
    Object.entries(template).flatMap(([name, member]) => Object.entries(bodyRules(member, path + step(name)))),
  )
}

/** The rules for the matchers among header fields, by name. */
export function headerRules(template: Readonly<Record<string, unknown>>): Rules {
  return Object.fromEntries(
    Object.entries(template).flatMap(([name, value]) => (isMatcher(value) ? [[name, ruleOf(value)]] : [])),
  )
}

/** Header fields in the format of a pact of specification 4: lists of texts. */
export function headerExamples(template: Readonly<Record<string, unknown>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, [String(exampleOf(value))]]))
}

/** Rules by category, in the format of a pact; an empty object without rules. */
export function rulesIn(categories: Readonly<Record<string, Rules>>): { matchingRules?: Record<string, Rules> } {
  const some = Object.entries(categories).filter(([, rules]) => Object.keys(rules).length > 0)
  return some.length === 0 ? {} : { matchingRules: Object.fromEntries(some) }
}

function step(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `['${name.replaceAll("'", String.raw`\'`)}']`
}

function ruleOf({ 'pact:matcher:type': match, regex, min }: PactMatcher): Rule {
  return {
    combine: 'AND',
    matchers: [{ match, ...(regex !== undefined && { regex }), ...(min !== undefined && { min }) }],
  }
}
