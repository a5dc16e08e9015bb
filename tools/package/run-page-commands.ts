/**
 * Runs the commands of the pages in a project that has nothing but the packed package: the place of a reader.
 *
 * Programs of the reader's own, in any language, are one small shop in Node here: what is tried is the command before `--`. Real tool chains are those
 * of `npm run test:sdk`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { connectControl } from 'wechatpay-mock'
import { block } from '../../test/docs/block.ts'
import { listening } from '../../test/docs/listening.ts'
import { page } from '../../test/docs/markdown.ts'
import { isRepresentative } from '../../test/helpers/representative.ts'
import { readyCall } from '../reliability/signed-calls.ts'
import { EXIT_CODES, isServer, NOT_RUN, type PageCommand, pageCommands, withoutRepeats } from './page-commands.ts'

/** Programs of a reader. */
const OWN_PROGRAMS = [
  'programs/java',
  'programs/go',
  'programs/mvn',
  'programs/pytest',
  'programs/python',
  'programs/php',
  'gradlew',
]
const FIRST_INSTALL =
  'npm install --save-dev ./wechatpay-mock.tgz @pact-foundation/pact vitest msw wechatpay-axios-plugin'
/** `run` gives a program its identity; one beside a mock asks that. A scenario without the coupon refuses the call, which is an answer too. */
const SHOP = `await import(process.env.WECHATPAY_MCHID ? './pay.mjs' : './at-address.mjs').catch((error) => {
  if (error.response?.data.code !== 'INVALID_REQUEST') throw error
})
`
/** Takes the place of the usual address, before the path. */
const ADDRESS = "process.env.SHOP_URL + '$1'"
/** A command of a block that runs in the background. */
const STARTS_A_MOCK = / &$/m
/** An order of the scenario that a mock starts with. */
const ORDER = '/v3/pay/transactions/out-trade-no/MCH_102233445?mchid=1900000001'
/** For a command that hangs: a busy machine is only slow. */
const LONGEST_MS = 300_000
/** Characters of the output of a command that failed. */
const SHOWN = 1_500

/**
 * @param only - part of the paths of the pages, for a look at a few
 * @throws Error that names each command that ended otherwise than it should
 */
export async function runPageCommands(project: string, tarball: string, only = ''): Promise<void> {
  const shop = await Shop.open(project, tarball)
  const failures: string[] = []
  const all = pageCommands.filter(
    ({ place, text }) => place.includes(only) && !NOT_RUN.some(([start]) => text.startsWith(start)),
  )
  const run = isRepresentative ? withoutRepeats(all, FIRST_INSTALL) : all
  for (const together of atOneMock(run)) {
    await using mock = await shop.startMock()
    for (const [place, commands] of Map.groupBy(together, (command) => command.place)) {
      const requestId = await renewed(mock.url)
      for (const { text } of commands) {
        const problem = await shop.problemOf(text, { ...mock, requestId })
        if (problem !== undefined) failures.push(`${place}: ${text}\n${problem}`)
      }
    }
  }
  if (failures.length > 0) throw new Error(`${failures.length} of ${run.length} commands\n\n${failures.join('\n\n')}`)
  console.log(`    ${run.length} commands`)
}

/** Those of a page, as far as a block that gives the merchant another certificate, which a reset leaves in place. */
function atOneMock(commands: readonly PageCommand[]): Iterable<readonly PageCommand[]> {
  let certificates = 0
  return Map.groupBy(commands, ({ place, text }) => {
    const page = place.replace(/:\d+$/, '')
    return `${page} ${text.endsWith('/certificate') ? certificates++ : certificates}`
  }).values()
}

interface Ended {
  readonly code: number | null
  readonly output: string
}

/** A mock, with a receiver of callbacks beside it. */
interface RunningMock {
  readonly url: string
  readonly receiver: string
}

