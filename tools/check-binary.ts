/**
 * `npm run check:binary`: checks the executable on a machine without Node, one line per check; then compares its start-up time with the npm bin's.
 *
 * The machine is a chroot with nothing in it but the files of the image and curl. If that is not allowed, it is this machine with an empty
 * environment.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer, Agent as HttpAgent } from 'node:http'
import { get, Agent as HttpsAgent } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { connectControl } from 'wechatpay-mock'
import manifest from '../package.json' with { type: 'json' }
import { redisVersion, startRedis } from '../test/redis/redis-server.ts'
import { bin, processorMs, show } from './bench/measure.ts'
import { ratios } from './bench/report.ts'
import { associateCall, COUPON, ORDER, SIGN_ASSOCIATE } from './binary/associate.ts'
import { BareMachine, type Ended } from './binary/bare-machine.ts'
import { check, step } from './binary/check.ts'
import { BINARY } from './binary/executable.ts'
import { make, readyCall } from './reliability/signed-calls.ts'

const START_ROUNDS = 10

const machine = new BareMachine()
const agent = new HttpAgent()

/** Runs the executable until it exits, which must have this code, and these words in its output. */
async function wechatpay(
  args: readonly string[],
  expected: { code?: number; says?: string; input?: string } = {},
): Promise<Ended> {
  const { code = 0, says = '', input } = expected
  const result = await machine.run(args, input)
  const said = result.stdout + result.stderr
  check(result.code === code && said.includes(says) && !said.includes('Warning'), { args, expected, ...result })
  return result
}

interface Served {
  readonly url: string
  stop(): Promise<void>
}

async function serve(...args: readonly string[]): Promise<Served> {
  const child = machine.start(['serve', '--port', '0', '--json', ...args])
  const end = once(child, 'exit')
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), end])
  check(typeof line[0] === 'string', { args, said })
  return {
    url: (JSON.parse(line[0]) as { url: string }).url,
    async stop() {
      child.kill('SIGTERM')
      const [code] = (await end) as [number | null]
      check(code === 0 && !said.includes('Warning'), { code, said })
    },
  }
}

/** Makes a call signed by the executable, and checks the signature of the answer. */
async function associate(url: string): Promise<void> {
  const { stdout } = await wechatpay(SIGN_ASSOCIATE)
  await make(associateCall(stdout), url, agent)
}

