import { z } from 'zod'
import { faultJson } from '../../control/answer-format.ts'
import { calls } from '../../control/calls/index.ts'
import { exchangeParams } from '../../control/calls/journal.ts'
import type { ExchangeSummaryJson } from '../../control/formats/exchange-summary.ts'
import { sendNotificationJson } from '../../control/formats/notification.ts'
import { answerJson as plannedAnswer } from '../../engine/planned-answers.ts'
import { events } from '../../products/index.ts'
import { oneLine } from '../../wire/shared/shell.ts'
import { usageError } from '../command.ts'
import { explainExchange } from '../explain/answer.ts'
import { type Explanation, explanationLines, isRight } from '../explain/explanation.ts'
import { explainMessage } from '../explain/message.ts'
import { type Language, loadDiagnosisTexts } from '../texts.ts'
import { answers, connectionOf, controlOf, defineTool, type Said, type Session, shortened, type Tool } from './tool.ts'

const en = {
  listCalls: {
    title: 'List and search calls',
    description:
      'The latest calls of your program and the callbacks that were sent to it (请求记录), the newest first, a line each. The first word of a line is the id for explain_call and call_as_code.',
    limit: 'how many, at most 20; 10 if left out',
    none: 'No call fits. Has the program called this mock, with its base URL? find_mock shows the address.',
    total: (shown: number, total: number): string => `${shown} of ${total}`,
  },
  explainCall: {
    title: 'Explain a call',
    description:
      'Says why a call failed and what to change: with id a call or callback of the journal, with message a pasted HTTP message or curl command, and without both the latest call that was refused. Causes of wrong signatures (签名错误) are proved, and the message to sign (签名串) is shown.',
    message: 'raw HTTP request, response or callback, with its head, or a curl command line',
    about: 'what the message is, if it cannot be told',
    mchid: 'merchant whose keys it is compared with; the well-known one if left out',
    noneRefused: 'No call was refused. list_calls shows all.',
    oneOf: 'Give id or message, not both',
  },
  callAsCode: {
    title: 'A call as code',
    description:
      'A call of the journal as a program with an SDK, a test that also looks at the answer, or a Pact contract (契约); a callback as a program that receives it. The latest call if no id is given.',
    noCalls: 'The journal has no calls: make one first',
  },
  plan: {
    title: 'Plan a fault or an answer',
    description:
      'With fault, coming calls go wrong: a documented error, a late, lost or wrongly signed answer. With answer, a call without rules is answered as told. With clear, all that is planned is forgotten. Without arguments it lists what is planned. Names of operations are in list_calls, of errors in the refusal of a wrong one.',
    clear: 'true forgets all planned faults and answers',
    cleared: 'Nothing is planned any more.',
    planned: (what: string): string => `Planned: ${what}`,
    nothing: 'Nothing is planned.',
  },
  sendCallback: {
    title: 'Send a callback',
    description:
      'Sends a signed, encrypted callback (回调通知) now, of an event or again one that was made, and says what the receiver answered. Without arguments it waits until those that are due are delivered.',
    state: (id: string, event: string, state: string, last: string): string => `${id} ${event}: ${state}${last}`,
    last: (status: number | undefined, error: string | undefined): string =>
      ` (${[status === undefined ? 'no reply' : `answered ${status}`, ...(error === undefined ? [] : [error])].join('; ')})`,
    none: 'No callback is due. An order or transfer needs a notify_url, and time may have to pass: move_clock.',
  },
}

