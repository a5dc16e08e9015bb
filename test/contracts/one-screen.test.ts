import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

interface Interaction {
  readonly description: string
  readonly providerStates?: readonly object[]
  readonly request?: { readonly method: string; readonly path: string }
  readonly response?: { readonly status: number }
}

async function contractOf(consumer: string) {
  const text = await readFile(new URL(`../../contracts/pacts/${consumer}-wechatpay.json`, import.meta.url), 'utf8')
  return { lines: text.split('\n').length, interactions: JSON.parse(text).interactions as readonly Interaction[] }
}

test('the contracts of the shop and of payouts can be read to the end', async () => {
  const contracts = [await contractOf('shop'), await contractOf('payouts')]
  const interactions = contracts.flatMap((contract) => contract.interactions)

  expect(interactions.length).toBeLessThanOrEqual(30)
  expect(contracts.reduce((sum, { lines }) => sum + lines, 0)).toBeLessThanOrEqual(2_500)
  expect(interactions.filter(({ request }) => request?.path.endsWith('/associate')).length).toBeLessThanOrEqual(10)
})

test.for([
  ['shop', 1],
  ['payouts', 1],
  ['marketplace', 2],
  ['brand', 2],
  ['help-desk', 1],
] as const)('the happy path of each call comes first, in %s', async ([consumer, states]) => {
  const { interactions } = await contractOf(consumer)
  const byCall = Map.groupBy(
    interactions.filter(({ request }) => request),
    ({ request }) => `${request?.method} ${request?.path}`,
  )

  const firsts = [...byCall.values()].flatMap(([first]) => (first ? [first] : []))
  const isTaken = (status = 0) => status === 200 || status === 204
  expect(firsts.filter(({ response }) => !isTaken(response?.status)).map(({ description }) => description)).toEqual([])
  expect(Math.max(...firsts.map(({ providerStates = [] }) => providerStates.length))).toBeLessThanOrEqual(states)
})
