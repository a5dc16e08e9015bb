#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Before the imports it speeds up, which is why those wait for it.
enableCompileCache()
const { run } = await import('./program.ts')
await run(process.argv.slice(2))
