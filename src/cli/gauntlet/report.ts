import type { CaseName, SkippedCase, SkipReason } from '../../gauntlet/cases.ts'
import type { GauntletReport, GauntletResult } from '../../gauntlet/run.ts'
import type { CallbackCaseName, CallbackResult } from '../../gauntlet/send-callbacks.ts'
import { listed } from '../../wire/shared/texts.ts'
import { wrap } from '../command.ts'
import { type JunitCase, junitFile } from '../junit.ts'
import { columnsOf, oneLine } from '../output.ts'
import type { Language } from '../texts.ts'

const FORGE = 'whoever sits on the line can make a refused payment look done'

/** Consequences if a client accepts an answer, or a server takes a callback; for honest cases, the loss if they are refused. */
type Dangers<Name extends string> = Readonly<Record<Name, string>>

const answersEn: Dangers<CaseName> = {
  honest: 'it does not work at all',
  honest_slow: 'it gives up on answers that come slowly',
  honest_certificate: 'it does not take answers signed with the platform certificate',
  honest_public_key: 'it does not take answers signed with the WeChat Pay public key',
  bad_signature: `the signature is not verified: ${FORGE}`,
  wrong_key: `any key is good enough: ${FORGE} with a key of their own`,
  tampered_body: 'the body is not what is verified: whoever sits on the line can change amounts, times and states',
  replayed_signature: 'the signature of any other answer will do: one captured answer signs every forged one',
  stale_timestamp: 'old answers are taken for new ones: a captured "done" can be played back forever',
  unknown_serial: `an unknown serial skips the check: ${FORGE} under a serial of their own`,
  missing_timestamp: 'without Wechatpay-Timestamp the check is skipped: leaving out one header is enough to forge',
  missing_nonce: 'without Wechatpay-Nonce the check is skipped: leaving out one header is enough to forge',
  missing_signature: 'without Wechatpay-Signature the check is skipped: leaving out one header is enough to forge',
  missing_serial: 'without Wechatpay-Serial the check is skipped: leaving out one header is enough to forge',
  unsigned: `answers need no signature: ${FORGE}`,
  probe: "WeChat Pay's probe is let through: WeChat Pay sees that nothing is verified",
  probe_long: "WeChat Pay's probe is let through when it does not decode: what cannot be verified is taken as right",
  error_as_200:
    'the status is not signed: turned into 200, a genuine refusal passes for done. Look for the member that says it is done',
  half_body: 'half an answer is taken for a whole one',
  answer_lost: 'no answer is taken for success, and whether it was done is never asked',
}

const callbacksEn: Dangers<CallbackCaseName> = {
  honest: 'real callbacks are refused',
  bad_signature: 'the signature is not verified: anybody who knows the address can report payments',
  wrong_key: 'any key is good enough: anybody can report payments with a key of their own',
  tampered_body: 'the body is not what is verified: whoever sits on the line can change what is reported',
  replayed_signature: 'the signature of any other message will do: one captured callback signs every forged one',
  stale_timestamp: 'old callbacks are taken for new ones: a captured one can be played back forever',
  unknown_serial: 'an unknown serial skips the check: anybody can report payments under a serial of their own',
  missing_timestamp: 'without Wechatpay-Timestamp the check is skipped: leaving out one header is enough to forge',
  missing_nonce: 'without Wechatpay-Nonce the check is skipped: leaving out one header is enough to forge',
  missing_signature: 'without Wechatpay-Signature the check is skipped: leaving out one header is enough to forge',
  missing_serial: 'without Wechatpay-Serial the check is skipped: leaving out one header is enough to forge',
  unsigned: 'callbacks need no signature: anybody who knows the address can report payments',
  probe: "WeChat Pay's probe is let through: WeChat Pay sees that nothing is verified",
  probe_long: "WeChat Pay's probe is let through when it does not decode",
  wrong_tag: 'what does not decrypt is taken for received: the event is lost, and nobody sends it again',
  wrong_api_v3_key:
    'what is sealed with another APIv3 key is taken for received: the event is lost, and nobody sends it again',
}

