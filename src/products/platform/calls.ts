import { defineAddCalls } from '../../control/add-calls.ts'
import type { CallsFor } from '../../control/call.ts'
import type { routes } from './routes.ts'
import { completeUser, givenUser, user, users } from './users.ts'

const { one: addUser, many: addUsers } = defineAddCalls({
  summary: 'Say what is known of a WeChat user or a list of them; one with the same openid is replaced',
  json: givenUser,
  made: user,
  async add(tx, given, defaults) {
    const made = completeUser(given, defaults)
    await tx.in(users).save(made)
    return made
  },
})

/** The control calls of the platform: what is known of users. */
export const calls = { addUser, addUsers } satisfies CallsFor<typeof routes>

type Calls = typeof calls

/** Their types under one name, so that declarations need not spell all of them out. */
export interface PlatformCalls extends Calls {}
