import { documentedCall, type Refusal } from '../../catalogue/documented-call.ts'
import { documented, inferred } from '../../engine/operation.ts'
import { ALL, ascending } from '../../engine/state/table.ts'
import type { ApiError } from '../../wire/protocol/errors.ts'
import { fieldError } from '../../wire/protocol/field-check.ts'
import { encryptField } from '../../wire/protocol/sensitive-field.ts'
import { invalidRequest } from '../common/refusal.ts'
import { findUsers } from '../platform/index.ts'
import { MOST_RECEIVERS, sharingAccountOf, sharingReceivers } from './receivers.ts'
import { explainUnopened, NO_PARTNERSHIP, NO_RIGHT, payerFor, SUB_MCHID } from './sharing-checks.ts'
import { payerOf, receivedShares, resultOf, type SharedPart, sharingOrders } from './sharing-orders.ts'
import { isOwn } from './sharing-rules.ts'
import { keepSharing } from './sharing-store.ts'
import { sharingSources } from './sources.ts'

const source = sharingSources.questions

const REFUSALS = { no_partnership: NO_PARTNERSHIP, no_right: NO_RIGHT } as const

const ADD_REFUSALS = {
  ...REFUSALS,
  name_differs: invalidRequest('documented', '分账接收商户全称不匹配', {
    en: 'account is a merchant that the mock knows, with another name (text documented, status and code inferred)',
    zh: 'account 是模拟服务已知的商户，且名称不同（文字见文档，状态码和错误码为推断）',
    source,
  }),
  person_differs: invalidRequest('documented', '微信用户姓名与实名不一致', {
    en: 'account is a user whose real name is known to be another one (text documented, status and code inferred)',
    zh: 'account 是已知的用户，且实名不同（文字见文档，状态码和错误码为推断）',
    source,
  }),
  account_missing: invalidRequest('documented', '账户不存在，请先点击充值', {
    en: 'the merchant has no account for the money (text documented, status and code inferred); only as a planned fault, since merchants need not be known',
    zh: '接收方商户没有开通账户（文字见文档，状态码和错误码为推断）；只能通过故障注入触发，因为商户无需登记',
    source,
  }),
  busy: invalidRequest('documented', '请求正在处理中，请稍后重试', {
    en: 'another request is being handled (text documented, status and code inferred); only as a planned fault',
    zh: '有并发的请求正在处理（文字见文档，状态码和错误码为推断）；只能通过故障注入触发',
    source,
  }),
  too_many_receivers: invalidRequest(
    'documented',
    '商户已添加的分账接收方个数过多。请先删除多余的分账接收方，并在24小时之后再尝试添加',
    {
      en: 'the merchant has 20,000 receivers already (text documented, status and code inferred)',
      zh: '商户已有 2 万个分账接收方（文字见文档，状态码和错误码为推断）',
      source,
    },
  ),
} as const satisfies Readonly<Record<string, Refusal>>