const answersZh: Dangers<CaseName> = {
  honest: '连正确的应答都失败',
  honest_slow: '应答到达较慢就放弃',
  honest_certificate: '不接受用平台证书签名的应答',
  honest_public_key: '不接受用微信支付公钥签名的应答',
  bad_signature: '没有验签：网络中间人可以把失败说成成功',
  wrong_key: '任何密钥都能通过：攻击者用自己的密钥就能伪造应答',
  tampered_body: '验签的不是实际使用的报文：中间人可以改动金额、时间和状态',
  replayed_signature: '别的应答的签名也能通过：截获一个应答就能伪造任何应答',
  stale_timestamp: '把旧应答当成新的：截获的“成功”可以永远重放',
  unknown_serial: '序列号未知就跳过验签：攻击者自编一个序列号就能伪造应答',
  missing_timestamp: '缺少 Wechatpay-Timestamp 就跳过验签：去掉一个头就能伪造',
  missing_nonce: '缺少 Wechatpay-Nonce 就跳过验签：去掉一个头就能伪造',
  missing_signature: '缺少 Wechatpay-Signature 就跳过验签：去掉一个头就能伪造',
  missing_serial: '缺少 Wechatpay-Serial 就跳过验签：去掉一个头就能伪造',
  unsigned: '没有签名的应答也接受：网络中间人可以把失败说成成功',
  probe: '放过了签名探测：微信支付会发现商户没有验签',
  probe_long: '放过了无法解码的签名探测：验不了的被当成正确的',
  error_as_200: '状态码不在签名范围内：真实的错误应答改成 200 就被当成成功。请检查表示成功的字段',
  half_body: '把半个应答当成完整的',
  answer_lost: '没有应答也当成功，从不查询是否真的完成',
}

const callbacksZh: Dangers<CallbackCaseName> = {
  honest: '真实的回调被拒绝',
  bad_signature: '没有验签：知道地址的人都能谎报支付',
  wrong_key: '任何密钥都能通过：任何人用自己的密钥就能谎报支付',
  tampered_body: '验签的不是实际使用的报文：中间人可以改动通知内容',
  replayed_signature: '别的报文的签名也能通过：截获一个回调就能伪造任何回调',
  stale_timestamp: '把旧回调当成新的：截获的回调可以永远重放',
  unknown_serial: '序列号未知就跳过验签：任何人自编一个序列号就能谎报支付',
  missing_timestamp: '缺少 Wechatpay-Timestamp 就跳过验签：去掉一个头就能伪造',
  missing_nonce: '缺少 Wechatpay-Nonce 就跳过验签：去掉一个头就能伪造',
  missing_signature: '缺少 Wechatpay-Signature 就跳过验签：去掉一个头就能伪造',
  missing_serial: '缺少 Wechatpay-Serial 就跳过验签：去掉一个头就能伪造',
  unsigned: '没有签名的回调也接受：知道地址的人都能谎报支付',
  probe: '放过了签名探测：微信支付会发现商户没有验签',
  probe_long: '放过了无法解码的签名探测',
  wrong_tag: '解密失败也应答成功：事件丢失，且不会重发',
  wrong_api_v3_key: '用别的 APIv3密钥加密的也应答成功：事件丢失，且不会重发',
}

const en = {
  description:
    'Runs a command, your own client, once for each way in which an answer can be wrong, and expects it to fail; and with right answers, and expects exit code 0. Each run has a mock of its own, whose address and credentials are in the environment: WECHATPAY_BASE_URL, WECHATPAY_MCHID and the rest of what `credentials --format env` has, with the path of a file in …_FILE for each key. With --callback it sends right and wrong callbacks to your server. Exit code 1 when something was missed.',
  command: 'program and arguments, after --',
  only: 'only these cases, separated by commas; the honest one is always tried',
  parallel: 'runs at the same time',
  timeout: 'seconds that a run may take',
  seed: 'state of the mock at the start of each run: a scenario, or a seed file',
  junit: 'also write a JUnit report into this file',
  callback: "address of your server, set up with the well-known merchant's credentials, to send callbacks to",
  callbackKey: 'key that signs callbacks; certificate for a receiver that knows no public key',
  callbackEvent: 'event that callbacks report',
  urlExpected: 'use an address that begins with http:// or https://',
  after: `wechatpay-mock gauntlet -- node pay.mjs
wechatpay-mock gauntlet --only unsigned,probe --junit gauntlet.xml -- mvn -q test
wechatpay-mock gauntlet --callback http://127.0.0.1:3000/wechatpay/notify`,
  nothing: 'Say what to run, after --, or give a --callback address',
  unknownCase: (name: string, names: string): string => `There is no case ${name}. The cases are: ${names}`,
  titles: { answers: 'Answers', callbacks: 'Callbacks' },
  verdicts: { ok: 'ok', miss: 'MISS', skip: 'skip' },
  /** Reasons why cases were skipped. */
  skipped: {
    honest_failed: 'not tried, since what is right is refused',
    public_key:
      'its requests ask for the WeChat Pay public key in Wechatpay-Serial, so that it may have no certificate; --only tries it all the same',
    no_public_key:
      'its requests do not ask for the WeChat Pay public key in Wechatpay-Serial, so that it may not have it; --only tries it all the same',
  } satisfies Readonly<Record<SkipReason, string>>,
  expects: { accept: 'accept', reject: 'reject' },
  did: {
    exit: (code: number): string => `exit code ${code}`,
    signal: (signal: string): string => `ended by ${signal}`,
    timedOut: (seconds: number): string => `not done after ${seconds} s`,
    noCall: 'no call that could be answered this way',
    status: (status: number): string => `answered ${status}`,
    noAnswer: 'no answer',
  },
  undecided: 'undecided: it has to fail by itself, and because of such an answer',
  semicolon: '; ',
  output: (line: string): string => `it wrote: ${line}`,
  score: (right: number, all: number): string => `Score: ${right} of ${all}`,
  answers: answersEn,
  callbacks: callbacksEn,
}

