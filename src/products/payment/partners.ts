import {
  type DocumentedAddress,
  type DocumentedOperation,
  type DocumentedRules,
  documentedCall,
  type EitherOf,
  type FieldRule,
  type FieldRules,
  type FittingRules,
  type InputOf,
  type Refusal,
} from '../../catalogue/documented-call.ts'
import { mayActFor } from '../../engine/keys/merchants.ts'
import type { OperationContext, Rule } from '../../engine/operation.ts'
import { INTERNAL_CODES, PARAM_ERROR } from '../../wire/protocol/common-errors.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { explainAppid, explainNoMerchant, mayUseAppid } from '../common/explain.ts'
import { because, fromPage, invalidRequest } from '../common/refusal.ts'
import type { Order } from './orders.ts'
import { paymentSettings } from './settings.ts'
import { paymentSources } from './sources.ts'

const MERCHANT_NUMBER = { bytes: true, pattern: /^[1-9]\d*$/.source } as const

/** Live answers of 2022 to 2024 name it so, where the page has 商户号. */
export const MCHID = {
  ...MERCHANT_NUMBER,
  title: '直连商户号',
  example: '1900000001',
} as const satisfies FieldRule

/** 子商户号: a direct merchant leaves it out. */
export const SUB_MCHID: FieldRule = { ...MERCHANT_NUMBER, example: '1900000109' }

/** Members by which requests about orders name whose they are: a direct merchant's (直连商户), or a partner's (服务商) for a sub-merchant (子商户). */
export interface Named {
  readonly mchid?: string | undefined
  readonly sp_mchid?: string | undefined
  readonly sub_mchid?: string | undefined
  readonly appid?: string | undefined
  readonly sp_appid?: string | undefined
  readonly sub_appid?: string | undefined
}

type TwinOf<Address extends DocumentedAddress> = Address extends `${infer Method} /v3/pay/${infer Path}`
  ? Extract<DocumentedAddress, `${Method} /v3/pay/partner/${Path}`>
  : never

/** Input of either of two twins. */
interface TwinInput<Address extends DocumentedAddress, Fields> {
  readonly path: InputOf<Address, Fields>['path']
  readonly query: EitherOf<InputOf<Address, Fields>['query'], InputOf<TwinOf<Address>, Fields>['query']>
  readonly body: EitherOf<InputOf<Address, Fields>['body'], InputOf<TwinOf<Address>, Fields>['body']>
}

/**
 * Makes two calls of one definition: that of direct merchants, and its twin for partners, whose path goes on with `partner`. `fields` are those of
 * direct merchants; the twin has `sp_mchid`, `sp_appid` and `sp_openid` in place of theirs, and `sub_mchid`.
 */
export function withPartner<
  const Address extends DocumentedAddress,
  const Name extends string,
  const PartnerName extends string,
  const Id extends string,
  const PartnerId extends string,
  const Fields extends FieldRules,
>(
  address: Address,
  {
    ids: [id, partnerId],
    summary,
    fields,
    rules = [],
    refusals,
    ofPartners,
    ...definition
  }: Omit<
    DocumentedRules<Address, Name | PartnerName, string, Fields>,
    'id' | 'refusals' | 'summary' | 'fields' | 'handle'
  > & {
    readonly ids: readonly [Id, PartnerId]
    readonly summary: string
    readonly fields: Fields & FittingRules<Address, Fields>
    readonly refusals: Readonly<Record<Name, Refusal>>
    /** Fields, refusals and rules that only the twin has. */
    readonly ofPartners: {
      readonly fields?: FieldRules
      readonly refusals: Readonly<Record<PartnerName, Refusal>>
      readonly rules?: readonly Rule[]
    }
    handle(
      input: TwinInput<Address, Fields>,
      context: OperationContext<Name | PartnerName>,
    ): Promise<object | undefined>
  },
): readonly [DocumentedOperation<Name, Id>, DocumentedOperation<Name | PartnerName, PartnerId>] {
  const call = <const CallName extends string, const CallId extends string>(
    at: DocumentedAddress,
    own: Pick<DocumentedRules<DocumentedAddress, CallName, CallId>, 'id' | 'summary' | 'rules' | 'refusals'>,
    ownFields: FieldRules,
  ) =>
    // The handler takes the input of either.
    documentedCall(at, { ...definition, ...own, fields: ownFields } as unknown as DocumentedRules<
      DocumentedAddress,
      CallName,
      CallId,
      FieldRules
    >)
  return [
    call<Name, Id>(address, { id, summary, rules, refusals }, fields),
    call<Name | PartnerName, PartnerId>(
      address.replace('/v3/pay/', '/v3/pay/partner/') as DocumentedAddress,
      {
        id: partnerId,
        summary: `${summary}, as a partner`,
        rules: [...rules, ...(ofPartners.rules ?? [])],
        // Every name of the two is in one of them.
        refusals: { ...refusals, ...ofPartners.refusals } as Readonly<Record<Name | PartnerName, Refusal>>,
      },
      {
        ...partnerFields(fields),
        ...ofPartners.fields,
        [`${address.startsWith('GET') ? 'query' : 'body'}/sub_mchid`]: SUB_MCHID,
      },
    ),
  ]
}