async function checkWhatItDoes(): Promise<void> {
  await step('--version, --help', async () => {
    await wechatpay(['--version'], { says: `${manifest.version}\n` })
    await wechatpay(['--help'], { says: 'health' })
  })

  await step('serve: an associate signed by sign, health, the dashboard and the pages of products', async () => {
    const served = await serve()
    await associate(served.url)
    await wechatpay(['health', '--url', served.url], { says: manifest.version })
    const page = await (await fetch(`${served.url}/_mock`)).text()
    const [part = ''] = /[\w./-]+\.js(?=")/.exec(page) ?? []
    const script = await fetch(new URL(part, `${served.url}/_mock/`))
    check(script.headers.get('content-type')?.startsWith('text/javascript') === true, { page, part })
    await script.arrayBuffer()
    const pages = readdirSync(new URL('../dist/pages', import.meta.url))
    check(pages.length > 0, { pages })
    for (const name of pages) {
      const { status } = await fetch(`${served.url}/_mock/${name}`)
      check(status === 200, { name, status })
    }
    await served.stop()
  })

  await step('serve: TLS, with the certificate of its CA', async () => {
    const dataDir = machine.path('/data/ca')
    const served = await serve('--data-dir', dataDir)
    const { stdout: ca } = await wechatpay(['ca', '--pem', '--data-dir', dataDir])
    const url = served.url.replace('http:', 'https:')
    const status = await new Promise<number | undefined>((resolve, reject) => {
      get(`${url}/_mock/health`, { ca, agent: new HttpsAgent() }, (answer) => resolve(answer.resume().statusCode)).on(
        'error',
        reject,
      )
    })
    check(status === 200, status)
    await served.stop()
  })

  await step('serve --data: a restart finds what was there', async () => {
    const file = machine.path('/data/state.sqlite')
    const first = await serve('--data', file)
    await associate(first.url)
    await first.stop()
    const second = await serve('--data', file)
    const coupon = await connectControl(second.url).coupon(...COUPON)
    check(JSON.stringify(coupon).includes(ORDER), coupon)
    await second.stop()
  })

  await step('serve --store: several instances share a Redis, or it says that there is none', async () => {
    await wechatpay(['serve', '--store', 'redis://127.0.0.1:1'], { code: 2, says: 'ECONNREFUSED' })
    await checkRedis()
  })

  await step('run -- curl: to https://api.mch.weixin.qq.com, through the proxy', async () => {
    const { stdout } = await wechatpay(['sign', 'GET', '/v3/certificates'])
    const headers = ['Accept: application/json', `Authorization: ${stdout.trim()}`].flatMap((header) => ['-H', header])
    const url = 'https://api.mch.weixin.qq.com/v3/certificates'
    await wechatpay(['run', '--', 'curl', '-sS', ...headers, url], { says: '"encrypt_certificate"' })
  })

  await step('gauntlet -- curl: a client that verifies nothing', async () => {
    const url = 'https://api.mch.weixin.qq.com/v3/certificates'
    await wechatpay(['gauntlet', '--only', 'unsigned', '--', 'curl', '-sSo', '/dev/null', url], {
      code: 1,
      says: 'unsigned',
    })
  })

  await step('explain, credentials, seed, ca, notify', async () => {
    const { method, target, headers, body } = associateCall((await wechatpay(SIGN_ASSOCIATE)).stdout)
    const input = `${method} ${target} HTTP/1.1\r\nAuthorization: ${headers.authorization}\r\n\r\n${body.replace(':', ': ')}`
    await wechatpay(['explain', '--json'], { code: 1, says: '"proved"', input })
    await wechatpay(['credentials', '--format', 'java'], { says: '1900000001' })
    await wechatpay(['seed', '--coupons', '100'], { says: '"coupons": [' })
    await wechatpay(['ca', '--data-dir', machine.path('/data/ca')], { says: 'NODE_EXTRA_CA_CERTS' })
    const receiver = createServer((_, response) => response.writeHead(204).end()).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
    await wechatpay(['notify', '--event', 'COUPON.SEND', '--url', url], { says: '204' })
    receiver.close()
  })

  await step('pact verify says in one line what it needs', async () => {
    const { stderr } = await wechatpay(['pact', 'verify', 'pact.json'], {
      code: 2,
      says: 'npx wechatpay-mock pact verify',
    })
    check(stderr.split('\n').length === 2, stderr)
  })
}

/** One process writes and another one reads, if this machine has a Redis. */
async function checkRedis(): Promise<void> {
  if (redisVersion() === undefined) return console.log('    not tried with a Redis: there is none on this machine')
  const redis = await startRedis()
  try {
    const [writer, reader] = [await serve('--store', redis.url), await serve('--store', redis.url)]
    await associate(writer.url)
    const coupon = await connectControl(reader.url).coupon(...COUPON)
    check(JSON.stringify(coupon).includes(ORDER), coupon)
    await Promise.all([writer.stop(), reader.stop()])
  } finally {
    await redis.remove()
  }
}

/** Checks that need a machine with Node. */
async function checkNodeClient(): Promise<void> {
  await step('run -- node: a program of another Node, which ignores proxies', async () => {
    const program =
      "require('https').get({host:'api.mch.weixin.qq.com',path:'/v3/certificates',agent:false},({statusCode,headers})=>console.log(statusCode,headers['request-id']))"
    const { status, stdout, stderr } = spawnSync(BINARY, ['run', '--', process.execPath, '-e', program], {
      encoding: 'utf8',
      cwd: machine.root,
    })
    check(status === 0 && /^40[01] [0-9A-F]/.test(stdout), { status, stdout, stderr })
  })
}

/** Time from the start of the process to its first signed answer, alternating between the two. */
async function compareStarts(): Promise<void> {
  const noted = () => ({ ms: [] as number[], processorMs: [] as number[] })
  const taken = { binary: noted(), npm: noted() }
  const commands = { binary: [BINARY], npm: [process.execPath, bin] } as const
  for (let round = 0; round <= START_ROUNDS; round++) {
    for (const which of ['npm', 'binary'] as const) {
      const call = await readyCall({ method: 'GET', target: '/v3/certificates', status: 200 })
      const [program, ...args] = commands[which]
      const before = performance.now()
      const child = spawn(program, [...args, 'serve', '--port', '0', '--json', '--quiet'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
      await make(call, (JSON.parse(line) as { url: string }).url, agent)
      // The first round fills the caches of Node and of the system.
      if (round > 0) {
        taken[which].ms.push(performance.now() - before)
        taken[which].processorMs.push(processorMs(child.pid))
      }
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  }
  const { binary, npm } = taken
  console.log(`
From start to first signed answer, ${START_ROUNDS} rounds, with all files in the system's cache
  npm bin     ${show(npm.ms, 0)} ms, with Node's compile cache filled
  executable  ${show(binary.ms, 0)} ms
  executable / npm bin, time            ${show(ratios(binary.ms, npm.ms))}
  executable / npm bin, processor time  ${show(ratios(binary.processorMs, npm.processorMs))}`)
}

try {
  machine.bring('curl')
  console.log(
    machine.isChroot
      ? 'In a chroot without Node, shell and /proc:'
      : `With an empty environment, since a chroot is not allowed here (${machine.obstacle}):`,
  )
  await checkWhatItDoes()
  await checkNodeClient()
  await compareStarts()
} finally {
  agent.destroy()
  machine.remove()
}
