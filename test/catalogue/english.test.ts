import { describe, expect, test } from 'vitest'
import english from '../../src/catalogue/english.json' with { type: 'json' }
import { catalogue } from '../../src/catalogue/index.ts'
import { nameOfEvent } from '../../src/engine/callbacks/event.ts'
import { eventsOf, operationsOf } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'

const operations = operationsOf(products)
const events = eventsOf(products)
const shapedEvents = events.filter(({ shaped }) => shaped)
const texts = Object.entries(english)

const isCall = (id: string) => id.includes(' ')
const repeated = (all: readonly string[]) => all.filter((text, i) => all.indexOf(text) !== i)

describe('the English of the catalogue', () => {
  test('is there for each call and callback that is served in its documented shape, and for none that no page has', () => {
    const shaped = [...operations.filter((one) => one.shaped).map(({ id }) => id), ...shapedEvents.map(nameOfEvent)]
    const documented = [...catalogue.operations.map(({ id }) => id), ...catalogue.events.map(nameOfEvent)]

    expect(shaped.filter((id) => !Object.hasOwn(english, id))).toEqual([])
    expect(Object.keys(english).filter((id) => !documented.includes(id))).toEqual([])
  })

  test('is short and plain', () => {
    expect(texts.filter(([, text]) => !/^[ -~]{1,60}(?<![ .])$/.test(text))).toEqual([])
  })

  test('of a call starts with a regular verb, which recordings put into the third person', () => {
    const calls = texts.filter(([id]) => isCall(id))

    expect(calls.filter(([, text]) => !/^(?!(?:Be|Do|Go|Have) )[A-Z][a-z]+ \S/.test(text))).toEqual([])
  })

  test('of a callback is a clause that says who or what it is about', () => {
    const callbacks = texts.filter(([id]) => !isCall(id))

    expect(callbacks.filter(([, text]) => !/^(?:an? |WeChat Pay )\S/.test(text))).toEqual([])
  })

  test('tells every call from every other, simulated ones included', () => {
    expect(repeated(operations.map(({ summary }) => summary))).toEqual([])
  })

  test('tells every callback from every other, simulated ones included', () => {
    const simulated = events.filter(({ shaped }) => !shaped).map(({ label }) => label.en)

    expect(repeated([...simulated, ...shapedEvents.map(({ description }) => description)])).toEqual([])
  })
})
