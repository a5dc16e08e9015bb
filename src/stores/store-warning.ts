import type { Texts } from '../shared/texts.ts'

/**
 * Why a data file or a store that a mock uses nonetheless is questionable: other users can read or write the file; a Redis does not
 * say whether it evicts keys.
 */
export type StoreWarningKind = 'open_to_others' | 'eviction_unknown'

/** A warning about the state that a mock was opened with. */
export class StoreWarning {
  readonly kind: StoreWarningKind
  /** The path of the file, or the address of the store without user and password. */
  readonly subject: string
  readonly texts: Texts

  constructor(kind: StoreWarningKind, subject: string) {
    this.kind = kind
    this.subject = subject
    this.texts = textsOf(kind, subject)
  }

  /** The problem and the remedy, in English. */
  get message(): string {
    return this.texts.en
  }
}

function textsOf(kind: StoreWarningKind, subject: string): Texts {
  switch (kind) {
    case 'open_to_others':
      return {
        en: `${subject} is open to other users of this machine: close it to them with chmod go-rwx.`,
        zh: `本机其他用户可以读取或写入 ${subject}：请用 chmod go-rwx 收回权限。`,
      }
    case 'eviction_unknown':
      return {
        en: `The store at ${subject} does not say whether it evicts keys when its memory is full: make sure that its maxmemory-policy is noeviction, or allow this user to run INFO.`,
        zh: `无法得知存储 ${subject} 在内存用尽时是否淘汰键：请确认其 maxmemory-policy 为 noeviction，或允许该用户执行 INFO 命令。`,
      }
  }
}
