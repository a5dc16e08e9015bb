import { isError } from './is-error.ts'
import { quoted, type Texts } from './texts.ts'

const FAULTS: Readonly<Record<string, Texts>> = {
  ENOENT: { en: 'there is no such file or directory', zh: '没有这个文件或目录' },
  EACCES: { en: 'no permission', zh: '没有权限' },
  EISDIR: { en: 'it is a directory', zh: '这是一个目录' },
  ENOTDIR: { en: 'part of the path is not a directory', zh: '路径中有一段不是目录' },
  EEXIST: { en: 'a file of that name exists', zh: '已有同名文件' },
  ENOSPC: { en: 'no space left', zh: '空间不足' },
  EROFS: { en: 'read-only file system', zh: '文件系统只读' },
}

/** The operating system's reason why a file cannot be used, without a full stop. */
export function fileFault({ code = '', message }: NodeJS.ErrnoException): Texts {
  return Object.hasOwn(FAULTS, code) ? (FAULTS[code] as Texts) : quoted(message)
}

/** Whether an error comes from the operating system. */
export function isFromSystem(error: unknown): error is NodeJS.ErrnoException {
  return isError(error) && 'syscall' in error
}
