import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { CatalogueIndex, Correction, FieldFacts, ProductFacts } from '../../../src/catalogue/facts.ts'
import { formatJson, routeOf, variablesOf } from '../../../tools/catalogue/shape.ts'

const folder = new URL('../../../src/catalogue/', import.meta.url)
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const index: CatalogueIndex = JSON.parse(textOf('index.json'))
const products = index.products.map(({ id, calls, events }) => {
  const facts: ProductFacts = JSON.parse(textOf(`${id}.json`))
  return { id, listed: { calls, events }, facts }
})
const calls = products.flatMap(({ facts }) => facts.calls)
const events = products.flatMap(({ id, facts }) => facts.events.map((event) => ({ id, ...event })))

interface Placed {
  readonly at: string
  readonly field: FieldFacts
}

/** In requests, where words give numbers and lists limits. */
const isAsked = ({ at }: Placed) => / (?:params|query|body)\//.test(at)

const placed = (at: string, fields: readonly FieldFacts[] = []): Placed[] =>
  fields.flatMap((field) => [{ at: `${at}/${field.name}`, field }, ...placed(`${at}/${field.name}`, field.members)])

const fields = [
  ...calls.flatMap(({ method, path, ...call }) =>
    (['params', 'query', 'body', 'answer'] as const).flatMap((part) => placed(`${method} ${path} ${part}`, call[part])),
  ),
  ...events.flatMap(({ id, type, resource }) => placed(`${id} ${type}`, resource)),
]

/** The places that are wrong. */
const wrong = (is: (one: Placed) => boolean) => fields.filter(is).map(({ at }) => at)

test('the index lists the files, and what is in them', () => {
  const files = readdirSync(folder).filter(
    (name) =>
      name.endsWith('.json') &&
      !['overlay.json', 'english.json', 'formerly-documented.json', 'values.json'].includes(name),
  )
  expect(files.sort()).toEqual(['index.json', ...products.map(({ id }) => `${id}.json`)].sort())
  for (const { listed, facts } of products) {
    expect(listed.calls).toEqual(facts.calls.map(({ method, path }) => `${method} ${path}`))
    expect(listed.events).toEqual(facts.events.map(({ type }) => type))
  }
  expect(index.date).toMatch(/^\d{4}-\d\d-\d\d$/)
})

test('every file is as the import writes it', () => {
  for (const { id, facts } of products) expect(textOf(`${id}.json`)).toBe(`${formatJson(facts)}\n`)
  expect(textOf('index.json')).toBe(`${formatJson(index)}\n`)
})

test('no two calls are the same to a router, and a product sends a type once', () => {
  const routes = calls.map(routeOf)
  expect(routes.filter((route, at) => routes.indexOf(route) !== at)).toEqual([])
  const types = events.map(({ id, type }) => `${id} ${type}`)
  expect(new Set(types).size).toBe(types.length)
})

test('there are as many as the pages have', () => {
  expect(calls.filter(({ pages }) => pages.length > 0).length).toBeGreaterThanOrEqual(309)
  expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThanOrEqual(27)
})

test('a path has a member for each variable, in its order', () => {
  for (const { path, params = [] } of calls) {
    expect(path).toMatch(/^\/(?:v3|invoicing)(?:\/(?:[\w.-]+|\{\w+\}))+\/?$/)
    expect(params.map(({ name }) => name)).toEqual(variablesOf(path))
    expect(params.every(({ required }) => required === true)).toBe(true)
  }
})

test('a call is on a page, or reported', () => {
  for (const { pages, reported } of calls) {
    expect(pages.length > 0).toBe(reported !== true)
    expect(pages.every((id) => /^[mp]\d{10}$/.test(id))).toBe(true)
  }
})

test('members have names of their own, and members only in objects', () => {
  expect(wrong(({ field: { name } }) => !/^[A-Za-z_][\w-]*$/.test(name))).toEqual([])
  const places = fields.map(({ at }) => at)
  expect(new Set(places).size).toBe(places.length)
  expect(wrong(({ field: { type, members } }) => members !== undefined && type !== 'object')).toEqual([])
})

