import { expect, test } from 'vitest'
import { giveWay } from '../../../src/wire/shared/pieces.ts'

test('of many that give way, one goes on in each turn of the event loop', async () => {
  let turns = 0
  let ticking = setImmediate(function tick() {
    turns += 1
    ticking = setImmediate(tick)
  })
  const wentOn = await Promise.all(Array.from({ length: 5 }, () => giveWay().then(() => turns)))
  clearImmediate(ticking)

  expect(new Set(wentOn).size).toBe(5)
})
