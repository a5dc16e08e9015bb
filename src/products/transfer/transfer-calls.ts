import { z } from 'zod'
import { documentedCall, HELD_BY_RULES, type Refusal } from '../../catalogue/documented-call.ts'
import { defineOperation, documented, inferred, type OperationContext, observed } from '../../engine/operation.ts'
import type { ApiError } from '../../wire/protocol/errors.ts'
import { fieldError } from '../../wire/protocol/field-check.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { encryptField } from '../../wire/protocol/sensitive-field.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { aboutCall } from '../common/numbered-calls.ts'
import { fromPage, invalidRequest, parameterUnfit, refusal } from '../common/refusal.ts'
import {
  authorizationDiffers,
  authorizationUnfit,
  checkAuthorization,
  checkDisplayName,
  checkLimit,
  displayNameUnfit,
  limitReached,
} from './authorization-calls.ts'
import { transferAuthorizations } from './authorizations.ts'
import { explainScene, explainTransfer } from './explain.ts'
import { FAIL_REASONS, type Scene } from './meanings.ts'
import { checkAddress, createdAnswer, type Payee, placeTransfer, type TransferBody } from './place-transfer.ts'
import { transferSettings } from './settings.ts'
import { transferSources } from './sources.ts'
import * as terms from './transfer-refusals.ts'
import { cancel, SHOWN_PERIOD_MS, transferAt } from './transfer-rules.ts'
import { keepTransfer, transfers } from './transfer-store.ts'
import type { Transfer } from './transfers.ts'

const BILLS = '/v3/fund-app/mch-transfer/transfer-bills'

type Context<Name extends string> = OperationContext<Name>

/** A transfer as it is looked up, with the name for its merchant only. */
function details(found: Transfer, { now, caller }: Pick<Context<never>, 'now' | 'caller'>) {
  const { user_name, mchid } = found
  const sealed = user_name === undefined ? {} : { user_name: encryptField(user_name, caller.publicKey) }
  return { ...transferAt(found, now), mch_id: mchid, ...sealed }
}

/** 发起转账 */
export const transferToUser = documentedCall(`POST ${BILLS}`, {
  id: 'transferToUser',
  summary: 'Transfer money to a user, who confirms it on the phone',
  fields: terms.confirmedFields,
  refusals: {
    ...terms.confirmedRefusals,
    red_packet_unfit: invalidRequest('inferred', '当前转账场景不支持红包样式', {
      en: 'user_recv_style is RED_PACKET, which the scene does not have (that is documented, the text is ours)',
      zh: 'user_recv_style 为 RED_PACKET，而该场景不支持红包样式（不支持见文档，文字为自拟）',
    }),
  },
  rules: [
    ...terms.PLACE_RULES,
    ...terms.CONFIRMED_RULES,
    documented(
      'user_recv_style.type is CONFIRM_PAGE or RED_PACKET, which is for 200 yuan at most, in the scenes 1000, 1002, 1005 and 1011.',
      transferSources.products,
    ),
    observed('The answer has the members of a live one, in the order of their names.', transferSources.liveAnswer),
  ],
  async handle({ body: { openid, ...body } }, context) {
    const { notify_url, transfer_scene_id, user_recv_style } = body
    if (notify_url !== undefined) checkAddress('notify_url', notify_url, context)
    const placing = {
      named: { call: 'transferToUser', openid },
      payee: async () => ({ openid }),
      needsReport: true,
      check(scene: Scene) {
        if (user_recv_style?.type !== 'RED_PACKET' || scene.redPackets) return
        const { en, zh } = explainScene(transfer_scene_id, scene)
        context.fail('red_packet_unfit', { en: `${en} has no red packets`, zh: `${zh}不支持红包样式` })
      },
    }
    return createdAnswer(await placeTransfer(body, placing, context), context)
  },
})

interface AuthorizedBody extends TransferBody {
  readonly authorization_id?: string
  readonly out_authorization_no?: string
  readonly sponsor_mchid?: string
}

const authorizedRefusals = {
  ...terms.placeRefusals,
  notify_url_given: terms.unfitParameter('documented', '不支持传入notify_url参数', {
    en: 'notify_url is given (status and code inferred)',
    zh: '传了 notify_url（状态码和错误码为推断）',
    source: transferSources.faq,
  }),
  order_closed: fromPage('400 ORDER_CLOSED', {
    en: 'the out_bill_no made a transfer before, with the same values, which has failed or was cancelled',
    zh: '该 out_bill_no 以相同参数发起过转账，且该转账已失败或撤销',
  }),
  user_abnormal: fromPage('403 USER_ERROR', {
    en: 'the user has verified no real name, or would receive more than one may in a day',
    zh: '收款用户未实名，或将超过单日收款额度',
  }),
  authorization_not_named: parameterUnfit({
    en: 'neither authorization_id nor out_authorization_no is given',
    zh: 'authorization_id 和 out_authorization_no 均未传',
  }),
  authorization_unfit: authorizationUnfit,
  authorization_differs: authorizationDiffers,
} as const satisfies Record<string, Refusal>

