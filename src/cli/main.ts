#!/usr/bin/env node
// A Node that is too old has not all of its names, so that naming one here would end it with nothing that helps.
import module from 'node:module'

const { node } = process.versions
const [major = 0, minor = 0] = node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `wechatpay-mock: needs Node 22.13 or newer, and this is ${node} / 需要 Node 22.13 或更新的版本，当前是 ${node}\n`,
  )
  process.exitCode = 2
} else {
  // Before the imports it speeds up, which is why those wait for it.
  module.enableCompileCache()
  const { run } = await import('./program.ts')
  await run(process.argv.slice(2))
}