/** Brings a mock to where the commands of a block begin: it has answered a call and refused another. Returns the number of the refused one. */
async function renewed(url: string): Promise<string> {
  const control = connectControl(url)
  await control.reset()
  for (const out_bill_no of ['FY1', 'TRANSFERWAITING']) await control.addTransfer({ out_bill_no })
  const { target, headers } = await readyCall({ method: 'GET', target: ORDER, status: 200 })
  const answered = await fetch(url + target, { headers: { ...headers } })
  const refused = await fetch(`${url}/v3/certificates`)
  if (answered.status !== 200 || refused.status !== 401)
    throw new Error(`${await answered.text()} ${await refused.text()}`)
  return refused.headers.get('request-id') ?? ''
}

/** The project of a reader, with the files that the pages name. */
class Shop {
  readonly #folder: string
  readonly #env: NodeJS.ProcessEnv

  private constructor(folder: string) {
    this.#folder = folder
    const { NODE_OPTIONS: _, NODE_PATH: __, ...inherited } = process.env
    const path = [join(folder, 'programs'), dirname(process.execPath), inherited.PATH].join(':')
    const quiet = { FORCE_COLOR: '0', PACT_DO_NOT_TRACK: 'true', npm_config_audit: 'false', npm_config_fund: 'false' }
    // The installations of an hour find the same packages: those before it have asked for the newest.
    this.#env = { ...inherited, PATH: path, ...quiet, npm_config_prefer_offline: 'true' }
  }

  static async open(folder: string, tarball: string): Promise<Shop> {
    const shop = new Shop(folder)
    cpSync(tarball, join(folder, 'wechatpay-mock.tgz'))
    shop.#write('package.json', JSON.stringify({ name: 'shop', private: true, type: 'module' }))
    const sdks = page('docs/sdks.md').text
    for (const name of ['pay.mjs', 'associate.mjs']) shop.#write(name, block(sdks, 'axios-plugin'))
    shop.#write('at-address.mjs', block(sdks, 'node').replaceAll(/'http:\/\/127\.0\.0\.1:8089(.*?)'/g, ADDRESS))
    shop.#write('test/contract.test.ts', block(page('docs/recipes/write-a-contract.md').text, 'pact-write'))
    shop.#write('shop.mjs', SHOP)
    for (const name of OWN_PROGRAMS) shop.#program(name, 'exec node shop.mjs')
    shop.#program('programs/curl', 'exec /usr/bin/curl --fail-with-body --silent --show-error "$@"')
    await shop.#prepare(FIRST_INSTALL)
    await shop.#prepare('npx vitest run && mkdir -p target && cp -r pacts target')
    await shop.#prepare('npx wechatpay-mock credentials --format files --out . --force')
    // The real one has run two commands. It takes longer than most of them do.
    if (isRepresentative) shop.#program('programs/npx', `exec "${folder}/node_modules/.bin/$@"`)
    await shop.#writeMessages()
    return shop
  }

  /** Runs a command. Returns its fault, or nothing if it ended, or served, as it should. */
  async problemOf(text: string, mock: RunningMock & { readonly requestId: string }): Promise<string | undefined> {
    const { host } = new URL(mock.url)
    const here = text
      .replaceAll('127.0.0.1:8089', host)
      .replaceAll('127.0.0.1:3000', new URL(mock.receiver).host)
      .replaceAll('--port 8089', '--port 0')
      .replaceAll(/(?<=--id )\w+/g, mock.requestId)
    if (isServer(text)) {
      await using served = await this.#serve(here)
      return served.answers ? undefined : served.output()
    }
    const running = { WECHATPAY_MOCK_URL: mock.url, SHOP_URL: mock.url }
    const { code, output } = await this.#ended(here, STARTS_A_MOCK.test(here) ? await atPort() : running)
    const expected = EXIT_CODES.find(([start]) => text.startsWith(start))?.[1] ?? 0
    return code === expected ? undefined : `exit code ${code}, not ${expected}: ${output.slice(-SHOWN)}`
  }

