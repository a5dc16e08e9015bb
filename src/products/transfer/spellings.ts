/** How the service spells what the rules say. */

export const AUTHORIZATION_STATE = {
  waiting: 'WAIT_USER_CONFIRM',
  effective: 'TAKING_EFFECT',
  closed: 'CLOSED',
} as const

export const RECEIPT_STATE = { generating: 'GENERATING', finished: 'FINISHED', failed: 'FAILED' } as const
