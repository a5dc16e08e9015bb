import { expect, expectTypeOf, test } from 'vitest'
import { ControlConnection } from '../../../src/control/client/control-connection.ts'
import { joinCalls } from '../../../src/control/client/join-calls.ts'

class Apples extends ControlConnection {
  apple(): Promise<string> {
    return this.call('GET', '/apple')
  }
}

class Pears extends ControlConnection {
  pears(): Promise<number> {
    return this.call('GET', '/pears')
  }
}

test('what is joined has the calls of each, over one connection', async () => {
  const seen: string[] = []
  const joined = new (joinCalls(Apples, Pears))(async ({ url }) => {
    seen.push(url)
    return Response.json(7)
  }, 'http://mock')

  await joined.apple()
  const pears = await joined.pears()

  expect(seen).toEqual(['http://mock/_mock/apple', 'http://mock/_mock/pears'])
  expectTypeOf(pears).toEqualTypeOf<number>()
})

test('the parts stay as they are', () => {
  joinCalls(Apples, Pears)
  expect(Object.hasOwn(Apples.prototype, 'pears')).toBe(false)
})

test('a call that is there twice is a mistake', () => {
  class MorePears extends ControlConnection {
    pears(): Promise<number> {
      return this.call('GET', '/more-pears')
    }
  }
  expect(() => joinCalls(Apples, Pears, MorePears)).toThrowError('MorePears has a second pears')
})