/** 用户授权后转账: the user is not asked. */
export const transferWithAuthorization = documentedCall(`POST ${BILLS}/transfer`, {
  id: 'transferWithAuthorization',
  summary: 'Transfer money to an authorized user',
  fields: {
    ...terms.placeFields,
    // Not on the page, but refused with a text of its own.
    'body/notify_url': { type: 'string', title: '通知地址' },
    'body/authorization_id': { ...HELD_BY_RULES, bytes: true, example: '201202504101000123456789012' },
    'body/out_authorization_no': { ...terms.outAuthorizationNoField, ...HELD_BY_RULES },
    'body/sponsor_mchid': terms.sponsorField,
  },
  refusals: authorizedRefusals,
  rules: [...terms.PLACE_RULES, ...terms.AUTHORIZED_RULES],
  async handle({ body: asked }, context) {
    const { authorization_id, out_authorization_no, sponsor_mchid, ...body } = asked
    const { fail } = context
    if (body.notify_url !== undefined) {
      return fail('notify_url_given', {
        en: '/body/notify_url: given, and the answer says how the transfer ended',
        zh: '/body/notify_url：不应传此字段，应答即为转账结果',
      })
    }
    const named = { call: 'transferWithAuthorization', authorization_id, out_authorization_no, sponsor_mchid }
    const made = await placeTransfer(
      body,
      {
        named,
        payee: () => authorizedPayee(asked, context),
        closed: (explanation) => fail('order_closed', explanation),
        unpayable: (explanation) => fail('user_abnormal', explanation),
      },
      context,
    )
    return details(made, context)
  },
})

/** The user of the authorization that a call names. */
async function authorizedPayee(
  { authorization_id: id, out_authorization_no: number, appid, transfer_scene_id }: AuthorizedBody,
  { tx, now, caller, fail }: Context<keyof typeof authorizedRefusals>,
): Promise<Payee> {
  const name = number ?? id
  if (name === undefined) {
    return fail('authorization_not_named', {
      en: '/body/authorization_id: missing, and so is /body/out_authorization_no',
      zh: '/body/authorization_id 与 /body/out_authorization_no 均未传',
    })
  }
  const table = tx.in(transferAuthorizations)
  const found =
    number === undefined
      ? (await table.where('authorization_id', name, caller.mchid))[0]
      : await table.find(caller.mchid, number)
  if (!found) {
    return fail('authorization_unfit', {
      en: `${caller.mchid} has no authorization ${name}: ask the user for one first`,
      zh: `${caller.mchid} 没有授权 ${name}：请先向用户发起授权`,
    })
  }
  if (id !== undefined && found.authorization_id !== id) {
    return fail('authorization_unfit', {
      en: `authorization ${found.out_authorization_no} has the authorization_id ${found.authorization_id}, not ${id}`,
      zh: `授权 ${found.out_authorization_no} 的 authorization_id 是 ${found.authorization_id}，不是 ${id}`,
    })
  }
  checkAuthorization(found, { appid, transfer_scene_id }, { now, fail })
  return { openid: found.openid, out_authorization_no: found.out_authorization_no }
}

const notFound = fromPage('404 NOT_FOUND', {
  en: 'the caller has no such transfer, or it was created more than 30 days ago (the latter inferred)',
  zh: '调用方没有该转账单，或其创建已超过 30 天（后者为推断）',
})

const unlessOld = {
  one: { en: 'transfer', zh: '转账单' },
  unknown: 'not_found',
  hidden({ out_bill_no, create_time }: Transfer, now: number) {
    const at = formatInstant(create_time)
    if (now < create_time + SHOWN_PERIOD_MS) return undefined
    return {
      en: `transfer ${out_bill_no} was created at ${at}, more than 30 days ago`,
      zh: `转账单 ${out_bill_no} 创建于 ${at}，已超过 30 天`,
    }
  },
} as const

const QUERIES = {
  out_bill_no: `GET ${BILLS}/out-bill-no/{out_bill_no}`,
  transfer_bill_no: `GET ${BILLS}/transfer-bill-no/{transfer_bill_no}`,
} as const

