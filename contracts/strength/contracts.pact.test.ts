import { describe, test } from 'vitest'
import { isRepresentative, representatives } from '../../test/helpers/representative.ts'
import { verifyHelpDesk, verifyProductCoupons, verifySharing, verifyTransfers } from '../provider/verification.ts'
import { trustLittle } from './trust-little.ts'
import {
  benignServers,
  brokenBrand,
  brokenComplaints,
  brokenMarketplace,
  brokenOrders,
  brokenTransfers,
} from './variants/index.ts'

trustLittle()

// Conformance covers the calls that the mock is made for, and of these only what the contracts leave out.
describe.each([
  ['payouts', verifyTransfers, brokenTransfers],
  ['the marketplace', verifySharing, [...brokenMarketplace, ...brokenOrders]],
  ['the brand', verifyProductCoupons, brokenBrand],
  ['the help desk', verifyHelpDesk, brokenComplaints],
] as const)('the contract of %s', { concurrent: true }, (_, verify, broken) => {
  test.for(broken.map((server) => [server.name, server] as const))('notices: %s', async ([, server], { expect }) => {
    const { ok, problems, bugs, findings } = await verify(
      server.build(),
      isRepresentative ? server.caughtBy : undefined,
    )

    expect({ ok, problems, bugs }).toEqual({ ok: false, problems: [], bugs: [] })
    expect(findings.find((finding) => finding.startsWith(server.caughtBy)) ?? findings).toEqual(expect.any(String))
  })

  test.for(representatives(benignServers).map((server) => [server.name, server] as const))(
    'passes: %s',
    async ([, server], { expect }) => {
      const { ok, problems, findings } = await verify(server.build())

      expect({ ok, problems, findings }).toEqual({ ok: true, problems: [], findings: [] })
    },
  )
})
