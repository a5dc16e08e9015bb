import { type Language, quoted, type Texts } from './texts.ts'

/** The verdict of a rule: the new value, or the reason for a refusal. */
export type Decision<Value, Reason extends string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: Reason }

export function accept<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function refuse<Reason extends string>(reason: Reason): { readonly ok: false; readonly reason: Reason } {
  return { ok: false, reason }
}

/**
 * Whether a value is an error of any realm. Test runners such as Jest run tests in a virtual machine with an `Error` of its own, and the errors of
 * Node's modules are not instances of that. Objects thrown by the web platform, such as an `AbortError`, count too.
 */
export function isError(value: unknown): value is Error {
  return ['[object Error]', '[object DOMException]'].includes(Object.prototype.toString.call(value))
}

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

/** Text of a remark, preceded by the name of the error if it is about a refusal: `not_found: …`. */
export function withErrorName(
  { error, text }: { readonly error?: string | undefined; readonly text: string },
  language: Language = 'en',
): string {
  return error === undefined ? text : `${error}${language === 'zh' ? '：' : ': '}${text}`
}
