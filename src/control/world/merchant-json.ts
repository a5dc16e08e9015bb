import { z } from 'zod'
import type { Merchant } from '../../engine/keys/merchants.ts'
import { CERTIFICATE_STATES, type Standing, standingFrom } from '../../engine/keys/standing.ts'
import { misfitText } from '../../engine/misfit-texts.ts'
import { mchid, money } from '../../engine/state/json-fields.ts'
import type { MerchantRequest } from '../identity/create-merchant.ts'

const changes = {
  certificate_state: z
    .enum(CERTIFICATE_STATES)
    .optional()
    .describe(
      'what is the matter with its API certificate (商户API证书): its calls are refused for it; valid if left out',
    ),
  api_v3_key_set: z
    .boolean()
    .optional()
    .describe(
      'whether it has set its APIv3 key (APIv3密钥): without, its calls are refused and it gets no callbacks; true if left out',
    ),
  refundable: money.optional().describe('fen that the merchant has for refunds in all; enough if left out'),
}

export const merchantJson = z
  .strictObject({
    mchid: mchid.optional(),
    name: z
      .string()
      .min(1)
      .max(64)
      .refine(
        (text) => text.isWellFormed(),
        misfitText({ en: 'not well-formed Unicode', zh: '含有不完整的 Unicode 字符' }),
      )
      .optional(),
    api_v3_key: z.string().optional().describe('APIv3 key, 32 letters and digits'),
    appids: z.array(z.string().min(1).max(32)).optional().describe('bound appids; any if left out'),
    key_mode: z.enum(['certificate', 'public-key', 'both']).optional(),
    partners: z.array(mchid).optional().describe('service providers (服务商) that may act for the merchant'),
    unopened_products: z
      .array(z.enum(['busifavor', 'coupon_send', 'product_coupon', 'subsidy', 'event_push']))
      .optional()
      .describe('products that the merchant has not opened; none if left out'),
    ...changes,
    replaced_serials: z
      .array(
        z
          .string()
          .regex(
            /^[0-9A-Fa-f]{1,40}$/,
            misfitText({ en: 'a serial has at most 40 hex digits', zh: '证书序列号最多 40 位十六进制数字' }),
          ),
      )
      .optional()
      .describe('serials of certificates that it had before, whose calls are refused; none if left out'),
    merchant_private_key: z.string().optional().describe('PEM; needed only to be handed out again'),
    merchant_certificate: z.string().optional().describe('PEM; made, with its key, if both are left out'),
  })
  .meta({ id: 'Merchant', description: 'a merchant (商户) that may call' })

/** The members that may be changed later: whether WeChat Pay lets a merchant call, its money, and what is bound to it. */
export const changesJson = merchantJson.pick({
  certificate_state: true,
  api_v3_key_set: true,
  refundable: true,
  appids: true,
  partners: true,
  unopened_products: true,
})

export type MerchantJson = z.input<typeof merchantJson>

/** How to create a merchant of a seed file. */
export function merchantRequest(json: MerchantJson): MerchantRequest & { readonly standing: Standing } {
  return {
    mchid: json.mchid,
    name: json.name,
    apiV3Key: json.api_v3_key,
    appids: json.appids,
    keyMode: json.key_mode,
    partners: json.partners,
    unopenedProducts: json.unopened_products,
    refundableFen: json.refundable,
    standing: standingFrom({
      certificateState: json.certificate_state,
      replacedSerials: json.replaced_serials,
      apiV3KeySet: json.api_v3_key_set,
    }),
    privateKey: json.merchant_private_key,
    certificate: json.merchant_certificate,
  }
}

/** A merchant in the format of seed files, including its keys, so that another process can use it. */
export function describeMerchant(merchant: Merchant): MerchantJson {
  return {
    ...describeWithoutKeys(merchant),
    api_v3_key: merchant.apiV3Key,
    ...(merchant.privateKey !== undefined && { merchant_private_key: merchant.privateKey }),
    merchant_certificate: merchant.certificate,
  }
}

/** A merchant in the format of seed files, without its keys. */
export function describeWithoutKeys(merchant: Merchant) {
  const { certificateState, apiV3KeySet, replacedSerials } = merchant.standing
  return {
    mchid: merchant.mchid,
    name: merchant.name,
    appids: [...merchant.appids],
    ...(merchant.keyMode && { key_mode: merchant.keyMode }),
    ...(merchant.partners.length > 0 && { partners: [...merchant.partners] }),
    ...(merchant.unopenedProducts.length > 0 && { unopened_products: [...merchant.unopenedProducts] }),
    ...(merchant.refundableFen !== undefined && { refundable: merchant.refundableFen }),
    ...(certificateState !== 'valid' && { certificate_state: certificateState }),
    ...(!apiV3KeySet && { api_v3_key_set: apiV3KeySet }),
    ...(replacedSerials.length > 0 && { replaced_serials: [...replacedSerials] }),
  }
}
