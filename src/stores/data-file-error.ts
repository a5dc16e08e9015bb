import { UsageError } from '../protocol/errors.ts'

/**
 * Why a data file is not opened: the path is a directory; another program made the file; a newer version did; the file is damaged; another process
 * has it open; it is not writable; the operating system refuses.
 */
export type DataFileFault = 'directory' | 'foreign' | 'newer' | 'damaged' | 'locked' | 'read_only' | 'unusable'

/** A data file cannot be used as it is, and was not changed: `MOCK_DATA`. */
export class DataFileError extends UsageError {
  readonly fault: DataFileFault
  readonly file: string
  /** The error of SQLite or of the operating system, if it adds something. */
  readonly reason: string

  constructor(fault: DataFileFault, file: string, options: { reason?: string; cause?: unknown } = {}) {
    const reason = options.reason ?? ''
    super('MOCK_DATA', messageOf(fault, file, reason), { cause: options.cause })
    this.fault = fault
    this.file = file
    this.reason = reason
  }
}

function messageOf(fault: DataFileFault, file: string, reason: string): string {
  switch (fault) {
    case 'directory':
      return `${file} is a directory: name a file in it.`
    case 'foreign':
      return `${file} was not made by wechatpay-mock, and is left alone: name another file.`
    case 'newer':
      return `${file} was made by a newer wechatpay-mock: use that one, or name another file.`
    case 'damaged':
      return `${file} is damaged (${reason}), and is left as it is: restore a copy, or move it away to start anew.`
    case 'locked':
      return `${file} is open in another process: one mock at a time can have it.`
    case 'read_only':
      return `${file} cannot be written: get write permission for it and its directory, or name another file.`
    case 'unusable':
      return `${file} cannot be opened: ${reason}.`
  }
}
