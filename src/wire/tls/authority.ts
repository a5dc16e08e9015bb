import { UsageError } from '../protocol/errors.ts'
import { DAY_MS } from '../shared/china-time.ts'
import { fileFault, isFromSystem } from '../shared/errors.ts'
import { quoted, type Texts } from '../shared/texts.ts'

/** How long a CA is valid, from a day before its creation. */
export const AUTHORITY_MS = 90 * DAY_MS
/** A CA with less time left is replaced. */
export const AUTHORITY_RENEWAL_MS = 30 * DAY_MS

/** How long a server certificate is valid. A CA that expires earlier is replaced first. */
export const SERVER_CERTIFICATE_MS = 7 * DAY_MS
/** A server certificate with less time left is replaced. */
export const SERVER_CERTIFICATE_RENEWAL_MS = DAY_MS

/** A CA for WeChat Pay's hosts and this machine only. */
export interface Authority {
  /** The root certificate that clients trust, PEM. Its key was discarded after it had signed the issuer's certificate. */
  readonly root: string
  /** Certificate of the issuer, which signs the server's certificates, PEM. */
  readonly issuer: string
  /** Private key of the issuer, PEM (PKCS#8). Never shown. */
  readonly issuerKey: string
  /** Validity of both certificates, epoch milliseconds. */
  readonly from: number
  readonly until: number
}

/** The key and certificates of a TLS server. */
export interface ServerCertificate {
  /** Private key, PEM. */
  readonly key: string
  /** PEM: the server's certificate, then the chain up to the CA's. */
  readonly certificate: string
}

const TEXTS = {
  too_open: (file) => ({
    en: `${file} is open to other users of this machine, who may have read or changed it: close it with \`chmod go-rwx\`, then make a new CA with \`wechatpay-mock ca --renew\`.`,
    zh: `本机其他用户可以访问 ${file}，内容可能已被读取或改动：请用 \`chmod go-rwx\` 收回权限，再用 \`wechatpay-mock ca --renew\` 重新生成 CA。`,
  }),
  other_user: (file) => ({
    en: `${file} belongs to another user, who could replace the key of the CA: run wechatpay-mock as that user, choose another --data-dir, or delete it to have it made anew.`,
    zh: `${file} 属于另一个用户，该用户可以替换 CA 的密钥：请以该用户的身份运行 wechatpay-mock，或换一个 --data-dir，或删除它以重新生成。`,
  }),
  foreign: (file) => ({
    en: `${file} was not made by wechatpay-mock, and is left alone: choose another --data-dir, or move it away.`,
    zh: `${file} 不是 wechatpay-mock 生成的，因此不做改动：请换一个 --data-dir，或把它移走。`,
  }),
  damaged: (file) => ({
    en: `${file} is damaged: make a new CA with \`wechatpay-mock ca --renew\`.`,
    zh: `${file} 已损坏：请用 \`wechatpay-mock ca --renew\` 重新生成 CA。`,
  }),
  unusable: (file, reason) => ({
    en: `The CA cannot be kept in ${file}: ${reason.en}. Choose another --data-dir.`,
    zh: `无法在 ${file} 保存 CA：${reason.zh}。请换一个 --data-dir。`,
  }),
} as const satisfies Readonly<Record<string, (file: string, reason: Texts) => Texts>>

/**
 * Why a CA on disk is not used: the permissions let others read or change it, another user owns it, another program made it, it is damaged, or the
 * operating system refuses.
 */
type AuthorityFault = keyof typeof TEXTS

/** A CA on disk cannot be used: `MOCK_CA`. The message gives the remedy, and never contains a key. */
export class AuthorityError extends UsageError {
  readonly fault: AuthorityFault
  /** The offending file or directory. */
  readonly file: string

  /** @param options `reason`: the problem, without a full stop, for `unusable` */
  constructor(fault: AuthorityFault, file: string, options: { reason?: Texts; cause?: unknown } = {}) {
    super('MOCK_CA', TEXTS[fault](file, options.reason ?? quoted('')), { cause: options.cause })
    this.fault = fault
    this.file = file
  }
}

/** Turns an error of the operating system into an {@link AuthorityError}; other errors are returned unchanged. */
export function fromSystem(error: unknown, file: string): unknown {
  return isFromSystem(error) ? new AuthorityError('unusable', file, { reason: fileFault(error), cause: error }) : error
}
