import { rmSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from 'vitest'
import { createCertificateAuthority } from '../../../src/wire/tls/certificate-authority.ts'

let template: Promise<string> | undefined

/** Puts a CA into a directory: the same one each time, since keys take long to make. @returns its certificate, PEM */
export async function placeAuthority(directory: string): Promise<string> {
  template ??= makeTemplate()
  await cp(await template, directory, { recursive: true })
  // Its files name the directory that they are in.
  return createCertificateAuthority({ directory }).certificate()
}

async function makeTemplate(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wechatpay mock tls-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  await createCertificateAuthority({ directory: join(directory, 'made') }).certificate()
  return join(directory, 'made')
}

export const test = base
  /** Where a CA may be kept; not there yet. */
  .extend('directory', async ({ task: _ }, { onCleanup }) => {
    const parent = await mkdtemp(join(tmpdir(), 'wechatpay mock tls-'))
    onCleanup(() => rm(parent, { recursive: true, force: true }))
    return join(parent, '.wechatpay-mock')
  })
