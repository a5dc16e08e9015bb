import { z } from 'zod'
import { calls } from '../../control/calls/index.ts'
import { scenarios } from '../../products/scenarios/index.ts'
import { listed } from '../../wire/shared/texts.ts'
import { usageError } from '../command.ts'
import { credentialFacts } from '../commands/credentials.ts'
import { textReport } from '../pact/text-report.ts'
import { verifyContracts } from '../pact/verify.ts'
import { fetchCredentials } from '../running-mock.ts'
import type { Language } from '../texts.ts'
import { answers, controlOf, defineTool, type Said, type Session, type Tool } from './tool.ts'

const en = {
  findMock: {
    title: 'Find the mock',
    description:
      'Says whether the simulated WeChat Pay (微信支付) answers, where, and what it holds. Call it first: the address is the base URL of the SDK.',
    up: (version: string, url: string): string => `wechatpay-mock ${version} answers at ${url}`,
    dashboard: (url: string): string => `Dashboard for people: ${url}`,
    clock: (now: string, frozen: boolean): string => `Clock: ${now}, ${frozen ? 'frozen' : 'running'}`,
    journal: (all: number, errors: number): string => `Journal: ${all} calls and callbacks, ${errors} of them errors`,
    holds: (counts: string): string => `Holds: ${counts}`,
    next: 'Next: credentials for the code that connects an SDK; list_calls after a call; look_at_things for numbers to use.',
  },
  startMock: {
    title: 'Start a mock',
    description:
      'Starts a mock on this machine, on loopback only, unless one answers already. It ends with the session. Read the address from the answer.',
    port: '8089, or that of --url, if left out; 0 picks a free one',
    seed: (names: string): string => `what it starts with: one of ${names}, or a seed file; default if left out`,
    noStdin: 'Name a scenario or a file: standard input is taken',
    there: (url: string): string => `A mock answers at ${url} already: it is used. Give a port to start another.`,
    started: (url: string): string => `Started at ${url}`,
  },
  credentials: {
    title: 'Credentials and code for an SDK',
    description:
      'The test identity of a merchant of the mock, and with `format` a program that connects an SDK to the mock, with the keys in it, ready to run. The keys are made for tests: never use production keys (商户API私钥) with the mock.',
    formats: (names: string): string => `With format you get the code or the variables: ${names}`,
  },
  moveClock: {
    title: "Move the mock's clock",
    description:
      'Lets time pass at once: coupons expire, transfers lapse, callbacks are repeated, certificates age. Due callbacks are delivered before it answers. Without arguments it only reads the clock.',
    one: 'Give duration, or now and frozen, not both',
  },
  verifyContract: {
    title: 'Verify a contract',
    description:
      'Verifies Pact contracts (契约) from files against a fresh mock of its own: each interaction is set up, signed and sent. Needs the package @pact-foundation/pact.',
    files: 'pact files or directories of them, on this machine',
    more: (lines: number): string => `… ${lines} more lines: wechatpay-mock pact verify shows all`,
  },
}

const zh: typeof en = {
  findMock: {
    title: '查找模拟服务',
    description: '查询模拟的微信支付是否在运行、地址和其中的数据。请最先调用：返回的地址就是 SDK 的接口地址。',
    up: (version, url) => `wechatpay-mock ${version} 正在 ${url} 运行`,
    dashboard: (url) => `供人查看的仪表盘：${url}`,
    clock: (now, frozen) => `时钟：${now}，${frozen ? '已冻结' : '走时中'}`,
    journal: (all, errors) => `请求记录：请求和回调共 ${all} 条，其中出错 ${errors} 条`,
    holds: (counts) => `数据：${counts}`,
    next: '接下来：用 credentials 取得连接 SDK 的代码；发出请求后用 list_calls 查看；用 look_at_things 查找可用的编号。',
  },
  startMock: {
    title: '启动模拟服务',
    description: '在本机回环地址上启动模拟服务；已有一个在运行时直接使用它。会话结束时随之停止。地址见返回内容。',
    port: '不写则为 8089 或 --url 中的端口；0 表示自动选择',
    seed: (names) => `初始数据：${names} 之一，或种子文件；不写则为 default`,
    noStdin: '请写场景名或文件名：标准输入已被占用',
    there: (url) => `${url} 已有模拟服务在运行，直接使用它。要另外启动，请给出端口。`,
    started: (url) => `已在 ${url} 启动`,
  },
  credentials: {
    title: '身份信息和 SDK 代码',
    description:
      '模拟服务中某个商户的身份信息；写明 format 时返回把 SDK 连到模拟服务的程序，密钥已写在其中，可直接运行。密钥仅供测试，切勿在模拟服务中使用正式环境的商户API私钥。',
    formats: (names) => `用 format 取得代码或环境变量：${names}`,
  },
  moveClock: {
    title: '调整模拟服务的时钟',
    description:
      '让时间立即过去：券过期、转账单失效、回调重发、证书到期。返回之前会先投递到期的回调。不写参数时只查看时钟。',
    one: 'duration 不能与 now、frozen 同时给出',
  },
  verifyContract: {
    title: '验证契约',
    description:
      '用一个全新的模拟服务验证文件中的 Pact 契约：逐条准备数据、签名并发送。需要安装 @pact-foundation/pact。',
    files: '本机上的契约文件或其目录',
    more: (lines) => `……另有 ${lines} 行，完整内容请运行 wechatpay-mock pact verify`,
  },
}

