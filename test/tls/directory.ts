import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from 'vitest'

export const test = base
  /** Where a CA may be kept; not there yet. */
  .extend('directory', async ({ task: _ }, { onCleanup }) => {
    const parent = await mkdtemp(join(tmpdir(), 'wechatpay mock tls-'))
    onCleanup(() => rm(parent, { recursive: true, force: true }))
    return join(parent, '.wechatpay-mock')
  })
