import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

const START_MS = 60_000

/** A port without a listener. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Starts a program in a folder and waits until it listens on a port of loopback. */
export async function startProgram(
  command: string,
  args: readonly string[],
  { folder, port }: { readonly folder: string; readonly port: number },
): Promise<{ readonly child: ChildProcess; stop(): Promise<void> }> {
  const child = spawn(command, args, { cwd: folder, stdio: 'ignore' })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  const failed = once(child, 'error').then(([error]) => Promise.reject(error))
  failed.catch(() => undefined)
  const end = performance.now() + START_MS
  while (!(await Promise.race([listens(port), failed]))) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`)
    if (performance.now() > end) {
      await stop()
      throw new Error(`${command} does not listen after ${START_MS / 1_000} seconds`)
    }
    await wait(200)
  }
  return { child, stop }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
