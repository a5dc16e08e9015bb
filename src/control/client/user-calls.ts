import type { CompletedUser, UserJson } from '../../products/platform/users/table.ts'
import { ControlConnection } from './control-connection.ts'

/** What is known of WeChat users. */
export class UserCalls extends ControlConnection {
  /** Says what is known of a WeChat user, or replaces what was: appid, unionid, natural person, whether the account is suspicious. */
  addUser(user: UserJson): Promise<CompletedUser> {
    return this.call('POST', '/users', { body: user })
  }

  /** Adds all of them or none; 10,000 at most. */
  addUsers(users: readonly UserJson[]): Promise<CompletedUser[]> {
    return this.call('POST', '/users', { body: users })
  }
}
