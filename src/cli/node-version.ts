/** The oldest Node that the program runs on: `engines` of the manifest. */
export const NEEDED_NODE = [22, 13] as const

/** What to say, in both languages, where the version of Node is older than that. Loaded by Node of any age: nothing new in here. */
export function nodeTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [neededMajor, neededMinor] = NEEDED_NODE
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return
  const needed = NEEDED_NODE.join('.')
  return `wechatpay-mock needs Node ${needed} or newer, and this is ${version}.\nwechatpay-mock 需要 Node ${needed} 或更高版本，当前为 ${version}。\n`
}