const zh: typeof en = {
  description:
    '用每一种错误的应答各运行一次您自己的客户端（一条命令），每次都应当失败；再用正确的应答运行一次，退出码应当为 0。每次运行都有独立的模拟服务，地址和身份信息在环境变量中：WECHATPAY_BASE_URL、WECHATPAY_MCHID 等，与 credentials --format env 相同，每个密钥另有 …_FILE 指向文件。使用 --callback 则向您的服务发送正确和错误的回调。有漏过的，退出码为 1。',
  command: '程序和参数，写在 -- 之后',
  only: '只测这些情形，用逗号分隔；正确的应答总会先测',
  parallel: '同时运行的数量',
  timeout: '每次运行的时限，秒',
  seed: '每次运行开始时的状态：场景名或种子文件',
  junit: '另将 JUnit 报告写入此文件',
  callback: '您的服务接收回调的地址，服务需使用内置商户的身份信息',
  callbackKey: '回调签名所用的密钥；接收方只有平台证书时用 certificate',
  callbackEvent: '回调通知的事件',
  urlExpected: '请使用以 http:// 或 https:// 开头的地址',
  after: en.after,
  nothing: '请在 -- 之后写要运行的命令，或给出 --callback 地址',
  unknownCase: (name, names) => `没有情形 ${name}，可用的有：${names}`,
  titles: { answers: '应答', callbacks: '回调' },
  verdicts: { ok: '通过', miss: '漏过', skip: '跳过' },
  skipped: {
    honest_failed: '未测：连正确的都不接受',
    public_key: '请求的 Wechatpay-Serial 要求使用微信支付公钥，客户端可能没有平台证书；可用 --only 指定来测',
    no_public_key: '请求的 Wechatpay-Serial 没有要求使用微信支付公钥，客户端可能没有公钥；可用 --only 指定来测',
  },
  expects: { accept: '应接受', reject: '应拒绝' },
  did: {
    exit: (code) => `退出码 ${code}`,
    signal: (signal) => `被 ${signal} 终止`,
    timedOut: (seconds) => `${seconds} 秒内未结束`,
    noCall: '没有发出可以这样应答的请求',
    status: (status) => `应答 ${status}`,
    noAnswer: '没有应答',
  },
  undecided: '无法判断：应当在收到这样的应答后自行失败',
  semicolon: '；',
  output: (line) => `输出：${line}`,
  score: (right, all) => `得分：${right} / ${all}`,
  answers: answersZh,
  callbacks: callbacksZh,
}

export const texts = { en, zh }

/** Results of all cases. */
export interface GauntletOutcome {
  readonly answers: GauntletReport['results']
  readonly callbacks: readonly CallbackResult[]
  readonly skipped: readonly SkippedRow[]
}

interface SkippedRow extends SkippedCase {
  readonly kind: Row['kind']
}

interface Row {
  readonly kind: 'answers' | 'callbacks'
  readonly name: string
  readonly expects: 'accept' | 'reject'
  readonly ok: boolean
  /** The client's reaction. */
  readonly did: string
  /** The consequence of a miss; left out if nothing was missed. */
  readonly danger?: string
  /** The last lines of a failing client's output. */
  readonly output?: string
  readonly durationMs: number
}

/** The cases in the words of a language. */
export function rowsOf({ answers, callbacks }: GauntletOutcome, timeoutSeconds: number, language: Language): Row[] {
  const own = texts[language]
  return [
    ...answers.map((result): Row => {
      const { name, expects, ok, durationMs } = result
      const did = didOf(result, timeoutSeconds, language)
      const miss = !ok && { danger: dangerOf(result, language), output: result.output }
      return { kind: 'answers', name, expects, ok, did, durationMs, ...miss }
    }),
    ...callbacks.map(({ name, expects, ok, status, durationMs }): Row => {
      const did = status === undefined ? own.did.noAnswer : own.did.status(status)
      return { kind: 'callbacks', name, expects, ok, did, durationMs, ...(!ok && { danger: own.callbacks[name] }) }
    }),
  ]
}

