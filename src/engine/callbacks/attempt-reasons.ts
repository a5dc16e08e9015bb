import type { Texts } from '../../shared/texts.ts'

/** How long a receiver has to reply, in milliseconds (protocol.md 8, documented). */
export const REPLY_LIMIT_MS = 5_000

/** Reasons why an attempt fails, each in words; `value` fills in what the name leaves open. */
const REASONS = {
  too_late: () => ({
    en: `No reply within ${REPLY_LIMIT_MS / 1_000} seconds.`,
    zh: `${REPLY_LIMIT_MS / 1_000} 秒内没有应答。`,
  }),
  refused: () => ({
    en: 'Nobody listens there: the connection was refused.',
    zh: '连接被拒绝，该地址没有程序监听。',
  }),
  closed: () => ({
    en: 'The receiver closed the connection without a reply.',
    zh: '接收方没有应答就关闭了连接。',
  }),
  host_unknown: () => ({ en: 'There is no such host.', zh: '没有这个主机。' }),
  header_too_large: () => ({ en: "The reply's header is too large.", zh: '应答的头部过大。' }),
  unreachable: (value) => ({ en: `The receiver could not be reached: ${value}.`, zh: `无法连接接收方：${value}。` }),
  receiver_threw: (value) => ({
    en: `The function that receives callbacks threw ${value}.`,
    zh: `接收回调的函数抛出了异常：${value}。`,
  }),
  state_dropped: () => ({ en: 'The state that it belonged to was dropped.', zh: '它所属的数据已被重置或替换。' }),
  clock_move_ended: () => ({
    en: 'The move of the clock that it belonged to was ended.',
    zh: '它所属的时钟调整已中止。',
  }),
  mock_stopped: () => ({ en: 'The mock was stopped.', zh: '模拟服务已停止。' }),
  abandoned: (value) => ({ en: `It was given up: ${value}.`, zh: `发送被中止：${value}。` }),
  left_halfway: () => ({
    en: 'The process that made this attempt ended before it had a reply.',
    zh: '发送它的进程在收到应答之前退出。',
  }),
  url_unfit: (value) => ({
    en: `Not sent: ${value} is not an http or https address.`,
    zh: `未发送：${value} 不是 http 或 https 地址。`,
  }),
  host_not_allowed: (value) => ({
    en: `Not sent: ${value} is not this machine, and was not allowed: name it with allowCallbackHosts (--allow-callback-host), or take callbacks with a function of yours (receive).`,
    zh: `未发送：${value} 不是本机。请用 --allow-callback-host ${value}（allowCallbackHosts）允许，或用自己的函数接收回调（receive）。`,
  }),
  merchant_unknown: (value) => ({
    en: `Not sent: the mock knows no merchant ${value}, and so no APIv3 key to seal it with.`,
    zh: `未发送：模拟服务中没有商户 ${value}，因此没有用于加密的 APIv3密钥。`,
  }),
  api_v3_key_not_set: (value) => ({
    en: `Not sent: merchant ${value} has set no APIv3 key to seal it with.`,
    zh: `未发送：商户 ${value} 没有设置 APIv3密钥，无法加密。`,
  }),
  spoiled: (value) => ({
    en: `Taken, although a planned fault had spoiled it (${value}).`,
    zh: `接收方已接受，但故障注入破坏了这次回调（${value}），本应拒绝。`,
  }),
} as const satisfies Readonly<Record<string, (value: string) => Texts>>

/** Names of {@link AttemptReason}s. */
export const ATTEMPT_REASONS = Object.keys(REASONS) as readonly (keyof typeof REASONS)[]

/** Why an attempt failed, for programs; `value` gives the detail that the name leaves open. */
export interface AttemptReason {
  readonly name: keyof typeof REASONS
  readonly value?: string
}

/** Why an attempt failed, in whole sentences. */
export function explainAttempt({ name, value = '' }: AttemptReason): Texts {
  const explain: (value: string) => Texts = REASONS[name]
  return explain(value)
}
