import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rowsOf, table } from '../../src/cli/gauntlet/report.ts'
import { gauntletCases } from '../../src/gauntlet/cases.ts'
import { type GauntletReport, runGauntlet } from '../../src/gauntlet/run.ts'
import { scenario } from '../../src/products/scenarios/index.ts'
import { NODE } from '../cli/cli.ts'

const root = join(import.meta.dirname, '../..')
const LONG = 180_000

/** Runs a command against every case that fits it: some 30 processes. */
const run = (command: readonly string[]) =>
  runGauntlet({ command, seed: scenario('default'), parallel: 2, timeoutMs: 60_000 })
const example = (name: string) => [NODE, join(root, 'examples/gauntlet', name)]

const names = (results: readonly { name: string }[]) => results.map(({ name }) => name)

/** The whole table of an example, which stands beside it; `npm run test:thorough -- test/gauntlet -u` writes it anew. */
const expectTable = (answers: GauntletReport['results'], name: string) =>
  expect(table(rowsOf({ answers, callbacks: [], skipped: [] }, 60, 'en'), [], 'en')).toMatchFileSnapshot(
    join(root, `examples/gauntlet/${name}.txt`),
  )

describe('the whole gauntlet', () => {
  test(
    'wechatpay-axios-plugin rejects everything that a signature can show',
    async () => {
      const { ok, results, skipped } = await run(example('axios-plugin.mjs'))
      expect(skipped).toEqual([{ name: 'honest_public_key', reason: 'no_public_key' }])

      expect(ok).toBe(false)
      expect(names(results)).toEqual(names(gauntletCases.filter(({ name }) => name !== 'honest_public_key')))
      expect(names(results.filter((one) => !one.ok))).toEqual(['error_as_200'])
      expect(results.every(({ hit }) => hit > 0)).toBe(true)
      await expectTable(results, 'axios-plugin')
    },
    LONG,
  )

  test(
    'wechatpay-node-v3 verifies nothing',
    async () => {
      const { results } = await run(example('node-v3.mjs'))

      expect(names(results.filter(({ ok }) => ok))).toEqual([
        'honest',
        'honest_slow',
        'honest_certificate',
        'half_body',
        'answer_lost',
      ])
      await expectTable(results, 'node-v3')
    },
    LONG,
  )

  test('a client that asks for the public key is tried with that, and not with the certificate', async () => {
    const { results, skipped } = await run([
      ...[NODE, '--input-type=module', '--eval'],
      `const { WECHATPAY_BASE_URL: url, WECHATPAY_PUBLIC_KEY_ID: id } = process.env
        await fetch(url + '/v3/certificates', { headers: { 'Wechatpay-Serial': id } })`,
    ])

    expect(names(results)).toContain('honest_public_key')
    expect(names(results)).not.toContain('honest_certificate')
    expect(skipped).toEqual([{ name: 'honest_certificate', reason: 'public_key' }])
  })
})