/** 添加分账接收方: let a merchant or person take shares. */
export const addReceiver = documentedCall('POST /v3/profitsharing/receivers/add', {
  id: 'addReceiver',
  summary: 'Add a receiver of shares',
  fields: {
    'body/sub_mchid': SUB_MCHID,
    'body/account': { min: 1, example: '1900000109' },
    'body/name': { bytes: true },
  },
  refusals: ADD_REFUSALS,
  rules: [
    documented('A receiver that was added before stays as it is.', source),
    documented('Each sub-merchant has receivers of its own.', sharingSources.partnerQuestions),
    documented(
      'name comes and goes encrypted: with the key that Wechatpay-Serial names, and with that of the certificate of the merchant.',
    ),
    documented('A merchant needs its full name; of a person the name may be left out.'),
    inferred('Without a name, Wechatpay-Serial need not be there.'),
    documented('custom_relation is needed for CUSTOM; otherwise it is not looked at (the latter is inferred).'),
    inferred('Merchants and users need not be known, and go with any name then; any appid will do.'),
  ],
  async handle({ body }, context) {
    const { tx, now, caller, merchantOf, fail } = context
    const { sub_mchid, type, account, name, relation_type, custom_relation } = body
    const mchid = payerFor(sub_mchid, context)
    if (!(await sharingAccountOf(tx, mchid)).opened) fail('no_right', explainUnopened(mchid))
    if (type === 'MERCHANT_ID' && name === undefined) throw missing('name', '分账接收方全称', 'type', type)
    if (relation_type === 'CUSTOM' && custom_relation === undefined) {
      throw missing('custom_relation', '自定义的分账关系', 'relation_type', relation_type)
    }
    const table = tx.in(sharingReceivers)
    let kept = await table.find(mchid, type, account)
    if (!kept) {
      const known = type === 'MERCHANT_ID' ? merchantOf(account)?.name : await realNameOf()
      if (name !== undefined && typeof known === 'string' && name !== known) {
        fail(type === 'MERCHANT_ID' ? 'name_differs' : 'person_differs', {
          en: `the name of ${account} is ${known}, and ${name} was given`,
          zh: `${account} 的名称是 ${known}，而传入的是 ${name}`,
        })
      }
      if ((await table.countAmong('newest', ALL, mchid)) >= MOST_RECEIVERS) {
        fail('too_many_receivers', {
          en: `${mchid} has ${MOST_RECEIVERS} receivers`,
          zh: `${mchid} 已有 ${MOST_RECEIVERS} 个分账接收方`,
        })
      }
      kept = { mchid, type, account, name, relation_type, custom_relation, create_time: now }
      await table.save(kept)
    }
    return {
      ...kept,
      sub_mchid,
      name: kept.name === undefined ? undefined : encryptField(kept.name, caller.publicKey),
    }

    async function realNameOf() {
      const [user] = await findUsers(tx, account, [type === 'PERSONAL_OPENID' ? caller.mchid : mchid])
      return user?.real_name
    }
  },
})

/** A field that is needed where another one has a value. */
function missing(field: string, title: string, other: string, value: string): ApiError {
  return fieldError(
    'body',
    [field],
    title,
    { rule: 'missing' },
    {
      en: `/body/${field}: missing, with ${value}`,
      zh: `/body/${field}：缺少此字段，${other} 为 ${value} 时必填`,
    },
  )
}

/** 删除分账接收方: no longer let a merchant or person take shares. */
export const deleteReceiver = documentedCall('POST /v3/profitsharing/receivers/delete', {
  id: 'deleteReceiver',
  summary: 'Delete a receiver of shares',
  fields: { 'body/sub_mchid': SUB_MCHID, 'body/account': { min: 1, example: '1900000109' } },
  refusals: REFUSALS,
  rules: [
    inferred('A receiver that was not added is deleted all the same.'),
    inferred('A share that is PENDING for a merchant when that is deleted fails with NO_RELATION.'),
  ],
  async handle({ body }, context) {
    const { tx, now, fail } = context
    const { type, account } = body
    const mchid = payerFor(body.sub_mchid, context)
    if (!(await sharingAccountOf(tx, mchid)).opened) fail('no_right', explainUnopened(mchid))
    await tx.in(sharingReceivers).delete(mchid, type, account)
    const after = { by: ascending(now), owner: account, key: '' }
    const received = tx.in(receivedShares).page('finished', ALL, { owner: account, after, limit: MOST_RECEIVERS })
    for (const { shared_by, out_order_no } of type === 'MERCHANT_ID' ? await received : []) {
      const one = await tx.in(sharingOrders).find(shared_by, out_order_no)
      if (!one || payerOf(one) !== mchid) continue
      const ends = (part: SharedPart) => isOwn(part, account) && resultOf(part, now) === 'PENDING'
      const receivers = one.receivers.map((part) =>
        ends(part) ? { ...part, fail_reason: 'NO_RELATION' as const } : part,
      )
      await keepSharing(tx, { ...one, receivers }, context)
    }
    return body
  },
})
