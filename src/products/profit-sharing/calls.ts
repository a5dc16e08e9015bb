import type { CallsFor } from '../../control/call.ts'
import {
  addSharingAccount,
  addSharingAccounts,
  addSharingReceiver,
  addSharingReceivers,
  settleSharingOrder,
  settleSharingReturn,
  sharingOrder,
  sharingReturn,
} from './control-calls.ts'
import type { routes } from './routes.ts'

/** The control calls of profit sharing: what the merchant console and tests do. */
export const calls = {
  addSharingAccount,
  addSharingAccounts,
  addSharingReceiver,
  addSharingReceivers,
  settleSharingOrder,
  settleSharingReturn,
  sharingOrder,
  sharingReturn,
} satisfies CallsFor<typeof routes>

type Calls = typeof calls

/** Their types under one name, so that declarations need not spell all of them out. */
export interface ProfitSharingCalls extends Calls {}

export { things } from './control-calls.ts'