/** Looks a transfer up by one of its numbers. */
const query = (id: string, by: keyof typeof QUERIES, whose: string) =>
  aboutCall(transfers, QUERIES[by], {
    ...unlessOld,
    id,
    summary: `Look up a transfer by ${whose} number`,
    fields: {
      [`path/${by}`]: by === 'out_bill_no' ? terms.outBillNoField : terms.transferBillNoField,
      'answer/fail_reason': { values: FAIL_REASONS },
    },
    refusals: {
      not_found: notFound,
      other_product: invalidRequest('documented', '单据在其他接口受理，请确认后更换接口查询', {
        en: 'the transfer was made with the product before this one (商家转账到零钱); only as a planned fault',
        zh: '该单据由升级前的商家转账到零钱发起；只能通过故障注入触发',
        source: transferSources.faq,
      }),
    },
    rules: terms.QUERY_RULES,
    find: async (number, { tx, caller }) => (await tx.in(transfers).where(by, number, caller.mchid))[0],
    handle: (found, _, context) => details(found, context),
  })

/** 商户单号查询转账单 */
export const getTransferBillByOutNo = query('getTransferBillByOutNo', 'out_bill_no', "the merchant's")

/** 微信单号查询转账单 */
export const getTransferBillByNo = query('getTransferBillByNo', 'transfer_bill_no', "WeChat Pay's")

/** 撤销转账: cancels a transfer that the user has not confirmed. */
export const cancelTransfer = aboutCall(transfers, `POST ${BILLS}/out-bill-no/{out_bill_no}/cancel`, {
  ...unlessOld,
  id: 'cancelTransfer',
  summary: 'Cancel a transfer',
  rateLimit: { calls: 20, seconds: 1, evidence: 'documented', source: transferSources.faq },
  fields: { 'path/out_bill_no': terms.outBillNoField, 'answer/state': { values: ['CANCELING', 'CANCELLED'] } },
  refusals: {
    not_found: {
      status: 404,
      code: 'NOT_FOUND',
      message: '记录不存在',
      when: notFound.when,
      evidence: 'sibling',
      source: transferSources.samePackages,
    },
    not_cancellable: invalidRequest('reported', '单号错误，请检查', {
      en: 'the user has confirmed the transfer, or it has come to its end (code and text reported; the status, and for which states, inferred)',
      zh: '用户已确认，或转账已有最终结果（错误码和文字来自开发者反馈，状态码及适用于哪些状态为推断）',
      source: transferSources.cancelRefused,
    }),
  },
  rules: terms.CANCEL_RULES,
  async handle(found, _, context) {
    const { tx, now, settings, fail } = context
    const takesMs = transferSettings.transferCancelTakes.of(settings) * 1_000
    const decision = cancel(found, { at: now, takesMs })
    if (!decision.ok) {
      const { en, zh } = explainTransfer(found, now)
      return fail(decision.reason, {
        en: `${en}; only what is ACCEPTED, PROCESSING or WAIT_USER_CONFIRM can be cancelled`,
        zh: `${zh}；只有 ACCEPTED、PROCESSING、WAIT_USER_CONFIRM 的可以撤销`,
      })
    }
    const { value } = decision
    return transferAt(value === found ? found : await keepTransfer(tx, value, context), now)
  },
})

/** 发起商家转账 of the product before this one (商家转账到零钱), which accounts opened since 2025-01-15 do not have. */
export const initiateBatchTransfer = defineOperation({
  id: 'initiateBatchTransfer',
  method: 'POST',
  path: '/v3/transfer/batches',
  summary: 'Transfer with the product before this one, which is refused',
  title: '发起商家转账（升级前）',
  source: transferSources.concepts.url,
  input: {},
  output: z.undefined(),
  errors: {
    product_replaced: refusal(403, 'NO_AUTH')(
      'documented',
      '当前商户号接入升级版本功能，暂不支持使用升级前功能，请在产品中心-商家转账-前往功能查看接口文档',
      {
        en: 'the merchant has the new 商家转账, whose calls are those under /v3/fund-app/mch-transfer (the status is inferred)',
        zh: '商户开通的是升级后的商家转账，应使用 /v3/fund-app/mch-transfer 下的接口（状态码为推断）',
        source: transferSources.faq,
      },
    ),
  },
  rules: [
    documented(
      'Accounts opened since 2025-01-15 have the new product only; the mock has no other.',
      transferSources.concepts,
    ),
  ],
  async handle(_, { fail }) {
    return fail('product_replaced', {
      en: '/v3/transfer/batches is of the product before this one (商家转账到零钱): POST /v3/fund-app/mch-transfer/transfer-bills takes its place, with a call for each user',
      zh: '/v3/transfer/batches 属于升级前的产品（商家转账到零钱）：请改用 POST /v3/fund-app/mch-transfer/transfer-bills 接口，每位用户各发起一笔',
    })
  },
})

