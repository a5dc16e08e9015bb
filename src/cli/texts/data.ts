import type { DataFileFault } from '../../stores/data-file-error.ts'

/** What commands say of data files. */
export interface DataTexts {
  readonly option: string
  readonly expected: string
  readonly label: string
  /** What a state is that a file has kept. */
  readonly resumed: string
  /** `reason`: what SQLite or the operating system says. */
  readonly faults: Readonly<Record<DataFileFault, (file: string, reason: string) => string>>
}

export const dataEn: DataTexts = {
  option:
    'keep the state in this file (SQLite), which is made if there is none; one that has a state goes on with it, and --seed and --clock are for a new one',
  expected: 'name a file',
  label: 'data file',
  resumed: 'as it was left (--seed and --clock are for a new file)',
  faults: {
    directory: (file) => `${file} is a directory: name a file in it`,
    foreign: (file) => `${file} was not made by wechatpay-mock, and is left alone: name another file`,
    newer: (file) => `${file} was made by a newer wechatpay-mock: use that one, or name another file`,
    damaged: (file, reason) =>
      `${file} is damaged (${reason}), and is left as it is: restore a copy, or move it away to start anew`,
    locked: (file) => `${file} is open in another process: one mock at a time can have it`,
    read_only: (file) =>
      `${file} can not be written: give yourself the right to write it and its directory, or name another file`,
    unusable: (file, reason) => `${file} can not be opened: ${reason}`,
  },
}

export const dataZh: DataTexts = {
  option:
    '把状态保存在该文件中（SQLite），不存在时新建；已有状态的文件接着上次的状态运行，--seed 和 --clock 只用于新文件',
  expected: '请写文件名',
  label: '数据文件',
  resumed: '接着上次的状态（--seed 和 --clock 只用于新文件）',
  faults: {
    directory: (file) => `${file} 是目录，请写出其中的文件名`,
    foreign: (file) => `${file} 不是 wechatpay-mock 的数据文件，因此不做改动：请换一个文件`,
    newer: (file) => `${file} 由更新版本的 wechatpay-mock 生成：请使用该版本，或换一个文件`,
    damaged: (file, reason) => `${file} 已损坏（${reason}），未做改动：请恢复备份，或把它移走以重新开始`,
    locked: (file) => `${file} 正被另一个进程使用：同一时刻只能有一个模拟服务使用它`,
    read_only: (file) => `${file} 无法写入：请取得该文件及其目录的写权限，或换一个文件`,
    unusable: (file, reason) => `无法打开 ${file}：${reason}`,
  },
}
