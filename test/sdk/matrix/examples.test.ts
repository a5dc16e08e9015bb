import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { CredentialsJson } from '../../../src/control/answer-format.ts'
import {
  CODE_FORM_NAMES,
  CODE_FORMS,
  type CodeFormName,
  SNIPPET_LANGUAGES,
  type SnippetLanguage,
} from '../../../src/control/client-setup/snippet-languages.ts'
import { snippet } from '../../../src/control/client-setup/snippets.ts'
import { createMerchantClient, type MerchantRequest } from '../../../src/testing/merchant-client.ts'
import { block as programIn } from '../../docs/block.ts'
import { type Receiver, startReceiver } from '../../helpers/receiver.ts'
import { representatives } from '../../helpers/representative.ts'
import { sendOverNode } from '../../helpers/send-over-node.ts'
import { type Launch, launchAtBaseUrl, launchBehindProxy, launchUnderRun } from './launch.ts'
import { type ProxiedMock, startProxiedMock } from './proxied-mock.ts'
import type { Command, Sdk } from './sdk.ts'
import { sdkNamed } from './sdks.ts'
import { prepareGo, RUNNERS } from './test-runners.ts'
import { buildOf, SHORT_LIVED } from './tool-chains.ts'

/** Describes how to put a program of the documentation into a folder, and how to run it there. */
interface Example {
  readonly sdk: Sdk
  /** Name of its block in `docs/sdks.md`. */
  readonly block: string
  readonly file: string
  /** Program with the mock's address, as the page describes; `hook` is the block with the changes. */
  readonly hooked: (program: string, hook: string) => string
  /** File name, if the hook is a separate file. */
  readonly hookFile?: string
  /** Name of its language for `credentials --format`. */
  readonly format?: SnippetLanguage
  /** Adds files that the SDK needs. */
  readonly prepare?: (folder: string) => Promise<void>
  readonly command: (file: string) => Command
}

const root = fileURLToPath(new URL('../../../', import.meta.url))
const page = readFileSync(join(root, 'docs/sdks.md'), 'utf8')
const notRun = inject('notRun')

const inJava = (name: string) => ({
  sdk: sdkNamed(name),
  file: 'Associate.java',
  command: (file: string): Command => ['java', ...SHORT_LIVED, '-cp', join(buildOf(name), 'lib', '*'), file],
})

const inNode = {
  prepare: (folder: string) => symlink(join(root, 'node_modules'), join(folder, 'node_modules')),
  command: (file: string): Command => [process.execPath, file],
}

