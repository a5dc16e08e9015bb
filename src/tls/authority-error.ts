import { UsageError } from '../protocol/errors.ts'

/** Why a CA on the disk is not used: others can read or change it, somebody else made it, it can not be read whole, or the disk says no. */
export type AuthorityFault = 'too_open' | 'foreign' | 'damaged' | 'unusable'

/** The CA on the disk can not be used as it is: `MOCK_CA`. The message says what to do, and never has a key in it. */
export class AuthorityError extends UsageError {
  readonly fault: AuthorityFault
  /** The file or directory that is to blame. */
  readonly file: string

  /** `reason`: what the operating system says, for `unusable`. */
  constructor(fault: AuthorityFault, file: string, options: { reason?: string; cause?: unknown } = {}) {
    super('MOCK_CA', messageOf(fault, file, options.reason ?? ''), { cause: options.cause })
    this.fault = fault
    this.file = file
  }
}

function messageOf(fault: AuthorityFault, file: string, reason: string): string {
  switch (fault) {
    case 'too_open':
      return `${file} is open to other users of this machine, who may have read or changed it: close it with \`chmod go-rwx\`, then make a new CA with \`wechatpay-mock ca --renew\`.`
    case 'foreign':
      return `${file} was not made by wechatpay-mock, or not by this user, and is left alone: choose another --data-dir, or move it away.`
    case 'damaged':
      return `${file} is damaged: make a new CA with \`wechatpay-mock ca --renew\`.`
    case 'unusable':
      return `The CA can not be kept in ${file}: ${reason}. Choose another --data-dir.`
  }
}

/** What the operating system says about a file, as an {@link AuthorityError}; other errors stay as they are. */
export function fromSystem(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  return new AuthorityError('unusable', file, { reason: error.message, cause: error })
}
