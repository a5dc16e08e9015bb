import { readFile, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { type ServingCli, SOURCE, test } from './cli.ts'

test('--json prints one line, and nothing more while it serves', async ({ spawnServe }) => {
  const server = await spawnServe(['--json', '--seed', 'default'])
  await fetch(`${server.url}/v3/certificates`)
  await server.logged('/v3/certificates 401')
  server.child.kill('SIGTERM')

  expect(await server.exited).toBe(0)
  const { url, child } = server
  expect(JSON.parse(server.stdout)).toEqual({ event: 'listening', url, control: `${url}/_mock`, pid: child.pid })
  expect(server.stdout).toMatch(/^[^\n]+\n$/)
})

test('a reader of standard output that goes away ends nothing', async ({ spawnServe }) => {
  const server = await spawnServe()
  server.child.stdout.destroy()
  server.child.stderr.destroy()

  for (let i = 0; i < 3; i++) expect((await fetch(`${server.url}/v3/certificates`)).status).toBe(401)
  expect(server.child.exitCode).toBeNull()
})

describe.concurrent('stopping', () => {
  /** Sends a request with only half of its body. */
  async function halfSent({ url }: ServingCli) {
    const socket = createConnection(Number(new URL(url).port), '127.0.0.1')
    let received = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text
    })
    const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(received)))
    socket.on('error', () => {})
    socket.write(
      'POST /v3/marketing/busifavor/coupons/use HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345',
    )
    // Once the server answers a later request, it has begun to read this one.
    await fetch(`${url}/_mock/health`)
    return { socket, closed }
  }

  test.for(['SIGTERM', 'SIGINT'] as const)(
    '%s finishes what is in flight, takes nothing new, and exits 0',
    async (signal, { spawnServe }) => {
      const server = await spawnServe(['--json'])
      const { socket, closed } = await halfSent(server)

      server.child.kill(signal)
      await server.logged('Stopping')
      await expect(fetch(`${server.url}/_mock/health`)).rejects.toThrow()
      expect(server.child.exitCode).toBeNull()
      socket.write('67890')

      expect(await closed).toMatch(/^HTTP\/1\.1 400 /)
      expect(await server.exited).toBe(0)
    },
  )

  test('a second signal exits at once with 130', async ({ spawnServe }) => {
    const server = await spawnServe(['--json'])
    await halfSent(server)

    server.child.kill('SIGINT')
    await server.logged('Stopping')
    // Any sooner, it would count as the same keystroke, passed on by npm.
    await new Promise((resolve) => setTimeout(resolve, 150))
    server.child.kill('SIGINT')

    // If the server had waited for the request, it would have exited with 0.
    expect(await server.exited).toBe(130)
  })

  test('the same Ctrl+C from the terminal and from npm is one', async ({ spawnServe }) => {
    const server = await spawnServe(['--json'])
    const { socket, closed } = await halfSent(server)

    // Two different signals: two of the same kind may arrive as one.
    server.child.kill('SIGINT')
    server.child.kill('SIGTERM')
    await server.logged('Stopping')
    socket.write('67890')

    expect(await closed).toMatch(/^HTTP\/1\.1 400 /)
    expect(await server.exited).toBe(0)
  })
})

test('starting loads neither hono, faker nor node-forge', async ({ cwd, spawnServe }) => {
  const spy = join(cwd, 'spy.mjs')
  await writeFile(
    spy,
    `import { registerHooks } from 'node:module'
import { appendFileSync } from 'node:fs'
registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(join(cwd, 'loaded'))}, url + '\\n'); return next(url, context) } })`,
  )
  await spawnServe([], {
    main: SOURCE,
    env: { NODE_OPTIONS: `--import "${spy.replaceAll(' ', '%20').replace(/^/, 'file://')}"` },
  })

  const loaded = await readFile(join(cwd, 'loaded'), 'utf8')
  expect(loaded).toContain('/src/cli/commands/serve.ts')
  expect(loaded).not.toMatch(/node_modules\/(?:hono|@hono|@faker-js|node-forge)\//)
  expect(loaded).not.toMatch(/src\/cli\/(?!commands\/serve\.ts)[\w-]+\//)
})