const EXAMPLES: readonly Example[] = [
  {
    ...inJava('wechatpay-java'),
    block: 'java',
    format: 'java',
    hooked: (program, hook) => program.replace(/^ *HttpClient client = .*\n/m, hook),
  },
  {
    ...inJava('wechatpay-apache-httpclient'),
    block: 'apache-httpclient',
    hooked: (program, hook) => program.replace(/^.*useSystemProperties.*\n/m, (line) => line + hook),
  },
  {
    sdk: sdkNamed('wechatpay-go'),
    block: 'go',
    format: 'go',
    file: 'main.go',
    hookFile: 'mock.go',
    hooked: (program) => program.replace('core.NewClient(ctx, identity)', 'core.NewClient(ctx, identity, toMock)'),
    prepare: prepareGo,
    command: () => ['go', 'run', '.'],
  },
  {
    sdk: sdkNamed('wechatpayv3'),
    block: 'python',
    format: 'python',
    file: 'associate.py',
    hooked: (program, hook) => program.replace('\n)\n\ncode', `\n)\n${hook}\ncode`),
    command: (file) => [sdkNamed('wechatpayv3').program[0], file],
  },
  {
    sdk: sdkNamed('wechatpay-php'),
    block: 'php',
    format: 'php',
    file: 'associate.php',
    hooked: (program, hook) => program.replace(/^.*Builder::factory.*\n/m, (line) => line + hook),
    prepare: (folder) => symlink(join(buildOf('wechatpay-php'), 'vendor'), join(folder, 'vendor')),
    command: (file) => ['php', file],
  },
  {
    ...inNode,
    sdk: sdkNamed('wechatpay-axios-plugin'),
    block: 'axios-plugin',
    format: 'node',
    file: 'associate.mjs',
    hooked: (program, hook) => program.replace(/^.*new Wechatpay\(.*\n/m, (line) => line + hook),
  },
  {
    ...inNode,
    sdk: sdkNamed('wechatpay-node-v3'),
    block: 'node-v3',
    file: 'associate.mjs',
    hooked: (program, hook) => program.replace(/^.*The SDK has no coupons.*\n/m, (line) => `${hook}\n${line}`),
  },
]

/** Time of the link, as each SDK prints it. */
const LINKED_AT = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d ?\+08:?00/

/** Ends texts, comments and templates of some language, and contains characters that no program may take for its own. */
const HOSTILE = `"'\`$(id)\${1}\\ \n\t\u202e</script>*/ // # \u{1F600}\u{E0041} 券 %s \\u0022 """ PEM;`

/** Ways in which a callback cannot be trusted. */
const SPOILED = ['bad_signature', 'missing_signature', 'unknown_serial', 'wrong_api_v3_key'] as const

/** Calls that become code. The order of the name is made for each. */
const CALLS: Readonly<Record<string, (order: object & { out_trade_no: string; mchid: string }) => MerchantRequest>> = {
  'a nested body in Chinese': (order) => ({ target: '/v3/pay/transactions/native', body: order }),
  'a path with variables and a query': ({ out_trade_no, mchid }) => ({
    target: `/v3/pay/transactions/out-trade-no/${out_trade_no}?mchid=${mchid}`,
  }),
  'an answer without a body': ({ out_trade_no, mchid }) => ({
    target: `/v3/pay/transactions/out-trade-no/${out_trade_no}/close`,
    body: { mchid },
  }),
  'no body, which is refused': ({ out_trade_no }) => ({
    method: 'POST',
    target: `/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/${out_trade_no}/cancel`,
  }),
}

let mock: ProxiedMock
let receiver: Receiver

beforeAll(async () => {
  mock = await startProxiedMock()
  receiver = await startReceiver(204)
})

afterAll(async () => {
  await mock?.close()
  await receiver?.close()
})

/** Code of a block on the page, with this mock's address. */
const code = (block: string) => programIn(page, block).replaceAll('127.0.0.1:8089', `127.0.0.1:${mock.port}`)

/** Files of the program with the mock's address. */
function filesOf({ block, file, hooked, hookFile }: Example): Record<string, string> {
  const program = code(block)
  const hook = code(`${block}-hook`)
  return { [file]: hooked(program, hook), ...(hookFile && { [hookFile]: hook }) }
}

/** The value of a body; an empty one stays as it is. */
function jsonIn(body: unknown): unknown {
  return typeof body === 'string' && body !== '' ? JSON.parse(body) : body
}

/** Runs files in a folder of their own, and returns the output. */
async function outputOf(
  { prepare, command }: Example,
  files: Readonly<Record<string, string>>,
  launch: (command: Command) => Launch,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wechatpay-mock-example-'))
  try {
    await prepare?.(folder)
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
    const launched = launch(command(Object.keys(files)[0] ?? ''))
    const [program, ...args] = launched.command
    // Some programs print in the encoding of the terminal; the test reads UTF-8.
    const env = { ...launched.env, LC_ALL: 'C.UTF-8' }
    const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env })
    return stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Expects that a recent call linked the example's coupon, and resets the mock. */
async function expectLinked(output: string): Promise<void> {
  expect(output).toMatch(LINKED_AT)
  expect((await mock.control.coupon('100088', 'sxxe34343434')).associate_out_trade_no).toBe('MCH_102233445')
  await mock.control.reset()
}

for (const example of EXAMPLES) {
  const { sdk, block, file, format } = example
  const missing = notRun[sdk.id]

  describe(missing ? `${block}: not run: ${missing}` : block, () => {
    const told = (command: Command, credentials: CredentialsJson) => launchAtBaseUrl(sdk, command, credentials)

    const without = sdk.notRunBehindProxy ? `: not run: ${sdk.notRunBehindProxy}` : ''
    test.skipIf(missing || without)(`the page's program works behind a proxy${without}`, async () => {
      const credentials = await mock.control.credentials()
      const files = { [file]: code(block) }
      const output = await outputOf(example, files, (command) =>
        launchBehindProxy(sdk, command, credentials, mock.proxy),
      )
      await expectLinked(output)
    })

    test.skipIf(missing)("the page's program works under `wechatpay-mock run`", async () => {
      const files = { [file]: code(block) }
      const output = await outputOf(example, files, (command) => launchUnderRun(sdk, command))
      expect(output).toMatch(LINKED_AT)
    })

    test.skipIf(missing)("the page's program works with the mock's address in it", async () => {
      const credentials = await mock.control.credentials()
      const files = filesOf(example)
      await expectLinked(await outputOf(example, files, (command) => told(command, credentials)))
    })

    if (format) {
      test.skipIf(missing)('the program that credentials prints works', async () => {
        const credentials = await mock.control.credentials()
        const text = snippet(format, credentials, 'en')
        const output = await outputOf(example, { [SNIPPET_LANGUAGES[format].file]: text }, (command) =>
          told(command, credentials),
        )
        await expectLinked(output)
        // Java and Go snippets name the version to install.
        if (format === 'java' || format === 'go') expect(text).toContain(sdk.version)
      })

      describe('a call as code', () => {
        /** Makes a call, and returns the exchange. */
        const made = async (request: MerchantRequest) => {
          const { send, close } = sendOverNode(`http://127.0.0.1:${mock.port}`)
          await createMerchantClient({ credentials: await mock.control.credentials(), send }).request(request)
          close()
          return lastCall()
        }

        const lastCall = async () => {
          const [exchange] = await mock.control.journal({ callbacks: 'no', limit: 1 })
          if (!exchange) throw new Error('No call was made')
          return exchange
        }

        const order = async (name: string) => {
          const { mchid } = await mock.control.credentials()
          const out_trade_no = `Order_${name}`
          const detail = { cost_price: 1, goods_detail: [{ merchant_goods_id: 'G-1', quantity: 1, unit_price: 1 }] }
          const scene_info = { payer_client_ip: '14.23.150.211' }
          const amount = { total: 1, currency: 'CNY' }
          const url = 'https://shop.example.com/'
          const texts = { description: '特价“券” $x `y` \\ "z"', attach: HOSTILE.slice(0, 40) }
          return {
            appid: 'wx1234567889999',
            mchid,
            out_trade_no,
            notify_url: url,
            ...texts,
            amount,
            detail,
            scene_info,
          }
        }

        /** Runs a call in one of its forms. */
        const run = async (id: string, as: CodeFormName) => {
          const { file, text } = await mock.control.exchangeCode(id, { as })
          const credentials = await mock.control.credentials()
          const path = as === 'junit' ? join('src/test/java', file) : file
          return outputOf({ ...example, ...RUNNERS[as] }, { [path]: text }, (command) => told(command, credentials))
        }

        const forms = CODE_FORM_NAMES.filter((as) => CODE_FORMS[as].language === format)
        const tests = forms.filter((as) => CODE_FORMS[as].kind === 'test')

        describe.each(forms)('%s', (as) => {
          const played = representatives(Object.entries(CALLS), CODE_FORM_NAMES.indexOf(as))
          test.skipIf(missing).for(played)('makes that call again: %s', async ([name, request]) => {
            const ordered = await order('A1')
            if (name !== 'a nested body in Chinese')
              await made({ target: '/v3/pay/transactions/native', body: ordered })
            const recorded = await made(request(ordered))
            const output = await run(recorded.id, as)
            const repeated = await lastCall()
            expect(repeated.id).not.toBe(recorded.id)
            expect(repeated.request).toMatchObject({ method: recorded.request.method, target: recorded.request.target })
            expect(jsonIn(repeated.request.body)).toEqual(jsonIn(recorded.request.body))
            expect(repeated.response?.status).toBe(recorded.response?.status)
            if (!tests.includes(as) && name.includes('query')) expect(output).toContain('NOTPAY')
            await mock.control.reset()
          })
        })

        test.skipIf(missing).each(tests)('%s fails when it is answered differently', async (as) => {
          const ordered = await order('A2')
          await made({ target: '/v3/pay/transactions/native', body: ordered })
          const { out_trade_no, mchid } = ordered
          const target = `/v3/pay/transactions/out-trade-no/${out_trade_no}`
          const { id } = await made({ target: `${target}?mchid=${mchid}` })
          await made({ target: `${target}/close`, body: { mchid } })
          await expect(run(id, as)).rejects.toThrow()
          expect((await lastCall()).request.target).toBe(`${target}?mchid=${mchid}`)
          await mock.control.reset()
        })
      })

      describe('the program for a callback', () => {
        /** The SDK's reading of the latest callback. */
        const received = async (): Promise<unknown> => {
          const [exchange] = await mock.control.journal({ callbacks: 'only', limit: 1 })
          const { file, text } = await mock.control.exchangeCode(exchange?.id ?? '', { as: format })
          const files = { [file]: text }
          const credentials = await mock.control.credentials()
          return JSON.parse(await outputOf(example, files, (command) => told(command, credentials)))
        }

        test.skipIf(missing)('verifies and decrypts exactly that, whatever is in it', async () => {
          const { id } = await mock.control.sendNotification({ event_type: 'COUPON.SEND', url: receiver.url })
          expect(await received()).toMatchObject({ coupon_code: expect.any(String) })

          const world = await mock.control.world()
          const changed = { summary: HOSTILE, resource: JSON.stringify({ attach: HOSTILE }) }
          await mock.control.restore({
            ...world,
            notifications: world.notifications.map((one) => (one.id === id ? { ...one, ...changed } : one)),
          })
          await mock.control.sendNotification({ id })
          expect(await received()).toEqual({ attach: HOSTILE })
          await mock.control.reset()
        })

        test.skipIf(missing).for(representatives(SPOILED, EXAMPLES.indexOf(example)))(
          'fails for %s, as a receiver has to',
          async (effect) => {
            await mock.control.planFault({ event: 'COUPON.SEND', effect })
            await mock.control.sendNotification({ event_type: 'COUPON.SEND', url: receiver.url })
            await expect(received()).rejects.toMatchObject({ code: format === 'php' ? 255 : 1 })
          },
        )
      })
    }
  })
}
