#!/usr/bin/env node
import module from 'node:module'
import { nodeTooOld } from './node-version.ts'

const tooOld = nodeTooOld(process.versions.node)
if (tooOld !== undefined) {
  process.stderr.write(tooOld)
  process.exit(2)
}
// Before the imports it speeds up, which is why those wait for it.
module.enableCompileCache()
const { run } = await import('./program.ts')
await run(process.argv.slice(2))
