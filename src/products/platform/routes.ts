/** Where the control calls of the platform are found, and what the `MockControl` methods of the same names do. */
export const routes = {
  /** Adds all of them or none; 10,000 at most. */
  addUsers: 'POST /users',
  /** Says what is known of a WeChat user, or replaces what was: appid, unionid, natural person, whether the account is suspicious. */
  addUser: 'POST /users',
} as const