type AuthorizationInfo = NonNullable<Transfer['authorization']>

const refusals = {
  ...terms.confirmedRefusals,
  display_name_unfit: displayNameUnfit,
  authorization_unfit: authorizationUnfit,
  authorization_differs: authorizationDiffers,
  limit_reached: limitReached,
} as const satisfies Record<string, Refusal>

/** 发起转账并完成免确认收款授权: transfer money to a user, who is asked for an authorization at the same time. */
export const preTransferWithAuthorization = documentedCall(
  'POST /v3/fund-app/mch-transfer/transfer-bills/pre-transfer-with-authorization',
  {
    id: 'preTransferWithAuthorization',
    summary: 'Transfer money to a user, who is asked to be paid without confirming from then on',
    fields: {
      ...terms.confirmedFields,
      'body/openid': { ...terms.confirmedFields['body/openid'], required: false },
      'body/sponsor_mchid': terms.sponsorField,
      'body/authorization_info/out_authorization_no': terms.outAuthorizationNoField,
      'body/authorization_info/authorization_notify_url': terms.notifyUrlField,
    },
    refusals,
    rules: [
      ...terms.PLACE_RULES,
      ...terms.CONFIRMED_RULES,
      documented(
        'The user confirms the transfer, and agrees to the authorization or not. Without both there is none, and no callback about one.',
      ),
      documented('Without authorization_info the user is asked for none, and openid is required.'),
      inferred('The authorization exists once the user has agreed, and cannot be looked up before.'),
      inferred(
        'openid may be left out where the authorization of out_authorization_no is in effect already (that it may be left out is documented); the user is asked for none then.',
      ),
      inferred('The authorization is judged after the amount, and before openid.'),
      inferred('sponsor_mchid is checked and compared, and changes nothing else.'),
    ],
    async handle({ body: asked }, context) {
      const { openid, authorization_info: info, sponsor_mchid, ...body } = asked
      if (body.notify_url !== undefined) checkAddress('notify_url', body.notify_url, context)
      if (info) {
        checkAddress('authorization_info/authorization_notify_url', info.authorization_notify_url, context)
        checkDisplayName(info.user_display_name, context)
      }
      const named = { call: 'preTransferWithAuthorization', openid, authorization_info: info, sponsor_mchid }
      const payee = info ? () => payeeAsked(asked, info, context) : confirming(openid)
      const made = await placeTransfer(body, { named, payee }, context)
      return { ...createdAnswer(made, context), ...info }
    },
  },
)

/** A user who is asked for no authorization. @throws ApiError if nobody is named */
function confirming(openid: string | undefined): () => Promise<Payee> {
  if (openid === undefined) {
    throw openidMissing({
      en: 'and there is no authorization_info, whose authorization would name the user',
      zh: '且没有传可指明用户的 authorization_info',
    })
  }
  return async () => ({ openid })
}

function openidMissing({ en, zh }: Texts): ApiError {
  const explanation = { en: `/body/openid: missing, ${en}`, zh: `/body/openid：缺少此字段，${zh}` }
  return fieldError('body', ['openid'], '收款用户OpenID', { rule: 'missing' }, explanation)
}

/** Who is paid, and the authorization that he is asked for, unless he has given it. */
async function payeeAsked(
  {
    openid,
    appid,
    transfer_scene_id,
  }: Pick<TransferBody, 'appid' | 'transfer_scene_id'> & { readonly openid?: string },
  info: AuthorizationInfo,
  context: OperationContext<keyof typeof refusals>,
): Promise<Payee> {
  const { tx, caller } = context
  const { out_authorization_no: outAuthorizationNo } = info
  const given = await tx.in(transferAuthorizations).find(caller.mchid, outAuthorizationNo)
  if (given) {
    checkAuthorization(given, { appid, transfer_scene_id, openid }, context)
    return { openid: given.openid }
  }
  if (openid === undefined) {
    throw openidMissing({
      en: `and there is no authorization ${outAuthorizationNo} that would name the user`,
      zh: `且没有可指明用户的授权 ${outAuthorizationNo}`,
    })
  }
  await checkLimit({ mchid: caller.mchid, openid, transfer_scene_id }, context)
  return { openid, authorization: info }
}
