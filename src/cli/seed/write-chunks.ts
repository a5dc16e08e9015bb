import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { print } from '../output.ts'
import { fileFault } from '../read-input.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

/**
 * Writes text to a file, or to standard output without one. The file appears when it is whole.
 *
 * @param onProgress told of the lines written so far
 * @returns bytes written
 */
export async function writeChunks(
  chunks: Iterable<string>,
  file: string | undefined,
  { files }: Texts,
  onProgress?: (lines: number) => void,
): Promise<number> {
  if (file === undefined) return copy(chunks, print, onProgress)
  let handle: FileHandle | undefined
  let draft: string | undefined
  try {
    // What is not a plain file, such as /dev/null or a named pipe, is written into, not replaced.
    const direct = await stat(file).then(
      (found) => !found.isFile(),
      () => false,
    )
    draft = direct ? undefined : `${file}.${process.pid}.new`
    handle = await open(draft ?? file, 'w')
    const target = handle
    const bytes = await copy(chunks, (text) => target.writeFile(text), onProgress)
    await handle.close()
    if (draft !== undefined) await rename(draft, file)
    return bytes
  } catch (error) {
    await handle?.close().catch(() => {})
    if (draft !== undefined) await rm(draft, { force: true })
    if (error instanceof Error && 'syscall' in error)
      throw usageError(files.unwritable(file, fileFault(error, files)), error)
    throw error
  }
}

async function copy(
  chunks: Iterable<string>,
  write: (text: string) => Promise<void>,
  onProgress: ((lines: number) => void) | undefined,
): Promise<number> {
  let bytes = 0
  let lines = 0
  for (const chunk of chunks) {
    await write(chunk)
    if (write === print && process.stdout.errored) break
    bytes += Buffer.byteLength(chunk)
    lines += chunk.split('\n').length - 1
    onProgress?.(lines)
  }
  return bytes
}
