import { UsageError } from '../protocol/errors.ts'
import { quoted, type Texts } from '../shared/texts.ts'

/**
 * Why a data file is not opened: the path is a directory; another program made the file; a newer version did, or one that is too old; the file is damaged; another process
 * has it open; it is not writable; the operating system refuses.
 */
export type DataFileFault =
  | 'directory'
  | 'foreign'
  | 'newer'
  | 'older'
  | 'damaged'
  | 'locked'
  | 'read_only'
  | 'unusable'

/** A data file cannot be used, and was left unchanged: `MOCK_DATA`. */
export class DataFileError extends UsageError {
  readonly fault: DataFileFault
  readonly file: string

  /** @param options `reason`: the message of SQLite or the operating system, if it adds something */
  constructor(fault: DataFileFault, file: string, options: { reason?: Texts; cause?: unknown } = {}) {
    super('MOCK_DATA', textsOf(fault, file, options.reason ?? quoted('')), { cause: options.cause })
    this.fault = fault
    this.file = file
  }
}

function textsOf(fault: DataFileFault, file: string, reason: Texts): Texts {
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
    case 'older':
      return {
        en: `${file} was made by an older wechatpay-mock and was not changed. To carry its state over, serve it with that version, save GET /_mock/world as world.json, then start this version with another file and --seed world.json.`,
        zh: `${file} 由较旧版本的 wechatpay-mock 生成，未做改动。如需保留其中的状态：请用原版本启动，将 GET /_mock/world 的结果存为 world.json，再用本版本指定新的数据文件，并加上 --seed world.json。`,
      }
    case 'damaged':
      return {
        en: `${file} is damaged (${reason.en}), and is left as it is: restore a copy, or move it away to start afresh.`,
        zh: `${file} 已损坏（${reason.zh}），未做改动：请恢复备份，或把它移走以重新开始。`,
      }
    case 'locked':
      return {
        en: `${file} is open in another process: only one mock at a time can use it.`,
        zh: `${file} 正被另一个进程使用：同一时刻只能有一个模拟服务使用它。`,
      }
    case 'read_only':
      return {
        en: `${file} is not writable: make it and its directory writable, or name another file.`,
        zh: `${file} 无法写入：请取得该文件及其目录的写权限，或换一个文件。`,
      }
    case 'unusable':
      return { en: `${file} cannot be opened: ${reason.en}.`, zh: `无法打开 ${file}：${reason.zh}。` }
  }
}
