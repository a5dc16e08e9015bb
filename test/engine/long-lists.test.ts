import { expect, test } from 'vitest'
import { z } from 'zod'
import { text, titled } from '../../src/catalogue/fields.ts'
import { parseInput } from '../../src/engine/exchange/input.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'

/** An operation with a list in a list, and how many elements of the inner one have been looked at. */
function counting() {
  const looked = { elements: 0 }
  const element = z.strictObject({ name: text({ title: '名称', max: 8 }) }).check(() => {
    looked.elements++
  })
  const outer = z.strictObject({ inner: z.array(element).meta(titled('内')) })
  const body = z.strictObject({ first: text({ title: '首', max: 8 }), outer: z.array(outer).meta(titled('外')) })
  return { looked, operation: { ...associateTradeInfo, input: { body } } }
}

const parse = (operation: ReturnType<typeof counting>['operation'], body: unknown) =>
  parseInput(operation, { method: 'POST', target: '/', headers: {}, body: Buffer.from(JSON.stringify(body)) }, {})

const good = (length: number) => Array.from({ length }, () => ({ name: 'good' }))

test('a list is looked at no further than its first element that does not fit', () => {
  const { looked, operation } = counting()
  const outer = [{ inner: good(10) }, { inner: [...good(20), { name: 'far too long' }, ...good(6_000)] }]

  expect(() => parse(operation, { first: 'A', outer })).toThrow('/body/outer/1/inner/20/name')

  expect(looked.elements).toBeLessThan(100)
})

test('what comes before a list is named before its elements', () => {
  const outer = [{ inner: [{ name: 'far too long' }, ...good(6_000)] }]

  expect(() => parse(counting().operation, { first: 'far too long', outer })).toThrow('/body/first')
})

test('a list that fits is read whole', () => {
  const outer = [{ inner: good(3_000) }, { inner: good(3_000) }]

  expect(parse(counting().operation, { first: 'A', outer }).body).toEqual({ first: 'A', outer })
})

test('a list that misfits at every element is refused all the same', () => {
  const outer = Array.from({ length: 7_000 }, () => ({}))

  expect(() => parse(counting().operation, { first: 'A', outer })).toThrow('/body/outer/0/inner')
})