function didOf({ code, signal, timedOut, hit }: GauntletResult, seconds: number, language: Language): string {
  const own = texts[language]
  const { did } = own
  const ended = timedOut ? did.timedOut(seconds) : code === undefined ? did.signal(signal ?? 'SIGKILL') : did.exit(code)
  return hit === 0 ? `${ended}${own.semicolon}${did.noCall}` : ended
}

/** Danger is shown only for a client that went on with a hostile answer. */
function dangerOf({ name, expects, code, hit, output }: GauntletResult, language: Language): string {
  const own = texts[language]
  if (expects === 'reject') return code === 0 && hit > 0 ? own.answers[name] : own.undecided
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const telling = lines.find((line) => /error|exception|错误|失败/i.test(line)) ?? lines.at(-1)
  return telling === undefined
    ? own.answers[name]
    : `${own.answers[name]}${own.semicolon}${own.output(oneLine(telling.trim()))}`
}

/** Columns of the lines that list skipped cases. */
const WIDTH = 100

/** The cases as a table, with an explanation of each miss below it, those that were skipped, and the score. */
export function table(rows: readonly Row[], skipped: readonly SkippedRow[], language: Language): string {
  const own = texts[language]
  const cells = rows.map(({ ok, name, expects, did }) => [
    ok ? own.verdicts.ok : own.verdicts.miss,
    name,
    own.expects[expects],
    did,
  ])
  const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((line) => columnsOf(line[column] ?? ''))))
  const lines: string[] = []
  for (const [i, row] of rows.entries()) {
    if (row.kind !== rows[i - 1]?.kind) lines.push(own.titles[row.kind])
    const line = (cells[i] ?? []).map(
      (cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(cell))),
    )
    lines.push(`  ${line.join('  ').trimEnd()}`)
    if (row.danger !== undefined) lines.push(`  ${' '.repeat(widths[0] ?? 0)}  - ${row.danger}`)
  }
  for (const kind of ['answers', 'callbacks'] as const) {
    for (const reason of new Set(skipped.map((one) => one.reason))) {
      const names = skipped.filter((one) => one.kind === kind && one.reason === reason).map(({ name }) => name)
      if (names.length > 0) lines.push(...skippedLines(listed(names, language), own.skipped[reason], own.verdicts.skip))
    }
  }
  return [...lines, own.score(rows.filter(({ ok }) => ok).length, rows.length), ''].join('\n')
}

function skippedLines(names: string, reason: string, verdict: string): string[] {
  const margin = ' '.repeat(8)
  const [first = '', ...more] = wrap(names, WIDTH - margin.length).split('\n')
  const start = `  ${verdict}${' '.repeat(Math.max(2, margin.length - 2 - columnsOf(verdict)))}`
  return [start + first, ...more.map((line) => margin + line), `${margin}- ${reason}`]
}

const BAR_WIDTH = 24

/** The part of a stream that a bar needs. */
interface Terminal {
  readonly isTTY: boolean
  write(text: string): boolean
}

/** A bar on standard error, if that is a terminal; it disappears when everything is done. */
export function progressBar(stream: Terminal = process.stderr): (done: number, all: number, name: string) => void {
  if (!stream.isTTY) return () => {}
  return (done, all, name) => {
    const filled = Math.round((done / all) * BAR_WIDTH)
    const bar = '='.repeat(filled).padEnd(BAR_WIDTH, ' ')
    stream.write(done === all ? '\r\u001B[K' : `\r\u001B[K[${bar}] ${done}/${all} ${name}`)
  }
}

/** The cases as a JUnit file: a suite for answers and one for callbacks. */
export function gauntletJunit(rows: readonly Row[], skipped: readonly SkippedRow[], language: Language): string {
  const cases = [...rows.map(caseOf), ...skipped.map((one) => skippedCase(one, language))]
  return junitFile('wechatpay-mock gauntlet', cases)
}

function caseOf({ kind, name, expects, ok, did, danger = did, output = '', durationMs }: Row): JunitCase {
  return {
    classname: kind,
    name: `${name}: ${expects}`,
    durationMs,
    ...(!ok && { outcome: { kind: 'failure', message: did, details: `${danger}\n${output}`.trimEnd() } }),
  }
}

function skippedCase({ kind, name, reason }: SkippedRow, language: Language): JunitCase {
  return { classname: kind, name, outcome: { kind: 'skipped', message: texts[language].skipped[reason] } }
}
