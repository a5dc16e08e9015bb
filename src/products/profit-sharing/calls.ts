import { callsOf } from '../../control/call.ts'
import * as controlCalls from './control-calls.ts'
import { routes } from './routes.ts'

/** The control calls of profit sharing: what the merchant console and tests do. */
export const calls = callsOf(routes, controlCalls)

/** Their types under one name, so that declarations need not spell all of them out. */
export interface ProfitSharingCalls extends Readonly<typeof calls> {}

export { things } from './control-calls.ts'
