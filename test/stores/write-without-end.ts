/** A process of its own, `node write-without-end.ts FILE`: saves coupons one after the other, changes a document after each, and writes a line when both are kept. */
import { documentKey } from '../../src/engine/state/documents.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon } from '../products/merchant-coupon/rules/builders.ts'

const [, , file = ''] = process.argv
const note = documentKey<string>('note')
const store = await SqliteStore.open(file, TABLES)
for (let i = 1; ; i++) {
  await store.transaction((tx) => tx.in(coupons).save(aCoupon({ coupon_code: `c-${i}` })))
  await store.documents.update((draft) => draft.put(note, String(i)))
  // Waited for: a reader that is slow would otherwise not have lines of what is kept already.
  await new Promise((written) => process.stdout.write(`${i}\n`, written))
}
