import { expect, test } from 'vitest'
import { recentTraffic } from '../../../src/control/formats/traffic.ts'
import { nothingFound } from '../../../src/engine/journal/found.ts'
import type { Exchange } from '../../../src/engine/journal/journal.ts'
import { DEFAULT_SETTINGS } from '../../../src/engine/settings.ts'

const NOW = Date.parse('2026-11-25T12:00:07+08:00')

function anExchange(overrides: Partial<Exchange> = {}): Exchange {
  return {
    id: 'X',
    at: NOW,
    durationMs: 1,
    request: { method: 'GET', target: '/v3/certificates', headers: {}, body: new Uint8Array(0) },
    response: { status: 200, headers: [], body: new Uint8Array(0) },
    remarks: [],
    before: nothingFound(DEFAULT_SETTINGS),
    ...overrides,
  }
}

test.for([
  [[7], 7, 7],
  [[9, 1], 1, 9],
  [[3, 1, 2], 2, 3],
  [Array.from({ length: 100 }, (_, i) => 100 - i), 50, 95],
  [Array.from({ length: 20 }, (_, i) => i + 1), 10, 19],
] as const)('of the durations %j, the median is %i and the 95th percentile is %i', ([durations, median, p95]) => {
  const exchanges = durations.map((durationMs) => anExchange({ durationMs }))
  expect(recentTraffic(exchanges, NOW).duration_ms).toEqual({ median, p95 })
})

test('what is older than the first step, or later than the clock shows, does not count', () => {
  const first = Date.parse('2026-11-25T11:55:15+08:00')
  const end = Date.parse('2026-11-25T12:00:15+08:00')
  const at = (...instants: number[]) =>
    recentTraffic(
      instants.map((one) => anExchange({ at: one })),
      NOW,
    ).steps.map((step) => step['2xx'])

  expect(at(first - 1, end, 0)).toEqual(Array(20).fill(0))
  expect(at(first, end - 1)).toEqual([1, ...Array(18).fill(0), 1])
})
