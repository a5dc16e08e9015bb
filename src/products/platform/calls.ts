import type { CallsFor } from '../../control/call.ts'
import type { routes } from './routes.ts'
import { addUser, addUsers } from './users/user-calls.ts'

/** The control calls of the platform: what is known of users. */
export const calls = { addUser, addUsers } satisfies CallsFor<typeof routes>

type Calls = typeof calls

/** Their types under one name, so that declarations need not spell all of them out. */
export interface PlatformCalls extends Calls {}
