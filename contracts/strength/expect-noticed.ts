import { afterAll, describe, expect, test } from 'vitest'
import { type Verdict, verifyConformance, verifyContract } from '../provider/verification.ts'
import { LEFT_TO_CONFORMANCE } from './left-to-conformance.ts'
import { formatTable, type Row } from './table.ts'
import type { Server, Variant } from './variant.ts'

const left = new Set(Object.values(LEFT_TO_CONFORMANCE).flat())

/** Expects the contract of the shop to fail on each broken server, or conformance alone where it is left to that, and prints which interaction noticed which. */
export function expectNoticed(variants: readonly Variant[]): void {
  const rows = printedAfterwards(variants)

  describe.concurrent('is noticed', () => {
    test.for(variants)('$name', async ({ name, caughtBy, build }, { expect }) => {
      const contract = await verifyContract(build())
      const conformance = await verifyConformance(build())
      const isLeft = left.has(name)
      const telling = conformance.findings.find((finding) => finding.startsWith(caughtBy))
      const by = isLeft ? telling : contract.findings[0]
      rows.push({ kind: isLeft ? 'left to conformance' : 'broken', server: name, contract, conformance, by })

      expect(conformance).toMatchObject({ ok: false, problems: [] })
      expect(telling ?? conformance.findings).toEqual(expect.stringContaining(caughtBy))
      expect(contract).toMatchObject({ ok: isLeft, problems: [] })
      for (const verdict of [contract, conformance]) expect(withoutReason(verdict)).toEqual([])
    })
  })
}

/** Expects the contract of the shop to hold for each server. */
export function expectPassed(servers: readonly Server[]): void {
  const rows = printedAfterwards(servers)

  describe.concurrent('passes', () => {
    test.for(servers)('$name', async ({ name, build }, { expect }) => {
      const contract = await verifyContract(build())
      const conformance = await verifyConformance(build())
      rows.push({ kind: 'benign', server: name, contract, conformance, by: contract.findings[0] })

      expect(contract).toMatchObject({ ok: true, problems: [], findings: [] })
    })
  })
}

function printedAfterwards(servers: readonly Server[]): Row[] {
  const rows: Row[] = []
  afterAll(() => {
    const inOrder = servers.flatMap(({ name }) => rows.filter(({ server }) => server === name))
    console.log(formatTable(inOrder))
  })
  test('no two servers have the same name', () => {
    expect(servers.map(({ name }) => name)).toEqual([...new Set(servers.map(({ name }) => name))])
  })
  return rows
}

/** The interactions that fail, and do not say why. */
function withoutReason({ interactions, findings }: Verdict): string[] {
  return interactions.flatMap(({ ok, description }) =>
    ok || findings.some((finding) => finding.startsWith(`${description}: `)) ? [] : [description],
  )
}