test('limits in words are of requests, and of what they fit', () => {
  const inWords = ({ entries, pattern, https, orElse, notWith }: FieldFacts) =>
    [entries, pattern, https, orElse, notWith].some((limit) => limit !== undefined)
  expect(wrong((one) => inWords(one.field) && !isAsked(one))).toEqual([])
  expect(wrong(({ field: { type, pattern, https } }) => type !== 'string' && (pattern ?? https) !== undefined)).toEqual(
    [],
  )
  expect(wrong(({ field: { type, list, entries } }) => entries !== undefined && !(type === 'string' && list))).toEqual(
    [],
  )
  expect(wrong(({ field: { pattern = '^[0-9]+$' } }) => !/^\^\[[\w|*@-]+\]\+\$$/.test(pattern))).toEqual([])
  const names = new Set(fields.map(({ at }) => at))
  const sibling = (at: string, name: string) => at.replace(/[^/]+$/, name)
  expect(
    wrong(({ at, field: { orElse = [], notWith = [] } }) =>
      [...orElse, ...notWith].some((name) => !names.has(sibling(at, name))),
    ),
  ).toEqual([])
})

test('values are tokens, of texts and numbers', () => {
  expect(
    wrong(({ field: { values = [] } }) => !values.every((value) => /^[A-Z]\w*$|^\d+$|^[a-z]+$/.test(value))),
  ).toEqual([])
  const allows = ({ type, values = [] }: FieldFacts) =>
    type === 'string' || (type === 'boolean' && ['true', 'false'].includes(String(values)))
  expect(wrong(({ field }) => field.values !== undefined && !allows(field))).toEqual([])
})

test('only texts have lengths, are encrypted, times or media, only whole numbers are fen', () => {
  const isLimited = ({ max, min }: FieldFacts) => (max ?? min) !== undefined
  const isCounted = ({ type, list }: FieldFacts) => type === 'integer' || list === true
  expect(
    wrong((one) => one.field.type !== 'string' && isLimited(one.field) && !(isAsked(one) && isCounted(one.field))),
  ).toEqual([])
  expect(wrong(({ field: { max = 1, min = 1 } }) => min > max)).toEqual([])
  expect(
    wrong(({ field: { type, encrypted, time, media } }) => type !== 'string' && (encrypted ?? time ?? media) === true),
  ).toEqual([])
  expect(wrong(({ field: { type, fen } }) => type !== 'integer' && fen === true)).toEqual([])
})

test('errors have a status, a code and a message, and none twice', () => {
  for (const { errors, path } of [...calls, { errors: index.errors, path: 'index' }]) {
    expect(new Set(errors.map(String)).size, path).toBe(errors.length)
    for (const [status, code, message] of errors) {
      // A payment that waits for the user's password is answered with a code and 202.
      expect(status >= 400 || code === 'USERPAYING', `${status} ${code}`).toBe(true)
      expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/)
      expect(message.length, message).toBeLessThanOrEqual(60)
    }
  }
  expect(index.errors).toHaveLength(4)
})

test('an answer without a body has no members, a file no members either', () => {
  for (const { status, answer, answerType, path } of calls) {
    expect([200, 202, 204], path).toContain(status)
    if (status === 204 || answerType !== undefined) expect(answer, path).toBeUndefined()
  }
})

test('there are no sentences: titles are short, and nothing but an error ends like one', () => {
  const titles = [...calls, ...events, ...fields.map(({ field }) => field)].flatMap(({ title }) => title ?? [])
  expect(titles.filter((title) => title.length > 40 || title.includes('。') || title.trim() !== title)).toEqual([])
  const others = JSON.stringify([products, index], (name, value) => (name === 'errors' ? [] : value))
  expect(others).not.toContain('。')
})

test('the corrections name calls and callbacks that there are', () => {
  const corrections: Correction[] = JSON.parse(textOf('overlay.json'))
  const keys = [
    ...calls.map(({ method, path }) => `${method} ${path}`),
    ...events.map(({ id, type }) => `${id} ${type}`),
  ]
  for (const { calls: named, at, is, evidence, source } of corrections) {
    const now = at[0] === 'path' ? named.map((call) => call.replace(/\/.*/, String(is))) : named
    expect(keys).toEqual(expect.arrayContaining([...now]))
    expect([named.length, at.length]).not.toContain(0)
    expect(['documented', 'observed', 'reported', 'sibling', 'inferred']).toContain(evidence)
    expect(source).not.toBe('')
  }
  expect(corrections.length).toBeGreaterThan(0)
})
