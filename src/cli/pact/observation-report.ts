import type { Observation, ObservedInteraction } from '../../../contracts/kit/observe-pacts.ts'
import type { LiveDifference } from '../../catalogue/live-differences.ts'
import type { Recording } from '../../traffic/recording/read-recording.ts'
import type { AnswerFault } from '../../wire/protocol/check-answer.ts'
import { listed } from '../../wire/shared/texts.ts'
import { oneLine } from '../output.ts'
import type { Language } from '../texts.ts'
import { texts as verifyTexts } from './text-report.ts'

const en = {
  recording: (file: string, formats: string, calls: number, callbacks: number): string =>
    `${file}: ${formats}, ${counted(calls, 'call')}, ${counted(callbacks, 'callback')}`,
  others: (calls: number): string => `${counted(calls, 'exchange')} with other services left out`,
  unread: (place: string, reason: string): string => `not read: ${place}: ${reason}`,
  verdicts: { as_contract: 'as agreed', otherwise: 'DIFFERS  ', not_seen: 'not seen ' },
  seen: (times: number, place: string): string => (times === 1 ? place : `${times} times, first ${place}`),
  difference: (at: string, expected: string, got: string): string => `${at}: expected ${expected}, got ${got}`,
  alike: (others: string): string => `asked and answered alike: ${others}`,
  insteadOf: (answers: string): string => `such calls were answered differently: ${answers}`,
  unspoken: 'No interaction speaks of:',
  differences: 'Live answers that differ from the mock:',
  kinds: {
    call: 'a call that no page has',
    callback: 'a callback that no page has',
    member: 'a member that no page has',
    type: 'another type',
    length: 'longer than the page says',
    value: 'a value that the page does not list',
    status: 'another status',
    error: 'an error that no row has',
    message: 'another text of an error',
  } satisfies Record<LiveDifference['kind'], string>,
  change: (was: string, is: string): string => (was === 'null' ? is : `${was} → ${is}`),
  signatures: (right: number, unchecked: number, probes: number): string =>
    `Signatures: ${right} right${probes > 0 ? `, ${probes} probes, which clients have to refuse` : ''}${unchecked > 0 ? `, ${unchecked} that the recording does not let check` : ''}`,
  wrong: (place: string, fault: string): string => `wrong signature: ${place}: ${fault}`,
  faults: {
    header_missing: 'a header field is missing',
    signature_type: 'an unknown Wechatpay-Signature-Type',
    timestamp: 'no timestamp',
    serial_unknown: 'made with another key',
    probe: 'a probe',
    signature_format: 'not base64',
    signature: 'the key does not fit, or the body was changed',
  } satisfies Record<AnswerFault, string>,
  incomplete: (exchanges: number): string =>
    `${counted(exchanges, 'exchange')} without an answer, or without its body, left out`,
  nothing: 'Nothing of the contract was seen',
  published: (results: number, version: string): string =>
    `${counted(results, 'result')} published, of version ${version}`,
  sum: (all: number, kept: number, otherwise: number): string =>
    `${counted(all, 'interaction')}, ${kept} seen as the contract says, ${otherwise} different, ${all - kept - otherwise} not seen`,
}

