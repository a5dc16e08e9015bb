import { afterAll, describe, expect, test } from 'vitest'
import { isRepresentative, representatives } from '../../test/helpers/representative.ts'
import { type Verdict, verifyConformance, verifyContract } from '../provider/verification.ts'
import { formatTable, isLeftToConformance, type Kind, type Row } from './table.ts'
import { trustLittle } from './trust-little.ts'
import type { Server, Variant } from './variant.ts'

/** Expected verdict of the contract and of conformance on each kind of server. Those left to conformance are expected to keep the contract. */
const EXPECTED: Readonly<Record<Kind, { readonly contract: boolean; readonly conformance: boolean }>> = {
  broken: { contract: false, conformance: false },
  inexact: { contract: true, conformance: false },
  benign: { contract: true, conformance: true },
}

/**
 * Verifies each server against the shop's contract and against conformance, expects the verdicts of its kind, and prints a table of the results.
 *
 * @param kindOf maps the name of a server to its kind
 */
export function expectVerdicts(servers: readonly (Server | Variant)[], kindOf: (name: string) => Kind): void {
  const rows: Row[] = []
  trustLittle()
  afterAll(() => {
    console.log(formatTable(servers.flatMap(({ name }) => rows.filter(({ server }) => server === name))))
  })

  test('no two servers have the same name', () => {
    expect(servers.map(({ name }) => name)).toEqual([...new Set(servers.map(({ name }) => name))])
  })

  const judgedByBoth = new Set(representatives(servers))
  const played = servers.filter((server) => judgedByBoth.has(server) || 'caughtBy' in server)

  describe.concurrent('the verdict on', () => {
    // %s puts the whole name into the title, so `-t` can match it.
    test.for(played.map((server) => [server.name, server] as const))('%s', async ([name, server], { expect }) => {
      const { build } = server
      const expected = EXPECTED[kindOf(name)]
      const caughtBy = 'caughtBy' in server ? server.caughtBy : undefined
      const contract = judgedByBoth.has(server) ? await verifyContract(build()) : undefined
      const conformance = await verifyConformance(build(), isRepresentative ? caughtBy : undefined)
      const telling = caughtBy && conformance.findings.find((finding) => finding.startsWith(caughtBy))
      if (contract) {
        rows.push({ kind: kindOf(name), server: name, contract, conformance, by: contract.findings[0] ?? telling })
      }

      expect({ contract: contract && outcome(contract), conformance: outcome(conformance) }).toEqual({
        contract: contract && {
          ok: expected.contract || isLeftToConformance(name),
          problems: [],
          bugs: [],
          withoutReason: [],
        },
        conformance: { ok: expected.conformance, problems: [], bugs: [], withoutReason: [] },
      })
      if (caughtBy !== undefined) expect(telling ?? conformance.findings).toEqual(expect.stringContaining(caughtBy))
    })
  })
}

function outcome({ ok, problems, bugs, interactions, findings }: Verdict) {
  const withoutReason = interactions
    .filter((one) => !one.ok && !findings.some((finding) => finding.startsWith(`${one.description}: `)))
    .map(({ description }) => description)
  return { ok, problems, bugs, withoutReason }
}
