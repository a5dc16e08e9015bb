import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** Memory that a process holds after a garbage collection, in MiB: it would never be released. */
export interface HeldMemory {
  readonly heap: number
  /** Buffers and other memory outside of the heap. */
  readonly external: number
}

/** Queries a Node process that was started with `--inspect=127.0.0.1:0`, through its inspector. */
export class MemoryProbe {
  readonly #socket: WebSocket
  #asked = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
  }

  /** Finds the inspector's address in the process's standard error; its other output there is passed on to ours. */
  static async connect({ stderr }: ChildProcess): Promise<MemoryProbe> {
    if (!stderr) throw new TypeError('The standard error of the process has to be a pipe.')
    const address = await new Promise<string>((resolve) => {
      createInterface(stderr).on('line', (line) => {
        const found = /^Debugger listening on (ws:\/\/\S+)/.exec(line)?.[1]
        if (found) resolve(found)
        else if (!/^For help, see|^Debugger attached/.test(line)) console.error(line)
      })
    })
    const socket = new WebSocket(address)
    await once(socket, 'open')
    return new MemoryProbe(socket)
  }

  /** Collects the garbage, and returns the rest. */
  async held(): Promise<HeldMemory> {
    await this.#ask('HeapProfiler.collectGarbage')
    const { usedSize, embedderHeapUsedSize, backingStorageSize } = await this.#ask('Runtime.getHeapUsage')
    const mebibytes = (bytes: unknown) => Number(bytes) / 1_048_576
    return { heap: mebibytes(usedSize), external: mebibytes(embedderHeapUsedSize) + mebibytes(backingStorageSize) }
  }

  close(): void {
    this.#socket.close()
  }

  async #ask(method: string): Promise<Record<string, unknown>> {
    this.#asked += 1
    const id = this.#asked
    const answer = new Promise<Record<string, unknown>>((resolve, reject) => {
      const read = ({ data }: MessageEvent) => {
        const message: { id?: number; result?: Record<string, unknown>; error?: { message: string } } = JSON.parse(data)
        if (message.id !== id) return
        this.#socket.removeEventListener('message', read)
        if (message.result) resolve(message.result)
        else reject(new Error(message.error?.message))
      }
      this.#socket.addEventListener('message', read)
    })
    this.#socket.send(JSON.stringify({ id, method }))
    return answer
  }
}

/** The highest resident memory of a process so far, in MiB, from /proc; NaN if that is unavailable. */
export function highestMib(pid: number | undefined): number {
  try {
    const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kib) / 1_024
  } catch {
    return Number.NaN
  }
}

/** Lets the highest resident memory of a process begin with what it has now. */
export function startHighestAnew(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}
