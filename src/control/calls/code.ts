import { z } from 'zod'
import { wasNotLetIn } from '../../engine/exchange/authentication-checks.ts'
import type { WireRequest } from '../../engine/http-message.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import { isBrand, schemeFor } from '../../wire/protocol/authorization.ts'
import { refusalAt, type UsageError } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { type ClientAddress, defineCall } from '../call.ts'
import { CODE_FORM_NAMES, CODE_FORMS, type CodeFormName } from '../client-setup/snippet-languages.ts'
import { bodyJson } from '../describe-exchange.ts'
import { cutBody, isCut, repeatable } from './exchanges.ts'
import { pactOf } from './export.ts'
import { exchangeParams, exchangeRefusals, namedExchange } from './journal.ts'
import { describeCredentials, registeredMerchant } from './merchants.ts'

const formJson = { as: z.enum(CODE_FORM_NAMES), file: z.string().describe('its usual name') }

export const exchangeCodeForms = defineCall({
  summary: 'What a call can be had as: programs with an SDK, tests, a contract; a callback as programs that receive it',
  params: exchangeParams,
  answer: z.array(
    z
      .strictObject({ ...formJson, label: z.string(), kind: z.enum(['program', 'test', 'contract']) })
      .meta({ id: 'ExchangeCodeForm' }),
  ),
  refusals: exchangeRefusals,
  async handle({ params: { id } }, { mock }) {
    const { callback } = await namedExchange(mock, id)
    return CODE_FORM_NAMES.filter((as) => !callback || isReceiver(as)).map((as) => {
      const { label, kind } = CODE_FORMS[as]
      return { as, label, kind, file: fileOf(as, callback) }
    })
  },
})

export const exchangeCode = defineCall({
  summary:
    'A call as a program that makes it with an SDK, as a test that also looks at the answer, or as a Pact contract; a callback as a program that verifies and decrypts exactly that; ready to be run',
  params: exchangeParams,
  query: z.strictObject({
    as: z.enum(CODE_FORM_NAMES),
    lang: z.enum(['zh', 'en']).optional().describe('of the comments in it; en if left out'),
  }),
  answer: z.strictObject({ ...formJson, text: z.string() }).meta({ id: 'ExchangeCode' }),
  refusals: {
    ...exchangeRefusals,
    MOCK_EXCHANGE_CUT: 'its body is longer than the journal keeps',
    MOCK_CALLBACK_UNSIGNED: 'nothing signed was sent: the notice is one of API v2, or did not leave the mock',
    MOCK_MERCHANT_UNKNOWN: 'the merchant that a callback is for was removed',
    MOCK_NO_CODE: 'it is not available in this form; the message says why',
    MOCK_NO_CONTRACT: 'no contract can be made of it; the message says why',
  },
  async handle({ params: { id }, query: { as, lang = 'en' } }, context) {
    const { mock, address } = context
    const exchange = await namedExchange(mock, id)
    const file = fileOf(as, exchange.callback)
    if (exchange.callback) return { as, file, text: await receiverOf(mock, exchange, as, address, lang) }
    if (as === 'pact') return { as, file, text: `${JSON.stringify(await pactOf(exchange, {}, context), null, 2)}\n` }
    return { as, file, text: await programOf(mock, exchange, as, address, lang) }
  },
})

/** Whether a callback can be had in this form. */
function isReceiver(as: CodeFormName): boolean {
  return CODE_FORMS[as].kind === 'program'
}

function fileOf(as: CodeFormName, callback: Exchange['callback']): string {
  const { file, language } = CODE_FORMS[as]
  return callback && language ? file.replace(/call(?=\.)/, 'callback').replace(/Call(?=\.)/, 'Callback') : file
}