const texts = { en, zh }

type Own = typeof en

/** Tools about the mock as a whole. */
export function mockTools(language: Language): Tool[] {
  const own = texts[language]
  return [findMock(own), startMock(own), credentials(own, language), moveClock(own), verifyContract(own)]
}

function findMock({ findMock: own }: Own): Tool {
  return defineTool(own, {
    name: 'find_mock',
    readOnly: true,
    input: z.strictObject({}),
    run: async (_, session) => describeMock(session, own),
  })
}

async function describeMock(session: Session, own: Own['findMock'], first?: string): Promise<Said> {
  const { url, language } = session
  const control = await controlOf(session)
  const { version } = await control.health()
  const clock = await control.clock()
  const { counts } = await control.journalPage({ limit: 1 })
  const things = Object.entries(await control.worldCounts()).filter(([, count]) => count > 0)
  const holds = things.map(([kind, count]) => `${kind} ${count}`)
  const dashboard = `${url}/_mock`
  return {
    lines: [
      ...(first === undefined ? [] : [first]),
      own.up(version, url),
      own.dashboard(dashboard),
      own.clock(clock.now, clock.frozen),
      own.journal(counts?.all ?? 0, counts?.error ?? 0),
      own.holds(listed(holds, language)),
      own.next,
    ],
    data: { url, version, dashboard, clock, things: Object.fromEntries(things) },
  }
}

/** Port of a mock that was started without options. */
const USUAL_PORT = 8089

function startMock({ startMock: own, findMock: found }: Own): Tool {
  return defineTool(own, {
    name: 'start_mock',
    local: true,
    input: z.strictObject({
      port: z.int().min(0).max(65_535).optional().describe(own.port),
      seed: z
        .string()
        .min(1)
        .max(1_000)
        .optional()
        .describe(own.seed(Object.keys(scenarios).join(', '))),
    }),
    async run({ port, seed = 'default' }, session) {
      if (seed === '-') throw usageError(own.noStdin)
      if (port === undefined && (await answers(session))) return describeMock(session, found, own.there(session.url))
      const usual = Number(new URL(session.url).port || USUAL_PORT)
      session.url = (await session.start?.(port ?? usual, seed)) ?? session.url
      return describeMock(session, found, own.started(session.url))
    },
  })
}

function credentials({ credentials: own }: Own, language: Language): Tool {
  const { mchid, format } = calls.credentialsSnippet.query.shape
  return defineTool(own, {
    name: 'credentials',
    readOnly: true,
    input: z.strictObject({ mchid, format: format.optional() }),
    async run({ mchid, format: wanted }, session) {
      if (wanted !== undefined) {
        const control = await controlOf(session)
        return { lines: [(await control.credentialsSnippet(wanted, { mchid, lang: language })).trimEnd()] }
      }
      const identity = await fetchCredentials(session.url, { mchid, token: session.token }, language)
      return {
        lines: [...credentialFacts(identity, language), own.formats(listed(format.options, language))],
        data: { mchid: identity.mchid, merchant_serial_no: identity.merchant_serial_no, base_url: identity.base_url },
      }
    },
  })
}

function moveClock({ moveClock: own, findMock: { clock: line } }: Own): Tool {
  return defineTool(own, {
    name: 'move_clock',
    input: z.strictObject({ duration: calls.advance.body.shape.duration.optional(), ...calls.setClock.body.shape }),
    async run({ duration, now, frozen }, session) {
      const control = await controlOf(session)
      const setting = { ...(now !== undefined && { now }), ...(frozen !== undefined && { frozen }) }
      const sets = Object.keys(setting).length > 0
      if (duration !== undefined && sets) throw usageError(own.one)
      const moved =
        duration !== undefined ? control.advance(duration) : sets ? control.setClock(setting) : control.clock()
      const clock = await moved
      return { lines: [line(clock.now, clock.frozen)], data: { ...clock } }
    },
  })
}

/** Lines about interactions that failed. */
const REPORT_LINES = 40

function verifyContract({ verifyContract: own }: Own): Tool {
  return defineTool(own, {
    name: 'verify_contract',
    local: true,
    readOnly: true,
    input: z.strictObject({ files: z.array(z.string().min(1).max(1_000)).min(1).max(20).describe(own.files) }),
    async run({ files }, { language }) {
      const result = await verifyContracts(files, { timeout: 30 }, language)
      const sum = textReport(result, language).trimEnd().split('\n').slice(-1)
      const failed = { ...result, interactions: result.interactions.filter(({ ok }) => !ok) }
      const report = result.ok ? [] : textReport(failed, language).trimEnd().split('\n').slice(0, -1)
      const more = report.length - REPORT_LINES
      return {
        lines: [...report.slice(0, REPORT_LINES), ...(more > 0 ? [own.more(more)] : []), ...sum],
        data: { ok: result.ok },
      }
    },
  })
}
