import { addAll } from '../../../control/add-all.ts'
import { defineCall, oneOrMany } from '../../../control/call.ts'
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

export const addUsers = defineCall({
  id: 'addUsers',
  method: 'POST',
  path: '/_mock/users',
  summary: 'Say what is known of a WeChat user or a list of them; one with the same openid is replaced',
  body: oneOrMany(userJson),
  status: 201,
  answer: oneOrMany(completedUser),
  handle: ({ body }, { mock }) => addAll(mock, body, addUser),
})

async function addUser(tx: Transaction, json: UserJson, defaults: RowDefaults): Promise<CompletedUser> {
  const user = completeUser(json, defaults)
  await tx.in(users).save(user)
  return describeUser(user)
}
