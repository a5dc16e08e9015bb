import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, test, vi } from 'vitest'
import { callbackCases, sendCallbacks } from '../../../src/gauntlet/send-callbacks.ts'
import { createMock } from '../../../src/mock.ts'
import { cli } from '../../cli/cli.ts'
import { read } from '../../docs/markdown.ts'
import { launchAtBaseUrl } from './launch.ts'
import type { Command } from './sdk.ts'
import { sdks } from './sdks.ts'
import { buildOf, folderOf, inVenv, SHORT_LIVED } from './tool-chains.ts'

/** A receiver of docs/callbacks.md. */
interface ReceiverProgram {
  readonly sdk: string
  readonly file: string
  readonly command: Command
  /** Files beside it, of the SDK's own program. */
  readonly beside?: readonly string[]
}

const RECEIVERS: readonly ReceiverProgram[] = [
  {
    sdk: 'wechatpay-java',
    file: 'Receiver.java',
    command: ['java', ...SHORT_LIVED, '-cp', join(buildOf('wechatpay-java'), 'lib', '*'), 'Receiver.java'],
  },
  { sdk: 'wechatpay-go', file: 'main.go', command: ['go', 'run', '.'], beside: ['go.mod', 'go.sum'] },
  {
    sdk: 'wechatpayv3',
    file: 'receiver.py',
    command: [inVenv(join(buildOf('wechatpayv3'), 'venv'), 'python'), 'receiver.py'],
  },
]

const notRun = inject('notRun')

/** A port where nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function isTaken(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
}

/** Starts a receiver's program on a port of its own, with nothing but the identity, and no way to the real host. */
async function started({ sdk: id, file, command, beside = [] }: ReceiverProgram) {
  const sdk = sdks.find((one) => one.id === id)
  if (!sdk) throw new Error(`No SDK ${id}`)
  const folder = await mkdtemp(join(tmpdir(), 'wechatpay-mock-receiver-'))
  const port = await freePort()
  await writeFile(join(folder, file), read(`examples/receivers/${file}`).replace('3000', String(port)))
  for (const name of beside) await cp(join(folderOf(id), name), join(folder, name))
  const launched = launchAtBaseUrl(sdk, command, await createMock().control.credentials())
  const [program, ...args] = launched.command
  const nowhere = { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '' }
  // A group of its own: `go run` starts another process.
  const child = spawn(program, args, { cwd: folder, env: { ...launched.env, ...nowhere }, detached: true })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const exited = once(child, 'exit')
  const [, error] = await Promise.allSettled([
    once(child, 'spawn'),
    vi.waitFor(() => isTaken(port), { timeout: 100_000, interval: 100 }),
  ])
  const close = async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    await exited
    await rm(folder, { recursive: true })
  }
  if (error.status === 'rejected') {
    await close()
    throw new Error(`${file} does not listen: ${output}`)
  }
  return { url: `http://127.0.0.1:${port}/notify`, output: () => output, close }
}

describe.for(RECEIVERS)('$file', (program) => {
  const missing = notRun[program.sdk]

  test.skipIf(missing)('takes what notify sends, and nothing of the gauntlet that it must not', async () => {
    const receiver = await started(program)
    try {
      const sent = await cli(['notify', 'TRANSACTION.SUCCESS', '--to', receiver.url, '--set', 'out_trade_no=MCH_1'])
      expect(sent).toMatchObject({ code: 0, stdout: expect.stringContaining('Reply 204: accepted') })
      await vi.waitFor(() => expect(receiver.output()).toContain('MCH_1: SUCCESS\n'))

      const { results, skipped } = await sendCallbacks({ url: receiver.url, event: 'TRANSACTION.SUCCESS' })
      expect(skipped).toEqual([])
      expect(results.filter(({ ok }) => !ok)).toEqual([])
      expect(results).toHaveLength(callbackCases.length)
    } finally {
      await receiver.close()
    }
  })
})
