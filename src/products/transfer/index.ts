import { defineProduct } from '../../engine/product.ts'
import { users } from '../platform/index.ts'
import { transferAccounts } from './accounts/table.ts'
import { authorizationEvents } from './authorizations/events.ts'
import { transferAuthorizations } from './authorizations/table.ts'
import { billFinished } from './bills/bill-finished.ts'
import { transfers } from './bills/table.ts'
import type { TransferCalls } from './calls.ts'
import { transferGateway } from './gateway.ts'
import * as operations from './operations.ts'
import { confirmPage } from './phone/confirm-page.ts'
import { transferReceipts } from './receipts/table.ts'
import { routes } from './routes.ts'
import { transferSettings } from './settings.ts'
import type { TransferStates } from './states.ts'

/** 商家转账: money from a merchant to a user, who confirms it on the phone. */
export const transfer = defineProduct({
  id: 'transfer',
  title: { en: 'Transfers', zh: '商家转账' },
  operations: Object.values(operations),
  gatewayAt: transferGateway,
  events: [billFinished, ...Object.values(authorizationEvents)],
  tables: [transferAccounts, transfers, transferAuthorizations, transferReceipts, users],
  settings: transferSettings,
  routes,
  things: async () => (await import('./things.ts')).things,
  calls: async (): Promise<TransferCalls> => (await import('./calls.ts')).calls,
  pages: [confirmPage],
  states: async (): Promise<TransferStates> => (await import('./states.ts')).states,
})