const zh: typeof en = {
  listCalls: {
    title: '列出和查找请求',
    description:
      '您的程序最近发出的请求和发给它的回调，最新的在前，每条一行。行首是 explain_call 和 call_as_code 所用的编号。',
    limit: '条数，最多 20；不写则为 10',
    none: '没有符合的请求。程序是否以此地址为接口地址？find_mock 可查看地址。',
    total: (shown, total) => `共 ${total} 条，列出 ${shown} 条`,
  },
  explainCall: {
    title: '说明请求为何失败',
    description:
      '说明请求为何失败以及如何改正：id 指请求记录中的请求或回调，message 是粘贴的 HTTP 报文或 curl 命令，都不写则为最近被拒绝的请求。签名错误的原因经过验证，并给出应签的签名串。',
    message: '带头部的原始 HTTP 请求、应答或回调，或 curl 命令行',
    about: '无法自动判断时，说明它是什么',
    mchid: '与哪个商户的密钥比较；不写则为内置商户',
    noneRefused: '没有被拒绝的请求。list_calls 可列出全部。',
    oneOf: 'id 和 message 只能给出一个',
  },
  callAsCode: {
    title: '把请求变成代码',
    description:
      '把请求记录中的请求输出为使用 SDK 的程序、会检查应答的测试，或 Pact 契约；回调则输出为接收它的程序。不写 id 则为最近的请求。',
    noCalls: '请求记录中没有请求，请先发出一个',
  },
  plan: {
    title: '预设故障或应答',
    description:
      'fault 让之后的请求出错：返回文档中的错误，或应答迟到、丢失、签名错误。answer 规定未模拟的接口如何应答。clear 清除所有预设。不写参数则列出预设。接口名称见 list_calls；错误名称写错时，提示中会列出可用的。',
    clear: 'true 表示清除所有预设的故障和应答',
    cleared: '已清除所有预设。',
    planned: (what) => `已预设：${what}`,
    nothing: '没有预设。',
  },
  sendCallback: {
    title: '发送回调',
    description:
      '立即发送一个已签名、已加密的回调通知，可以是某个事件的新回调，也可以重发已有的，并说明接收方如何应答。不写参数则等待到期的回调全部投递。',
    state: (id, event, state, last) => `${id} ${event}：${state}${last}`,
    last: (status, error) =>
      `（${[status === undefined ? '没有应答' : `应答 ${status}`, ...(error === undefined ? [] : [error])].join('；')}）`,
    none: '没有到期的回调。订单或转账单需要 notify_url，也可能要等一段时间：move_clock。',
  },
}

const texts = { en, zh }

type Own = typeof en

/** Tools about the calls of a program, and the callbacks to it. */
export function callTools(language: Language): Tool[] {
  const own = texts[language]
  return [listCalls(own), explainCall(own), callAsCode(own, language), plan(own), sendCallback(own)]
}

const MOST_LISTED = 20
const USUALLY_LISTED = 10
/** Characters of a target, and of a remark, that a line shows. */
const SHOWN_TARGET = 120
const SHOWN_REMARK = 240

function listCalls({ listCalls: own }: Own): Tool {
  const limit = z.int().min(1).max(MOST_LISTED).optional().describe(own.limit)
  return defineTool(own, {
    name: 'list_calls',
    readOnly: true,
    input: calls.journalPage.query.omit({ cursor: true }).extend({ limit }),
    async run(filter, session) {
      const control = await controlOf(session)
      const { items, total } = await control.journalPage({ limit: USUALLY_LISTED, ...filter })
      return {
        lines: items.length === 0 ? [own.none] : [...items.map(callLine), own.total(items.length, total)],
        data: {
          total,
          calls: items.map(({ id, method, target, operation, status, code }) => ({
            id,
            method,
            target: shortened(target, SHOWN_TARGET),
            ...(operation !== undefined && { operation }),
            ...(status !== undefined && { status }),
            ...(code !== undefined && { code }),
          })),
        },
      }
    },
  })
}

function callLine({ id, method, target, operation, status, code, remark, callback }: ExchangeSummaryJson): string {
  const words = [
    id,
    ...(callback ? [`${callback.event_type}#${callback.attempt}`] : []),
    method,
    shortened(target, SHOWN_TARGET),
    ...(operation === undefined ? [] : [`[${operation}]`]),
    String(status ?? '-'),
    ...(code === undefined ? [] : [code]),
    ...(remark ? [`${remark.about}: ${shortened(remark.text, SHOWN_REMARK)}`] : []),
  ]
  return oneLine(words.join(' '))
}

/** Characters of the longest message that may be pasted. */
const LONGEST_MESSAGE = 200_000