function counted(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

const zh: typeof en = {
  recording: (file, formats, calls, callbacks) => `${file}：${formats}，${calls} 个请求，${callbacks} 次回调`,
  others: (calls) => `略过其他服务的 ${calls} 个请求`,
  unread: (place, reason) => `未读取：${place}：${reason}`,
  verdicts: { as_contract: '一致  ', otherwise: '不一致', not_seen: '未出现' },
  seen: (times, place) => (times === 1 ? place : `${times} 次，首次在 ${place}`),
  difference: (at, expected, got) => `${at}：应为 ${expected}，实际为 ${got}`,
  alike: (others) => `请求和应答都相同，无法区分：${others}`,
  insteadOf: (answers) => `这样的请求得到的是其他应答：${answers}`,
  unspoken: '契约中没有的应答：',
  differences: '正式环境有而模拟服务没有，或与模拟服务不同：',
  kinds: {
    call: '文档中没有的接口',
    callback: '文档中没有的回调',
    member: '文档中没有的字段',
    type: '类型不同',
    length: '超过文档中的长度',
    value: '文档未列出的值',
    status: '状态码不同',
    error: '没有收录的错误',
    message: '错误描述不同',
  },
  change: (was, is) => (was === 'null' ? is : `${was} → ${is}`),
  signatures: (right, unchecked, probes) =>
    `签名：${right} 个正确${probes > 0 ? `，${probes} 个签名探测（客户端应拒绝）` : ''}${unchecked > 0 ? `，${unchecked} 个因记录不全无法验证` : ''}`,
  wrong: (place, fault) => `签名错误：${place}：${fault}`,
  faults: {
    header_missing: '缺少头部',
    signature_type: '未知的 Wechatpay-Signature-Type',
    timestamp: '没有时间戳',
    serial_unknown: '由其他密钥签名',
    probe: '签名探测',
    signature_format: '不是 base64',
    signature: '密钥不匹配，或报文主体被改动',
  },
  incomplete: (exchanges) => `略过 ${exchanges} 个没有应答或没有报文主体的请求`,
  nothing: '契约中的交互一条也没有出现',
  published: (results, version) => `已发布 ${results} 份结果，版本 ${version}`,
  sum: (all, kept, otherwise) =>
    `共 ${all} 条交互，一致 ${kept}，不一致 ${otherwise}，未出现 ${all - kept - otherwise}`,
}

const texts = { en, zh }

/** The report of the command as JSON. */
export interface ObservationJson extends Observation {
  readonly ok: boolean
  readonly recordings: readonly (Pick<Recording, 'formats' | 'others' | 'unread'> & {
    readonly file: string
    readonly calls: number
    readonly callbacks: number
  })[]
  /** Number of results that were published to a broker, and the version. */
  readonly published?: { readonly results: number; readonly version: string }
}

/** An observation for people. */
export function observationReport(result: ObservationJson, language: Language): string {
  const own = texts[language]
  const { interactions, unspoken, differences, signatures, incomplete, published } = result
  const counts = Object.groupBy(interactions, ({ verdict }) => verdict)
  const [kept = [], otherwise = []] = [counts.as_contract, counts.otherwise]
  const lines = [
    ...result.recordings.flatMap(({ file, formats, calls, callbacks, others, unread }) => [
      own.recording(file, listed(formats, language), calls, callbacks),
      ...(others > 0 ? [`  ${own.others(others)}`] : []),
      ...unread.map(({ place, reason }) => `  ${own.unread(place, reason[language])}`),
    ]),
    ...(incomplete > 0 ? [`  ${own.incomplete(incomplete)}`] : []),
    ...[...Map.groupBy(interactions, ({ pact }) => pact)].flatMap(([pact, [first, ...rest]]) =>
      first
        ? [
            verifyTexts[language].contract(first.consumer, pact),
            ...[first, ...rest].flatMap((one) => linesOf(one, language)),
          ]
        : [],
    ),
    ...(unspoken.length > 0 ? [own.unspoken] : []),
    ...unspoken.map(({ call, answered, times, place }) => `  ${call}: ${answered}  (${own.seen(times, place)})`),
    ...(differences.length > 0 ? [own.differences] : []),
    ...differences.map(
      ({ kind, call, at, was, is, times, place }) =>
        `  ${call} ${at}: ${own.kinds[kind]}: ${own.change(JSON.stringify(was), JSON.stringify(is))}  (${own.seen(times, place)})`,
    ),
    ...(signatures ? [own.signatures(signatures.right, signatures.unchecked, signatures.probes)] : []),
    ...(signatures?.wrong ?? []).map(({ place, fault }) => `  ${own.wrong(place, own.faults[fault])}`),
    ...(published ? [own.published(published.results, published.version)] : []),
    ...(kept.length + otherwise.length === 0 ? [own.nothing] : []),
    own.sum(interactions.length, kept.length, otherwise.length),
  ]
  return lines.map((line) => `${line.replace(/\S.*$/s, oneLine)}\n`).join('')
}

function linesOf(interaction: ObservedInteraction, language: Language): string[] {
  const own = texts[language]
  const { verdict, description, states, times, place, differences, alike, insteadOf } = interaction
  const given = states.length === 0 ? '' : `  [${states.join(' + ')}]`
  const seen = place === undefined ? '' : `  (${own.seen(times, place)})`
  return [
    `  ${own.verdicts[verdict]}  ${description}${given}${seen}`,
    ...differences.map(
      (one) => `        - ${own.difference(one.at, one.expected, one.got)}  (${own.seen(one.times, one.place)})`,
    ),
    ...(alike.length > 0 ? [`          ${own.alike(listed(alike, language))}`] : []),
    ...(insteadOf.length > 0 ? [`          ${own.insteadOf(listed(insteadOf, language))}`] : []),
  ]
}
