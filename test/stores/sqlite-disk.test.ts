/** How a data file uses its disk. */
import { execFileSync } from 'node:child_process'
import { chmod, copyFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { documentKey } from '../../src/engine/state/documents.ts'
import { StoreUnavailable } from '../../src/engine/state/store.ts'
import { openMock } from '../../src/open-mock.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { filesOpenToOthers } from '../../src/stores/sqlite/open-database.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon } from '../products/merchant-coupon/rules/builders.ts'
import { aDataFile, aDirectory } from './data-files.ts'

const NOTE = documentKey<string>('note')

async function opened(file: string): Promise<SqliteStore> {
  const store = await SqliteStore.open(file, TABLES)
  onTestFinished(() => store.close())
  return store
}

function save(store: SqliteStore, code: string, openid = 'user'): Promise<void> {
  return store.transaction(async (tx) => {
    await tx.in(coupons).save(aCoupon({ coupon_code: code, openid }))
  })
}

async function codesIn(store: SqliteStore): Promise<readonly string[]> {
  return store.transaction(async (tx) => (await tx.in(coupons).list()).map(({ coupon_code }) => coupon_code).toSorted())
}

const hasPermissions = process.platform !== 'win32'

describe.skipIf(!hasPermissions)('permissions of a data file (Windows has none)', () => {
  test('it is closed to other users with all that lies beside it, whatever the umask', async () => {
    const umask = process.umask(0)
    onTestFinished(() => void process.umask(umask))
    const file = await aDataFile()
    const store = await opened(file)
    await save(store, 'c-1')

    const directory = dirname(file)
    const modes = await Promise.all(
      (await readdir(directory)).map(async (name) => [name, (await stat(join(directory, name))).mode & 0o777]),
    )
    expect(Object.fromEntries(modes)).toEqual({ 'mock.db': 0o600, 'mock.db-wal': 0o600 })
    expect(store.warnings).toEqual([])
  })

  test.for([
    ['640', 0o640],
    ['604', 0o604],
    ['620', 0o620],
  ] as const)('one of mode %s is used as it is, and a warning names it', async ([, mode]) => {
    const file = await aDataFile()
    await (await SqliteStore.open(file, TABLES)).close()
    await chmod(file, mode)
    const warnings: string[] = []
    const mock = await openMock({ data: file, onWarning: ({ message }) => warnings.push(message) })
    onTestFinished(() => mock.close())

    expect(warnings).toEqual([`${file} is open to other users of this machine: close it to them with chmod go-rwx.`])
    expect((await stat(file)).mode & 0o777).toBe(mode)
  })

  test('what lies beside the file behind a link is named too', async () => {
    const file = await aDataFile()
    const store = await opened(file)
    await save(store, 'c-1')
    await chmod(`${file}-wal`, 0o644)
    const link = join(await aDirectory(), 'link')
    await symlink(file, link)

    expect(filesOpenToOthers(link)).toEqual([`${file}-wal`])
  })

  test('the warning is one of the process where nobody asks for it', async () => {
    const file = await aDataFile()
    await (await SqliteStore.open(file, TABLES)).close()
    await chmod(file, 0o644)
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    const mock = await openMock({ data: file })
    onTestFinished(() => mock.close())

    expect(await warned).toMatchObject({ name: 'WechatPayMockWarning', message: expect.stringContaining(file) })
  })
})

function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function aFileOnASmallDisk(mebibytes: number): Promise<string> {
  const directory = await aDirectory()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'none', directory])
  onTestFinished(() => void execFileSync('umount', ['--lazy', directory]))
  return join(directory, 'mock.db')
}

describe.skipIf(!mayMount())('a data file on a small disk (which root can mount on Linux)', () => {
  test('does not fill it with its log', async () => {
    const file = await aFileOnASmallDisk(8)
    const store = await opened(file)
    for (let i = 0; i < 3_000; i++) await save(store, `c-${i % 20}`, `user-${i}`)

    expect((await stat(`${file}-wal`)).size).toBeLessThan(1_048_576)
    expect(await codesIn(store)).toHaveLength(20)
  })

  test('gives the space of a log back that was written when there was more of it', async () => {
    const file = await aFileOnASmallDisk(64)
    const first = await SqliteStore.open(file, TABLES)
    for (let i = 0; i < 20; i++) await save(first, `c-${i}`)
    await first.close()
    const store = await opened(file)
    for (let i = 0; i < 300; i++) await save(store, `c-${i % 20}`, `user-${i}`)
    const { size } = await stat(`${file}-wal`)
    await fill(file)
    for (let i = 300; i < 600; i++) await save(store, `c-${i % 20}`, `user-${i}`)

    expect(size).toBeGreaterThan(2_000_000)
    expect((await stat(`${file}-wal`)).size).toBeLessThan(size)
  })

  test('that is full answers that it cannot be used, loses nothing, and goes on when there is room', async () => {
    const file = await aFileOnASmallDisk(8)
    const mock = await openMock({ data: file, seed: 'default' })
    const server = await startServer({ mock, port: 0 })
    onTestFinished(() => server.close(0))
    const add = (code: string) =>
      fetch(`${server.url}/_mock/coupons`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ stock_id: '100088', coupon_code: code, openid: 'o'.repeat(100) }),
      })
    const filler = await fill(file)
    const acknowledged: string[] = []
    let refused: Response | undefined
    for (let i = 0; i < 20_000 && !refused; i++) {
      const answer = await add(`C${i}`)
      if (answer.ok) acknowledged.push(`C${i}`)
      else refused = answer
    }
    expect(refused?.status).toBe(503)
    expect(await refused?.json()).toMatchObject({ code: 'MOCK_STORE_UNAVAILABLE' })
    // Reads still work.
    expect((await fetch(`${server.url}/v3/certificates`)).status).toBe(401)

    await rm(filler)
    expect((await add('AFTER')).ok).toBe(true)
    await server.close(0)
    await mock.close()
    const again = await openMock({ data: file })
    onTestFinished(() => again.close())
    const { coupons } = await again.control.world()
    const kept = new Set(coupons.map(({ coupon_code: code }) => code))
    expect([...acknowledged, 'AFTER'].filter((code) => !kept.has(code))).toEqual([])
  })
})