function explainCall({ explainCall: own }: Own): Tool {
  const { mchid } = calls.credentialsSnippet.query.shape
  return defineTool(own, {
    name: 'explain_call',
    readOnly: true,
    input: z.strictObject({
      id: exchangeParams.shape.id.max(80).optional(),
      message: z.string().max(LONGEST_MESSAGE).optional().describe(own.message),
      about: z.enum(['request', 'response', 'callback']).optional().describe(own.about),
      mchid: mchid.describe(own.mchid),
    }),
    async run({ id, message, about, mchid }, session) {
      if (id !== undefined && message !== undefined) throw usageError(own.oneOf)
      const { url, token: controlToken, language } = session
      const all = { language, diagnosis: await loadDiagnosisTexts(language) }
      let explanation: Explanation
      if (message !== undefined) {
        const at = {
          response: about === 'response',
          callback: about === 'callback',
          ...(mchid !== undefined && { mchid }),
          ...((await answers(session)) && { url, ...(controlToken !== undefined && { controlToken }) }),
        }
        explanation = await explainMessage({ input: Buffer.from(message), name: 'message' }, at, all)
      } else {
        const named = id ?? (await latest(session, 'error'))
        if (named === undefined) return { lines: [own.noneRefused] }
        explanation = await explainExchange(named, { url, controlToken }, all)
      }
      const { summary, verdict, findings } = explanation
      return {
        lines: explanationLines(explanation, all),
        data: { right: isRight(explanation), summary, ...(verdict && { verdict }), causes: findings },
      }
    },
  })
}

async function latest(session: Session, outcome?: 'error'): Promise<string | undefined> {
  const control = await controlOf(session)
  const { items } = await control.journalPage({ callbacks: 'no', limit: 1, ...(outcome && { outcome }) })
  return items[0]?.id
}

function callAsCode({ callAsCode: own }: Own, language: Language): Tool {
  return defineTool(own, {
    name: 'call_as_code',
    readOnly: true,
    input: z.strictObject({ id: exchangeParams.shape.id.max(80).optional(), as: calls.exchangeCode.query.shape.as }),
    async run({ id, as }, session) {
      const named = id ?? (await latest(session))
      if (named === undefined) throw usageError(own.noCalls)
      const control = await controlOf(session)
      const { text } = await control.exchangeCode(named, { as, lang: language })
      return { lines: [text.trimEnd()] }
    },
  })
}

/** How many planned faults and answers are listed. */
const SHOWN_PLANS = 10

function plan({ plan: own }: Own): Tool {
  return defineTool(own, {
    name: 'plan',
    input: z.strictObject({
      fault: faultJson({ events }).optional(),
      answer: plannedAnswer.optional(),
      clear: z.literal(true).optional().describe(own.clear),
    }),
    async run({ fault, answer, clear }, session): Promise<Said> {
      const control = await controlOf(session)
      const connection = connectionOf(session)
      if (clear) {
        await control.clearFaults()
        await control.clearAnswers()
      }
      const planned = [
        ...(fault ? [await connection.call({ method: 'POST', path: '/faults' }, fault)] : []),
        ...(answer ? [await connection.call({ method: 'POST', path: '/answers' }, answer)] : []),
      ]
      if (planned.length > 0) return { lines: planned.map((one) => own.planned(JSON.stringify(one))) }
      if (clear) return { lines: [own.cleared] }
      const pending = [...(await control.faults()), ...(await control.answers())].slice(0, SHOWN_PLANS)
      return { lines: pending.length === 0 ? [own.nothing] : pending.map((one) => own.planned(JSON.stringify(one))) }
    },
  })
}

function sendCallback({ sendCallback: own }: Own): Tool {
  return defineTool(own, {
    name: 'send_callback',
    input: z.strictObject(sendNotificationJson({ events }).shape),
    async run(wanted, session) {
      const control = await controlOf(session)
      const sent =
        Object.keys(wanted).length === 0
          ? await control.deliverNotifications()
          : [await connectionOf(session).call({ method: 'POST', path: '/notifications' }, wanted)]
      const shown = z.array(calls.sendNotification.answer).parse(sent).slice(-MOST_LISTED)
      return {
        lines:
          shown.length === 0
            ? [own.none]
            : shown.map(({ id, event_type, state, attempts }) => {
                const last = attempts.at(-1)
                return oneLine(own.state(id, event_type, state, last ? own.last(last.status, last.error) : ''))
              }),
        data: { callbacks: shown.map(({ id, event_type, state }) => ({ id, event_type, state })) },
      }
    },
  })
}
