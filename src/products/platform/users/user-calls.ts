import { defineAddCalls } from '../../../control/add-calls.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { RowDefaults } from '../../../engine/state/table.ts'
import {
  type CompletedUser,
  completedUser,
  completeUser,
  describeUser,
  type UserJson,
  userJson,
  users,
} from './table.ts'

export const { one: addUser, many: addUsers } = defineAddCalls({
  summary: 'Say what is known of a WeChat user or a list of them; one with the same openid is replaced',
  json: userJson,
  made: completedUser,
  add,
})

async function add(tx: Transaction, json: UserJson, defaults: RowDefaults): Promise<CompletedUser> {
  const user = completeUser(json, defaults)
  await tx.in(users).save(user)
  return describeUser(user)
}
