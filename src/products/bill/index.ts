import { defineProduct } from '../../engine/product.ts'
import { orders, refunds } from '../payment/index.ts'
import { receivedShares, sharingOrders, sharingReturns } from '../profit-sharing/index.ts'
import { transferAccounts, transfers } from '../transfer/index.ts'
import { type BillSettings, billSettings } from './bills.ts'
import * as operations from './operations.ts'

/** Bills (账单): what a merchant compares its own books with. They keep nothing of their own. */
export const bill = defineProduct({
  id: 'bill',
  title: { en: 'Bills', zh: '账单' },
  operations: Object.values(operations),
  tables: [orders, refunds, sharingOrders, receivedShares, sharingReturns, transferAccounts, transfers],
  settings: billSettings as BillSettings,
})
