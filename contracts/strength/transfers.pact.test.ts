import { describe, test } from 'vitest'
import { verifyPayouts } from '../provider/verification.ts'
import { trustLittle } from './trust-little.ts'
import { benignServers, brokenTransfers } from './variants/index.ts'

trustLittle()

// Conformance does not cover transfers; it covers the calls that the mock is made for.
describe.concurrent('the contract of payouts', () => {
  test.for(brokenTransfers.map((server) => [server.name, server] as const))(
    'notices: %s',
    async ([, server], { expect }) => {
      const { ok, problems, bugs, findings } = await verifyPayouts(server.build())

      expect({ ok, problems, bugs }).toEqual({ ok: false, problems: [], bugs: [] })
      expect(findings.find((finding) => finding.startsWith(server.caughtBy)) ?? findings).toEqual(expect.any(String))
    },
  )

  test.for(benignServers.map((server) => [server.name, server] as const))(
    'passes: %s',
    async ([, server], { expect }) => {
      const { ok, problems, findings } = await verifyPayouts(server.build())

      expect({ ok, problems, findings }).toEqual({ ok: true, problems: [], findings: [] })
    },
  )
})