  async startMock(...options: readonly string[]): Promise<RunningMock & AsyncDisposable> {
    const served = await this.#serve(['npx wechatpay-mock --port 0 --json', ...options].join(' '))
    const { url } = served
    if (url === undefined) throw new Error(served.output())
    const receiver = await listening(createServer((_, response) => response.writeHead(204).end()))
    return {
      url,
      receiver: receiver.url,
      [Symbol.asyncDispose]: async () => {
        await receiver[Symbol.asyncDispose]()
        await served[Symbol.asyncDispose]()
      },
    }
  }

  /** A request, an answer and a callback, each of them with a wrong signature, and a recording of the shop. */
  async #writeMessages(): Promise<void> {
    await using mock = await this.startMock('--key-mode public-key')
    await renewed(mock.url)
    await this.#prepare('node at-address.mjs', { SHOP_URL: mock.url })
    const har = await (await fetch(`${mock.url}/_mock/journal/har`)).text()
    this.#write('shop.har', har)
    const signed =
      'Wechatpay-Timestamp: 1700000000\r\nWechatpay-Nonce: a\r\nWechatpay-Serial: PUB_KEY_ID_1\r\nWechatpay-Signature: AAAA\r\n'
    this.#write('answer.http', `HTTP/1.1 200 OK\r\n${signed}\r\n{}`)
    this.#write('callback.http', `POST /notify HTTP/1.1\r\nHost: shop\r\n${signed}\r\n{}`)
    const { output } = await this.#ended('npx wechatpay-mock sign GET /v3/certificates')
    this.#write('request.http', `GET /v3/certificates?a=1 HTTP/1.1\r\nAuthorization: ${output.trim()}\r\n\r\n`)
  }

  #write(name: string, text: string): void {
    const file = join(this.#folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  #program(name: string, line: string): void {
    this.#write(name, `#!/bin/sh\n${line}\n`)
    chmodSync(join(this.#folder, name), 0o755)
  }

  async #prepare(command: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
    const { code, output } = await this.#ended(command, env)
    if (code !== 0) throw new Error(`${command}: ${output}`)
  }

  /** Runs a command in a shell until it ends, and ends what it has left in the background. */
  async #ended(command: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const child = spawn('sh', ['-ec', command], {
      cwd: this.#folder,
      env: { ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LONGEST_MS,
      detached: true,
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    // Processes in the background have the pipes, too, so that these would stay open.
    const closed = once(child, 'close')
    const [code]: (number | null)[] = await once(child, 'exit')
    endGroup(child.pid)
    await closed
    return { code: code ?? null, output }
  }

  /** Runs a command that serves, as far as its first line with an address. */
  async #serve(
    command: string,
  ): Promise<AsyncDisposable & { readonly url: string | undefined; readonly answers: boolean; output(): string }> {
    // A signal to npx might not reach it.
    const direct = command.replace(/^npx /, 'exec node_modules/.bin/')
    const child = spawn('sh', ['-ec', direct], {
      cwd: this.#folder,
      env: { ...this.#env, WECHATPAY_MOCK_PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const end = once(child, 'exit')
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    const url = await Promise.race([addressIn(createInterface(child.stdout)), end.then(() => undefined)])
    const answers = url !== undefined && (await fetch(`${url}/_mock/health`)).ok
    return {
      url,
      answers,
      output: () => output,
      [Symbol.asyncDispose]: async () => {
        child.kill('SIGTERM')
        await end
      },
    }
  }
}

/** The first address of this machine that is printed. */
async function addressIn(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of lines) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? []
    if (url !== undefined) return url
  }
  return undefined
}

/** Ends the processes of a group. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return
  try {
    process.kill(-leader)
  } catch (error) {
    // It is empty, as a rule.
    if (Object(error).code !== 'ESRCH') throw error
  }
}

/** Variables for a block that starts a mock of its own. */
async function atPort(): Promise<NodeJS.ProcessEnv> {
  await using server = await listening(createServer())
  return { WECHATPAY_MOCK_PORT: new URL(server.url).port, SHOP_URL: server.url }
}
