import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import { commonErrors } from '../../../protocol/common-errors.ts'
import { sources } from '../../../protocol/sources.ts'
import { replay } from '../../../shared/request-record.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { explainReuse } from '../../common/explain.ts'
import { stockId, text, titled } from '../../common/fields.ts'
import { fromWire } from '../../common/spelling.ts'
import { appidUnbound, creatorOnly, requestNoReused, stockEnded, stockNotFound } from '../errors.ts'
import { explainEnd, explainNoStock, explainStockRight } from '../explain.ts'
import { modify, type StockChange } from '../rules/stock.ts'
import { merchantCouponSettings } from '../settings.ts'
import { couponSources } from '../sources.ts'
import { USE_METHOD } from '../wire.ts'
import { findCreatedStock } from './find-stock.ts'
import * as fields from './stock-fields.ts'
import { stocks } from './table.ts'

const body = z.strictObject({
  custom_entrance: fields.changedEntrance.optional(),
  stock_name: fields.stockName.optional(),
  comment: fields.comment.optional(),
  goods_name: fields.goodsName.optional(),
  out_request_no: text({ title: '商户请求单号', max: 128, example: '6122352020010133287985742' }),
  display_pattern_info: fields.displayPatternInfo.optional(),
  coupon_use_rule: z
    .strictObject({ ...fields.useFields, use_method: fields.useFields.use_method.optional() })
    .meta(titled('核销规则'))
    .optional(),
  stock_send_rule: z.strictObject(fields.stockOptions).meta(titled('发放规则')).optional(),
  notify_config: fields.notifyConfig.optional(),
  subsidy: fields.subsidy.optional(),
})

/** 修改商家券基本信息: change base data of a batch. */
export const modifyStock = defineOperation({
  id: 'modifyStock',
  method: 'PATCH',
  path: '/v3/marketing/busifavor/stocks/{stock_id}',
  summary: 'Change base data of a batch',
  title: '修改商家券基本信息',
  source: couponSources.modifyPage.url,

  input: { path: z.object({ stock_id: stockId }), body },
  output: z.undefined(),

  errors: {
    request_no_reused: requestNoReused,
    not_found: { ...stockNotFound, evidence: 'sibling' },
    not_permitted: creatorOnly,
    appid_unbound: { ...appidUnbound, evidence: 'sibling' },
    ended: stockEnded,
    parameter_invalid: {
      ...commonErrors.parameter_invalid,
      when: {
        en: 'the batch would be used in a way that create refuses, its mini_programs_info would be incomplete, or subsidy would go from true to false',
        zh: '修改后批次的使用方式是创建接口所不允许的、mini_programs_info 不完整，或 subsidy 由 true 变为 false',
      },
      evidence: 'inferred',
    },
  },

  rules: [
    { rule: 'The batch exists and its available_end_time lies ahead.', evidence: 'documented' },
    { rule: 'Only the creator of a batch changes it.', evidence: 'inferred' },
    {
      rule: 'Members that are given replace those of the batch, also inside of custom_entrance and display_pattern_info and of their members; the others stay.',
      evidence: 'inferred',
    },
    {
      rule: 'mini_programs_info may bring some members only; together with those that the batch has, appid, path and entrance_words are needed. With the setting coupon_models at page the request has to bring all three, and all three of finder_info.',
      evidence: 'documented',
      source: [couponSources.modifyPage, sources.goSdk],
    },
    {
      rule: 'stock_name, natural_person_limit, merchant_logo_url and merchant_name are taken and change nothing.',
      evidence: 'inferred',
    },
    { rule: 'subsidy changes from false to true only.', evidence: 'documented' },
    {
      rule: 'The same out_request_no with the same body is answered with 204 again, and changes nothing.',
      evidence: 'inferred',
    },
    { rule: 'The state of the batch does not matter.', evidence: 'inferred' },
    { rule: 'Coupons that were handed out show the changed data.', evidence: 'inferred' },
    {
      rule: 'Checks run in the order fields, request number, batch, right, appids, end, fields together.',
      evidence: 'inferred',
    },
  ],

  async handle({ path, body }, { tx, now, caller, merchantOf, settings, fail }) {
    if (merchantCouponSettings.couponModels.of(settings) === 'page') requireAsPages(body)
    // Checked bodies have their members in the order of the schema, so equal bodies are equal texts.
    const values = [path.stock_id, JSON.stringify(body)]
    const record = await tx.in(requests).find(caller.mchid, 'modifyStock', body.out_request_no)
    const repeated = replay(record, values)
    if (!repeated.ok) return fail(repeated.reason, explainReuse(body.out_request_no, record, values))
    if (repeated.value) return undefined

    const stock = await findCreatedStock(tx, caller, path.stock_id)
    if (stock === undefined) return fail('not_found', explainNoStock(path.stock_id))
    if (stock === 'not_permitted') return fail(stock, await explainStockRight(tx, caller, path.stock_id))
    const merchants = [caller, merchantOf(stock.ownerMchid)]
    const unbound = fields.appidsOf(body).find((appid) => !mayUseAppid(appid, merchants))
    if (unbound !== undefined) return fail('appid_unbound', explainAppid(unbound, merchants))
    const decision = modify(stock, changeOf(body), now)
    if (!decision.ok) {
      return decision.reason === 'ended'
        ? fail('ended', explainEnd(stock, now))
        : fail('parameter_invalid', fields.EXPLANATION[decision.reason])
    }

    await tx.in(stocks).save(decision.value)
    await tx.in(requests).save({
      mchid: caller.mchid,
      operation: 'modifyStock',
      requestNo: body.out_request_no,
      values,
      at: now,
    })
    return undefined
  },
})

/** Refuses what lacks members that the pages require. */
function requireAsPages({ custom_entrance, display_pattern_info }: z.output<typeof body>): void {
  const entrance = custom_entrance?.mini_programs_info
  fields.requireMembers(fields.miniProgramEntrance, ['custom_entrance', 'mini_programs_info'], entrance)
  fields.requireMembers(fields.finderInfo, ['display_pattern_info', 'finder_info'], display_pattern_info?.finder_info)
}

/** What the request changes; the members that cannot be changed are not among it. */
function changeOf(wanted: z.output<typeof body>): StockChange {
  const { comment, goods_name, coupon_use_rule: use, stock_send_rule: send, custom_entrance, notify_config } = wanted
  const { merchant_logo_url: _logo, merchant_name: _name, ...display } = wanted.display_pattern_info ?? {}
  return {
    ...(comment !== undefined && { comment }),
    ...(goods_name !== undefined && { goodsName: goods_name }),
    ...(use?.use_method && { useMethod: fromWire(USE_METHOD, use.use_method) }),
    ...(use && fields.miniProgramOf(use)),
    ...(send?.prevent_api_abuse !== undefined && { preventApiAbuse: send.prevent_api_abuse }),
    ...(Object.keys(display).length > 0 && { display }),
    ...(custom_entrance && { entrance: custom_entrance }),
    ...(notify_config?.notify_appid !== undefined && { notifyAppid: notify_config.notify_appid }),
    ...(wanted.subsidy !== undefined && { subsidy: wanted.subsidy }),
  }
}
