import { UsageError } from '../protocol/errors.ts'
import type { Texts } from '../shared/texts.ts'

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
    super('MOCK_DATA', textsOf(fault, file, reason), { cause: options.cause })
    this.fault = fault
    this.file = file
    this.reason = reason
  }
}

function textsOf(fault: DataFileFault, file: string, reason: string): Texts {
  switch (fault) {
    case 'directory':
      return { en: `${file} is a directory: name a file in it.`, zh: `${file} 是目录，请写出其中的文件名。` }
    case 'foreign':
      return {
        en: `${file} was not made by wechatpay-mock, and is left alone: name another file.`,
        zh: `${file} 不是 wechatpay-mock 的数据文件，因此不做改动：请换一个文件。`,
      }
    case 'newer':
      return {
        en: `${file} was made by a newer wechatpay-mock: use that one, or name another file.`,
        zh: `${file} 由更新版本的 wechatpay-mock 生成：请使用该版本，或换一个文件。`,
      }
    case 'damaged':
      return {
        en: `${file} is damaged (${reason}), and is left as it is: restore a copy, or move it away to start anew.`,
        zh: `${file} 已损坏（${reason}），未做改动：请恢复备份，或把它移走以重新开始。`,
      }
    case 'locked':
      return {
        en: `${file} is open in another process: one mock at a time can have it.`,
        zh: `${file} 正被另一个进程使用：同一时刻只能有一个模拟服务使用它。`,
      }
    case 'read_only':
      return {
        en: `${file} cannot be written: get write permission for it and its directory, or name another file.`,
        zh: `${file} 无法写入：请取得该文件及其目录的写权限，或换一个文件。`,
      }
    case 'unusable':
      return { en: `${file} cannot be opened: ${reason}.`, zh: `无法打开 ${file}：${reason}。` }
  }
}
