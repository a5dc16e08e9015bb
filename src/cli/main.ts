#!/usr/bin/env node
import module from 'node:module'
import { nodeTooOld } from '../wire/shared/node-version.ts'

const tooOld = nodeTooOld(process.versions.node)
if (tooOld !== undefined) {
  process.stderr.write(`${tooOld.en}\n${tooOld.zh}\n`)
  process.exit(2)
}
// The cache speeds up only later imports, so the program is imported after it.
module.enableCompileCache()
const { run } = await import('./program.ts')
await run(process.argv.slice(2))
