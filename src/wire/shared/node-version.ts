// Jest 30.0 cannot import modules that exist only with the prefix `node:`.
const sea = process.getBuiltinModule('node:sea')
export const { getRawAsset } = sea

/** Whether this is the single executable, which contains all its parts, and has no packages beside it. */
export const IS_SINGLE_EXECUTABLE = sea.isSea()

/**
 * `node:http` without the cost of an `import`, which reads all its members; one of them loads the whole of `fetch`, a fifth of the server's start
 * time.
 */
export const { STATUS_CODES, createServer, request } = process.getBuiltinModule('node:http')

/** The oldest Node that this package runs on: `engines` of the manifest. */
export const NEEDED_NODE = [22, 13] as const

/** The message, in both languages, for a Node that is too old; otherwise `undefined`. Any Node loads this file, so it uses no new syntax. */
export function nodeTooOld(version: string): { readonly en: string; readonly zh: string } | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [neededMajor, neededMinor] = NEEDED_NODE
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return
  const needed = NEEDED_NODE.join('.')
  return {
    en: `wechatpay-mock needs Node ${needed} or newer, and this is ${version}.`,
    zh: `wechatpay-mock 需要 Node ${needed} 或更高版本，当前为 ${version}。`,
  }
}
