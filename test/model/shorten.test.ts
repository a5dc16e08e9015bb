import { expect, test } from 'vitest'
import { shorten } from './shorten.ts'

const numbers = Array.from({ length: 200 }, (_, index) => index)

test('what a failure needs is all that is left', async () => {
  const needed = [3, 77, 78, 199]
  const fails = async (list: readonly number[]) => needed.every((number) => list.includes(number))
  expect(await shorten(numbers, fails)).toEqual(needed)
})

test('it stops asking when the attempts are used up', async () => {
  let asked = 0
  const shortest = await shorten(
    numbers,
    async () => {
      asked += 1
      return false
    },
    50,
  )
  expect(shortest).toEqual(numbers)
  expect(asked).toBe(50)
})
