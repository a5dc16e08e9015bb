import { UsageError } from '../protocol/errors.ts'
import { isError } from '../shared/is-error.ts'

/**
 * Why a CA on disk is not used: the permissions let others read or change it, another user owns it, another program made it, it is damaged, or the
 * operating system refuses.
 */
export type AuthorityFault = 'too_open' | 'other_user' | 'foreign' | 'damaged' | 'unusable'

/** A CA on disk cannot be used as it is: `MOCK_CA`. The message says what to do, and never contains a key. */
export class AuthorityError extends UsageError {
  readonly fault: AuthorityFault
  /** The offending file or directory. */
  readonly file: string

  /** @param options `reason`: the error of the operating system, for `unusable` */
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
    case 'other_user':
      return `${file} belongs to another user, who could replace the key of the CA: run wechatpay-mock as that user, choose another --data-dir, or delete it to have it made anew.`
    case 'foreign':
      return `${file} was not made by wechatpay-mock, and is left alone: choose another --data-dir, or move it away.`
    case 'damaged':
      return `${file} is damaged: make a new CA with \`wechatpay-mock ca --renew\`.`
    case 'unusable':
      return `The CA cannot be kept in ${file}: ${reason}. Choose another --data-dir.`
  }
}

/** Turns an error of the operating system into an {@link AuthorityError}; other errors stay as they are. */
export function fromSystem(error: unknown, file: string): unknown {
  if (!isError(error) || !('syscall' in error)) return error
  return new AuthorityError('unusable', file, { reason: error.message, cause: error })
}
