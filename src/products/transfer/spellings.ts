/** How the service spells what the rules say. */

export const BILL_STATE = {
  accepted: 'ACCEPTED',
  processing: 'PROCESSING',
  waiting: 'WAIT_USER_CONFIRM',
  transferring: 'TRANSFERING',
  success: 'SUCCESS',
  fail: 'FAIL',
  canceling: 'CANCELING',
  cancelled: 'CANCELLED',
} as const

export const BILL_STYLE = { confirm_page: 'CONFIRM_PAGE', red_packet: 'RED_PACKET' } as const

export const AUTHORIZATION_STATE = {
  waiting: 'WAIT_USER_CONFIRM',
  effective: 'TAKING_EFFECT',
  closed: 'CLOSED',
} as const

export const RECEIPT_STATE = { generating: 'GENERATING', finished: 'FINISHED', failed: 'FAILED' } as const