describe.skipIf(!mayMount())('a data file on a disk that is full at the start (which root can fill on Linux)', () => {
  const refused = (file: string) => ({
    code: 'MOCK_DATA',
    fault: 'full',
    message: expect.stringMatching(
      `^${file} cannot be opened, since its disk is full \\(.*\\): make room there and start again`,
    ),
    texts: { zh: expect.stringContaining(`无法打开 ${file}，因为磁盘空间已满`) },
  })
  const open = (file: string) => SqliteStore.open(file, TABLES)

  test('is not begun, and leaves nothing that looks as if it had been emptied', async () => {
    const file = await aFileOnASmallDisk(8)
    const filler = await fill(file)

    await expect(open(file)).rejects.toMatchObject(refused(file))
    expect(await readdir(dirname(file))).toEqual(['filler'])
    await rm(filler)
    expect(await codesIn(await opened(file))).toEqual([])
  })

  test.for(['closed', 'killed'] as const)(
    'is refused as it was when it was %s, and has everything when there is room',
    async (end) => {
      const file = await aFileOnASmallDisk(24)
      const store = await open(`${file}-first`)
      await save(store, 'c-1')
      if (end === 'closed') await store.close()
      await copyFile(`${file}-first`, file)
      if (end === 'killed') await copyFile(`${file}-first-wal`, `${file}-wal`)
      if (end === 'killed') await store.close()
      const filler = await fill(file)

      await expect(open(file)).rejects.toMatchObject(refused(file))
      await rm(filler)
      const again = await opened(file)
      expect(again.warnings).toEqual([])
      expect(await codesIn(again)).toEqual(['c-1'])
    },
  )
})

/** Fills the disk of a data file. Returns the file that fills it. */
async function fill(file: string): Promise<string> {
  const filler = join(dirname(file), 'filler')
  for (const bytes of [1_048_576, 4_096]) {
    for (;;) {
      try {
        await writeFile(filler, Buffer.alloc(bytes), { flag: 'a' })
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' })
        break
      }
    }
  }
  return filler
}

describe('a data file that is no longer where it was opened', () => {
  const elsewhere = async () => join(await aDirectory(), 'elsewhere')

  test.for([
    ['moved away', async (file: string) => rename(file, await elsewhere())],
    ['deleted', (file: string) => rm(file)],
    [
      'replaced by another file',
      async (file: string) => {
        await rename(file, await elsewhere())
        await writeFile(file, 'a copy')
      },
    ],
    ['without its log', (file: string) => rm(`${file}-wal`)],
  ] as const)('is not used: %s', async ([, spoil]) => {
    const file = await aDataFile()
    const store = await opened(file)
    await save(store, 'c-1')
    await spoil(file)

    await expect(save(store, 'c-2')).rejects.toThrow(StoreUnavailable)
    await expect(codesIn(store)).rejects.toThrow(`${file}`)
    const refusing = store.transaction(async (tx) => {
      throw new Error(`no coupon fits among ${await tx.in(coupons).count()}`)
    })
    await expect(refusing).rejects.toThrow(StoreUnavailable)
    expect(() => store.documents.update((draft) => draft.put(NOTE, 'lost'))).toThrow(StoreUnavailable)
    await expect(store.reset()).rejects.toThrow(StoreUnavailable)
    expect(store.documents.get(NOTE)).toBeUndefined()
  })

  test.skipIf(!hasPermissions)(
    'is not used without the log that is beside it, if the path is a link (not tried on Windows)',
    async () => {
      const real = await aDataFile()
      const link = await elsewhere()
      await symlink(real, link)
      const store = await opened(link)
      await save(store, 'c-1')
      await rm(`${real}-wal`)

      await expect(save(store, 'c-2')).rejects.toThrow(`${real}-wal`)
    },
  )

  test('is used again when it is put back', async () => {
    const file = await aDataFile()
    const store = await opened(file)
    await save(store, 'c-1')
    const away = await elsewhere()
    await rename(file, away)
    await expect(save(store, 'c-2')).rejects.toThrow(StoreUnavailable)
    await rename(away, file)

    await save(store, 'c-3')
    expect(await codesIn(store)).toEqual(['c-1', 'c-3'])
  })

  test('has everything when the mock is stopped, where only its log was deleted', async () => {
    const file = await aDataFile()
    const store = await SqliteStore.open(file, TABLES)
    await save(store, 'c-1')
    await rm(`${file}-wal`)
    await expect(save(store, 'c-2')).rejects.toThrow(`${file}-wal`)
    await store.close()

    expect(await codesIn(await opened(file))).toEqual(['c-1'])
  })

  test('is answered with 503 in plain text', async () => {
    const file = await aDataFile()
    const mock = await openMock({ data: file })
    const server = await startServer({ mock, port: 0 })
    onTestFinished(async () => {
      await server.close(0)
      await mock.close()
    })
    await rm(file)
    const answer = await fetch(`${server.url}/_mock/coupons`)

    expect([answer.status, await answer.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'MOCK_STORE_UNAVAILABLE' }),
    ])
  })
})
