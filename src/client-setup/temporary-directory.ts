import { createHash } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Runs `work` with an empty directory, closed to other users, and deletes it afterwards. Also deletes directories left by earlier processes of this
 * user that were killed.
 */
export async function inTemporaryDirectory<Result>(work: (directory: string) => Promise<Result>): Promise<Result> {
  const prefix = `wechatpay-mock-${placeOfProcesses()}-`
  await deleteLeftOver(prefix)
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Identifies the place where a process id means the same process: machines, and containers, may share a directory for temporary files. */
function placeOfProcesses(): string {
  return createHash('sha256').update(`${hostname()} ${processNamespace()}`).digest('hex').slice(0, 12)
}

/** The set of processes visible to this one, if the system has several (Linux). */
function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

async function deleteLeftOver(prefix: string): Promise<void> {
  // Creating files there may be allowed while listing them is not.
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    if (!name.startsWith(prefix)) continue
    const [, pid] = /^(\d+)-\w{6}$/.exec(name.slice(prefix.length)) ?? []
    if (pid === undefined || isRunning(Number(pid))) continue
    const path = join(tmpdir(), name)
    try {
      const found = await lstat(path)
      const isOwn = process.getuid === undefined || found.uid === process.getuid()
      if (found.isDirectory() && isOwn) await rm(path, { recursive: true, force: true })
    } catch {
      // Another process was faster, or the directory cannot be deleted.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
