import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commonRules } from '../../src/engine/exchange/exchange.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import type { Evidence } from '../../src/wire/protocol/errors.ts'
import { type Source, sources, sourcesOf } from '../../src/wire/protocol/sources.ts'
import { operations } from '../helpers/operations.ts'

/** A rule or an error, with a name for test failures. */
interface Claim {
  readonly name: string
  readonly evidence: Evidence
  readonly source?: Source | readonly Source[]
}

const common: readonly Claim[] = [
  ...commonRules.map((rule) => ({ ...rule, name: rule.rule })),
  ...Object.entries(commonErrors).map(([key, error]) => ({ ...error, name: key })),
]
const ofCalls: readonly Claim[] = operations.flatMap(({ id, rules, errors, rateLimit }) => [
  ...rules.map((rule) => ({ ...rule, name: `${id}: ${rule.rule}` })),
  ...Object.entries(errors).map(([key, error]) => ({ ...error, name: `${id} ${key}` })),
  ...(rateLimit ? [{ ...rateLimit, name: `${id}: its rate` }] : []),
])

/** Sources defined outside the rules: `sources.ts` of the protocol, and of each product that has one. */
async function definedSources(): Promise<readonly Source[]> {
  const folder = new URL('../../src/products/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^[\w-]+\/sources\.ts$/.test(file),
  )
  const groups = await Promise.all(files.map(async (file) => Object.values(await import(new URL(file, folder).href))))
  return [sources, ...groups.flat()].flatMap((group) => Object.values(group as Record<string, Source>))
}

test('what is observed, reported or known of a sister call names who says so', () => {
  const unnamed = [...common, ...ofCalls]
    .filter(({ evidence }) => evidence !== 'inferred' && evidence !== 'documented')
    .filter((claim) => sourcesOf(claim).length === 0)

  expect(unnamed.map(({ name, evidence }) => `${name} (${evidence})`)).toEqual([])
})

test('what is documented of every call names its page, as it has none of its own', () => {
  const unnamed = common.filter((claim) => claim.evidence === 'documented' && sourcesOf(claim).length === 0)

  expect(unnamed.map(({ name }) => name)).toEqual([])
})

test('every source that is defined is named by a rule, an error or a call, and has a title and an address of its own', async () => {
  const defined = await definedSources()
  const named = new Set([
    ...[...common, ...ofCalls].flatMap(sourcesOf).map(({ url }) => url),
    ...operations.map(({ source }) => source),
  ])

  expect(defined.filter(({ url }) => !named.has(url)).map(({ title }) => title)).toEqual([])
  const distinct = new Set(defined)
  for (const key of ['title', 'url'] as const)
    expect(new Set([...distinct].map((source) => source[key])).size).toBe(distinct.size)
  for (const url of named) expect(url).toMatch(/^https:\/\/[\w.]+\/\S+$/)
})
