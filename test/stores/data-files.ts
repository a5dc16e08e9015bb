import { existsSync, statfsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A file system in memory, as Linux has it. */
const MEMORY = '/dev/shm'

/** Containers often have a small one. */
const ENOUGH_BYTES = 1_073_741_824

/** To open and close a data file waits for the disk, for far longer than most tests take otherwise. */
const place = isLarge(MEMORY) ? MEMORY : tmpdir()

function isLarge(path: string): boolean {
  if (!existsSync(path)) return false
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize >= ENOUGH_BYTES
}

/** A directory that is deleted after the test. */
export async function aDirectory(): Promise<string> {
  const directory = await mkdtemp(join(place, 'wechatpay-mock-data-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** The path of a data file that does not exist yet. */
export async function aDataFile(): Promise<string> {
  return join(await aDirectory(), 'mock.db')
}
