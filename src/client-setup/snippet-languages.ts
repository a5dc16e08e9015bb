import { createPublicKey } from 'node:crypto'
import type { ClientCredentials } from './credentials.ts'

/** Texts of comments in the snippets. */
const en = {
  verified: 'the SDK has verified the signature of the answer',
  hostRewritten: 'The host is not signed, so requests may be sent to the mock instead.',
  privateAttribute: 'The SDK has no option for the address.',
  saveAs: (file: string): string => `Save it as ${file}:`,
  saveAsModule: (file: string): string =>
    `It is a module: save it as ${file}, or where package.json says "type": "module".`,
  saveWithLibraries: (file: string): string =>
    `Save it as ${file}, with wechatpay-java, OkHttp and what they need in lib (mvn dependency:copy-dependencies):`,
  and: 'and',
  verifyCallback:
    "The SDK verifies the callback's signature and decrypts it. A receiver also refuses what is signed more than five minutes ago.",
  callback: 'what is sealed in it',
}

const zh: typeof en = {
  verified: 'SDK 已验证应答的签名',
  hostRewritten: '签名不包含域名，因此可以把请求改发到模拟服务。',
  privateAttribute: '该 SDK 没有设置地址的选项。',
  saveAs: (file) => `保存为 ${file}：`,
  saveAsModule: (file) => `这是 ES 模块：保存为 ${file}，或放在 package.json 写有 "type": "module" 的目录中。`,
  saveWithLibraries: (file) =>
    `保存为 ${file}，并把 wechatpay-java、OkHttp 及其依赖放在 lib 中（mvn dependency:copy-dependencies）：`,
  and: '和',
  verifyCallback: '由 SDK 验证回调的签名并解密。接收回调的程序还应拒绝签名时间相差五分钟以上的回调。',
  callback: '解密后的内容',
}

export const texts = { en, zh }

export type Say = typeof en

/** Languages with snippets, each for one SDK: how to install it, and the usual file names. */
export const SNIPPET_LANGUAGES = {
  php: {
    label: 'PHP',
    install: 'composer require wechatpay/wechatpay',
    file: 'associate.php',
    callbackFile: 'callback.php',
  },
  java: {
    label: 'Java',
    /** Maven coordinates. */
    install: 'com.github.wechatpay-apiv3:wechatpay-java:0.2.17',
    file: 'WechatPayMockExample.java',
    callbackFile: 'WechatPayMockCallback.java',
  },
  go: {
    label: 'Go',
    install: 'go get github.com/wechatpay-apiv3/wechatpay-go@v0.2.21',
    file: 'main.go',
    callbackFile: 'main.go',
  },
  python: {
    label: 'Python',
    install: 'pip install wechatpayv3',
    file: 'associate.py',
    callbackFile: 'callback.py',
  },
  node: {
    label: 'Node.js',
    install: 'npm install wechatpay-axios-plugin',
    file: 'associate.mjs',
    callbackFile: 'callback.mjs',
  },
} as const

export type SnippetLanguage = keyof typeof SNIPPET_LANGUAGES

/** The names of the languages, in the order in which they are offered. */
export const SNIPPET_LANGUAGE_NAMES = Object.keys(SNIPPET_LANGUAGES) as [SnippetLanguage, ...SnippetLanguage[]]

/** A PEM text without surrounding line breaks. */
export function pem(text: string): string {
  return text.trim()
}

/** Every key that may sign answers, for SDKs whose requests do not say which one they have. */
export function answerKeys({
  platform_certificates,
  platform_public_key,
}: ClientCredentials): { id: string; key: string }[] {
  return [
    ...platform_certificates.map(({ serial_no, certificate }) => ({ id: serial_no, key: pem(certificate) })),
    ...(platform_public_key ? [{ id: platform_public_key.id, key: pem(platform_public_key.public_key) }] : []),
  ]
}

/**
 * The one key that an SDK asks answers to be signed with: the public key, which merchants have nowadays, or, for merchants with certificates only,
 * the certificate's key, which the service uses just as well if it is named.
 */
export function namedKey({ platform_certificates, platform_public_key }: ClientCredentials): {
  id: string
  publicKey: string
} {
  if (platform_public_key) return { id: platform_public_key.id, publicKey: pem(platform_public_key.public_key) }
  const [certificate] = platform_certificates
  if (!certificate) return { id: '', publicKey: '' }
  return { id: certificate.serial_no, publicKey: publicKeyOf(certificate.certificate) }
}

/** The public key with the id that a signature names. For an unknown id: the key that an SDK would have, which will report the mismatch. */
export function keyWithId(credentials: ClientCredentials, id: string | undefined): { id: string; publicKey: string } {
  const known = answerKeys(credentials).find((one) => one.id === id)
  return known ? { id: known.id, publicKey: publicKeyOf(known.key) } : namedKey(credentials)
}

/** @param key a certificate or a public key, PEM */
function publicKeyOf(key: string): string {
  return pem(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString())
}
