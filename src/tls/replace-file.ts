import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'

/** Writes a file beside its place and moves it there, so that a link or a half-written file never ends up in its place. */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const fresh = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.new`
  try {
    await writeFile(fresh, content, { mode, flag: 'wx' })
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}
