import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import { makeDirectory } from '../../../src/wire/shared/make-directory.ts'

const test = base.extend('home', async ({ task: _ }, { onCleanup }) => {
  const home = await mkdtemp(join(tmpdir(), 'make-directory-'))
  onCleanup(() => rm(home, { recursive: true }))
  return home
})

test('those above it are made too, with the same mode', async ({ home }) => {
  await makeDirectory(join(home, 'a/b/c'), 0o700)

  for (const made of ['a', 'a/b', 'a/b/c']) {
    const { mode } = await stat(join(home, made))
    expect(mode & 0o777, made).toBe(0o700)
  }
})

test('what is there stays, and may be made by several at once', async ({ home }) => {
  const path = join(home, 'a/b/c')
  await Promise.all(Array.from({ length: 8 }, () => makeDirectory(path)))
  await writeFile(join(path, 'file'), '')
  await makeDirectory(path)
  await makeDirectory(home)

  expect((await stat(join(path, 'file'))).isFile()).toBe(true)
})

test('a file in its place, or above it, is refused', async ({ home }) => {
  await writeFile(join(home, 'file'), '')

  await expect(makeDirectory(join(home, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeDirectory(join(home, 'file/a/b'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

test.skipIf(process.platform !== 'linux')('where nothing can be made, it ends (Linux has such a place)', async () => {
  await expect(makeDirectory('/proc/wechatpay-mock/a/b')).rejects.toMatchObject({ code: 'ENOENT' })
})
