import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ALL, placeOf } from '../../src/engine/state/table.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon } from '../products/merchant-coupon/rules/builders.ts'
import { aDataFile } from './data-files.ts'

test('pages and counts are read from indexes, in their order', async () => {
  const file = await aDataFile()
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare')
  onTestFinished(() => prepare.mockRestore())
  const store = await SqliteStore.open(file, TABLES)
  const { mchid: owner } = aCoupon()
  const after = placeOf(coupons, 'newest', aCoupon())
  await store.transaction(async (tx) => {
    const repository = tx.in(coupons)
    for (const stretch of [{}, { owner }, { after }, { owner, after }, { owner, offset: 9 }]) {
      await repository.page('newest', ALL, { ...stretch, limit: 5 })
    }
    await repository.countAmong('newest', ALL)
    await repository.countAmong('newest', ALL, owner)
  })
  await store.close()

  const statements = [...new Set(prepare.mock.calls.map(([text]) => text))].filter((text) =>
    /among_newest = /.test(text),
  )
  expect(statements.length).toBe(6)
  const database = new DatabaseSync(file)
  for (const statement of statements) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all()
    const steps = plan.map(({ detail }) => String(detail)).filter((detail) => /_coupons/.test(detail))
    expect(steps.length).toBeGreaterThan(1)
    for (const step of steps) {
      expect(step).toMatch(
        /^SEARCH \w+ USING (COVERING INDEX \w+_newest_of_(all|one) \(among_newest=\?|INDEX sqlite_autoindex_\w+ \(owner=\? AND key=\?)/,
      )
    }
    expect(plan.map(({ detail }) => String(detail)).join('\n')).not.toContain('TEMP B-TREE')
  }
  database.close()
})
