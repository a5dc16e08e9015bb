import { expect, test } from 'vitest'
import { onceFor } from '../../../src/wire/shared/pieces.ts'

test('what follows from a thing is made once for it, nothing included', () => {
  const asked: object[] = []
  const of = onceFor((thing: { readonly value?: number }) => {
    asked.push(thing)
    return thing.value
  })
  const [one, other, none] = [{ value: 1 }, { value: 2 }, {}]

  expect([of(one), of(other), of(none), of(one), of(none)]).toEqual([1, 2, undefined, 1, undefined])
  expect(asked).toEqual([one, other, none])
})

test('what could not be made is refused each time', () => {
  const of = onceFor((thing: { readonly why: string }): never => {
    throw new Error(thing.why)
  })
  const thing = { why: 'two of one name' }

  expect(() => of(thing)).toThrow('two of one name')
  expect(() => of(thing)).toThrow('two of one name')
})