async function receiverOf(
  mock: Mock,
  exchange: Exchange,
  as: CodeFormName,
  { baseUrl }: ClientAddress,
  lang: 'zh' | 'en',
): Promise<string> {
  const { id, request, mchid = '' } = exchange
  const { language } = CODE_FORMS[as]
  if (!language || !isReceiver(as)) {
    throw noCode(exchange, as, {
      en: 'it is a callback, which becomes a program that receives it: php, java, go, python or node',
      zh: '它是回调，只能生成接收它的程序：php、java、go、python 或 node',
    })
  }
  if (isCut(exchange)) throw cutBody(exchange)
  const body = bodyJson(request.body)
  if (request.headers['Content-Type'] !== 'application/json' || typeof body !== 'string') {
    throw refusalAt('/path/id', 'MOCK_CALLBACK_UNSIGNED', {
      en: `Nothing signed was sent in ${id}: choose a try that left the mock, of a callback in JSON.`,
      zh: `${id} 没有发出带签名的内容，请选择已发出的、JSON 格式的回调。`,
    })
  }
  const credentials = describeCredentials(mock, registeredMerchant(mock, mchid), { baseUrl })
  // Loaded only when needed, like the other snippets.
  const { callbackSnippet } = await import('../client-setup/callback-snippets.ts')
  return callbackSnippet(language, credentials, { headers: request.headers, body }, lang)
}

async function programOf(
  mock: Mock,
  exchange: Exchange,
  as: Exclude<CodeFormName, 'pact'>,
  { baseUrl }: ClientAddress,
  lang: 'zh' | 'en',
): Promise<string> {
  const { request, merchant } = repeatable(mock, exchange)
  const { response } = exchange
  const body = bodyJson(request.body)
  const answered = response && bodyJson(response.body)
  const call = {
    method: request.method,
    target: request.target,
    body: typeof body === 'string' ? body : '',
    serial: request.headers['wechatpay-serial'],
    answer: response && { status: response.status, body: typeof answered === 'string' ? answered : '' },
  }
  const snippets = await import('../client-setup/snippets.ts')
  const isSent = isJson(request) && snippets.canSend(CODE_FORMS[as].language, call)
  const reason = unfitFor(as, exchange) ?? (isSent ? undefined : NOT_SENT)
  if (reason) throw noCode(exchange, as, reason)
  return snippets.callSnippet(as, describeCredentials(mock, merchant, { baseUrl }), call, lang)
}

/** Uploads are signed in another way, and anything else would be sent as JSON. */
function isJson({ headers, body }: WireRequest): boolean {
  return body.length === 0 || /^application\/json(?:;|$)/i.test(headers['content-type'] ?? '')
}

const NOT_SENT: Texts = {
  en: 'its SDK would not send this method or body in the same way: take it as curl',
  zh: '对应的 SDK 不会以同样的方式发送此请求方法或请求体，请改用 curl',
}

/** Why a call cannot be a program or a test; `undefined` if it can. */
function unfitFor(as: CodeFormName, exchange: Exchange): Texts | undefined {
  const { request, response, remarks } = exchange
  if (isBrand(schemeFor(request.target))) {
    return { en: 'SDKs do not sign calls of brands: take it as curl', zh: 'SDK 不支持品牌接口的签名，请改用 curl' }
  }
  // From here on the path is in the SDK's own terms.
  if (!/^\/(?!\/)[!-~]*$/.test(request.target)) {
    return { en: 'SDKs cannot send its path: take it as curl', zh: 'SDK 无法发送这样的路径，请改用 curl' }
  }
  if (CODE_FORMS[as].kind !== 'test') return undefined
  if (response === undefined) return { en: 'it has no answer to compare with', zh: '它没有可供比较的应答' }
  if (wasNotLetIn(exchange)) {
    return {
      en: 'it failed authentication, and the test would sign it correctly: take the program',
      zh: '它未通过验签，而测试会正确签名，结果不同，请改用程序',
    }
  }
  if (remarks.some(({ about }) => about === 'fault')) {
    return {
      en: 'a planned fault answered it, which another call does not meet: take the program',
      zh: '它的应答来自注入的故障，再次发送不会得到，请改用程序',
    }
  }
  return undefined
}

function noCode({ id }: Exchange, as: CodeFormName, reason: Texts): UsageError {
  const { label } = CODE_FORMS[as]
  return refusalAt('/query/as', 'MOCK_NO_CODE', {
    en: `${id} is not available as ${label}: ${reason.en}.`,
    zh: `无法把 ${id} 变成 ${label}：${reason.zh}。`,
  })
}
