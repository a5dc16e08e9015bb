import { afterAll, describe, expect, test } from 'vitest'
import { formatTable, type Row } from './table.ts'
import type { Variant } from './variant.ts'
import { findingsOf, verifyOurPacts } from './verification.ts'

/** Expects our contracts to fail on each variant, to say why, and prints which interaction noticed which. */
export function expectNoticed(variants: readonly Variant[]): void {
  const rows: Row[] = []

  afterAll(() => {
    const inOrder = variants.flatMap(({ name }) => rows.filter(({ variant }) => variant === name))
    console.log(formatTable(inOrder))
  })

  test('no two variants have the same name', () => {
    expect(variants.map(({ name }) => name)).toEqual([...new Set(variants.map(({ name }) => name))])
  })

  describe.concurrent('our contracts notice', () => {
    test.for(variants)('$name', async ({ name, caughtBy, build, messages }, { expect }) => {
      const { ok, problems, interactions } = await verifyOurPacts(build(), messages)

      const failed = interactions.filter(({ ok }) => !ok)
      const findings = failed.flatMap(findingsOf)
      const telling = findings.find((finding) => finding.startsWith(caughtBy))
      const by = telling ?? findings[0] ?? 'NOT CAUGHT'
      rows.push({ variant: name, failed: failed.length, of: interactions.length, by })
      expect({ ok, problems }).toEqual({ ok: false, problems: [] })
      expect(telling ?? findings).toEqual(expect.stringContaining(caughtBy))
      expect(failed.filter((interaction) => findingsOf(interaction).length === 0)).toEqual([])
    })
  })
}