function partnerFields(fields: FieldRules): Record<string, FieldRule> {
  return Object.fromEntries(
    Object.entries(fields).map(([place, rule]) => {
      const renamed = place.replace(/^(body|query)\/(payer\/)?(mchid|appid|openid)$/, '$1/$2sp_$3')
      if (renamed === place) return [place, rule]
      // Both are of answers to direct merchants.
      const { title: _, required: __, ...rest } = rule
      return [renamed, rest]
    }),
  )
}

/** Refusals of placing an order for a sub-merchant (pay-family.md 3.1, 3.2). */
export const RELATION_REFUSALS = {
  merchant_unknown: fromPage('400 MCH_NOT_EXISTS', {
    en: 'with subMerchants=known: sub_mchid is no merchant of the mock',
    zh: '设置 subMerchants=known 时：sub_mchid 不是模拟服务中已有的商户',
  }),
  sub_merchant_is_caller: because(PARAM_ERROR, {
    en: 'sub_mchid is the caller (text reported, status and code inferred)',
    zh: 'sub_mchid 就是调用方（文字来自开发者反馈，状态码和错误码为推断）',
    message: '子商户mchid不能与自身mchid相同',
    evidence: 'reported',
    source: sources.vendorSkills,
  }),
  not_related: {
    row: '403 NO_AUTH',
    message: '受理关系不存在',
    when: {
      en: 'the sub-merchant does not list the caller among its partners (text documented, code reported)',
      zh: '子商户的服务商（partners）中没有调用方（文字见文档，错误码来自开发者反馈）',
    },
    source: [paymentSources.partnerOrderQuestions, sources.vendorSkills],
    internalCode: INTERNAL_CODES.notRelated,
  },
  product_not_granted: fromPage('403 NO_AUTH', {
    en: 'the sub-merchant has not granted the product to the partner; only as a planned fault',
    zh: '子商户没有把该产品权限授权给服务商；只能通过故障注入触发',
    message: '特约子商户商户号未授权服务商的产品权限',
    source: paymentSources.ecommerceQuestions,
  }),
  sub_appid_unbound: {
    row: '400 APPID_MCHID_NOT_MATCH',
    message: 'sub_mch_id与sub_appid不匹配',
    when: {
      en: 'sub_appid is not bound to the sub-merchant (text documented, code inferred)',
      zh: 'sub_appid 未与子商户绑定（文字见文档，错误码为推断）',
    },
    source: paymentSources.partnerOrderQuestions,
    internalCode: INTERNAL_CODES.appidUnbound,
  },
} as const satisfies Readonly<Record<string, Refusal>>

/** Refuses to place an order for a sub-merchant that the caller may not act for. Of a direct merchant's request there is nothing to check. */
export function checkRelation(
  { sub_mchid, sub_appid }: Named,
  { caller, merchantOf, settings, fail }: OperationContext<keyof typeof RELATION_REFUSALS>,
): void {
  if (sub_mchid === undefined) return
  if (sub_mchid === caller.mchid) {
    fail('sub_merchant_is_caller', { en: `both are ${caller.mchid}`, zh: `两者都是 ${caller.mchid}` })
  }
  const sub = merchantOf(sub_mchid)
  if (sub && !mayActFor(caller, sub)) {
    fail('not_related', {
      en: `${caller.mchid} is none of the partners of ${sub_mchid}; POST /_mock/merchants takes partners`,
      zh: `${caller.mchid} 不是 ${sub_mchid} 的服务商；添加商户（POST /_mock/merchants）时可以写 partners`,
    })
  }
  if (!sub && paymentSettings.subMerchants.of(settings) === 'known') {
    fail('merchant_unknown', explainNoMerchant(sub_mchid))
  }
  if (sub && sub_appid !== undefined && !mayUseAppid(sub_appid, [sub])) {
    fail('sub_appid_unbound', explainAppid(sub_appid, [sub]))
  }
}

/** Refusal of a request about an order of the caller's that names another sub-merchant than the order has. */
export const SUB_MERCHANT_DIFFERS = invalidRequest('reported', '子商户号和订单信息不匹配', {
  en: 'the caller placed the order for another sub-merchant (text reported, status and code inferred)',
  zh: '该订单是调用方为另一个子商户下的（文字来自开发者反馈，状态码和错误码为推断）',
  source: sources.vendorSkills,
  internalCode: INTERNAL_CODES.anotherSubMerchants,
}) satisfies Refusal

/**
 * The order that a request names, if it is one that its path has: a direct merchant's own, or a partner's for a sub-merchant. Sub orders of combined
 * orders (合单) are on neither path.
 *
 * @throws ApiError `sub_merchant_differs` for one that the partner placed for another sub-merchant
 */
export function onPath(
  order: Order | undefined,
  { sub_mchid }: Named,
  { fail }: Pick<OperationContext<'sub_merchant_differs'>, 'fail'>,
): Order | undefined {
  if (!order || order.combine_mchid !== undefined) return undefined
  if (sub_mchid === undefined || order.sub_mchid === undefined) return sub_mchid === order.sub_mchid ? order : undefined
  if (sub_mchid === order.sub_mchid) return order
  return fail('sub_merchant_differs', {
    en: `order ${order.out_trade_no} is one of ${order.sub_mchid}, not of ${sub_mchid}`,
    zh: `订单 ${order.out_trade_no} 属于 ${order.sub_mchid}，不属于 ${sub_mchid}`,
  })
}
