import { z } from 'zod'
import { mchid, shortText } from '../../../engine/state/json-fields.ts'
import { SEND_CHANNELS } from './coupon-send.ts'

export const handOutJson = z
  .strictObject({
    openid: shortText.optional().meta({ description: 'who receives it; made up if left out' }),
    send_channel: z
      .enum(SEND_CHANNELS)
      .optional()
      .meta({ description: 'without BUSICOUPON_SEND_CHANNEL_; H5 if left out' }),
    send_merchant: mchid.optional().meta({ description: 'who hands it out; the creator of the batch if left out' }),
    send_request_no: shortText.optional(),
    coupon_code: z
      .string()
      .min(1)
      .max(32)
      .optional()
      .meta({ description: 'needed for MERCHANT_API, passed over otherwise' }),
    attach_info: z
      .record(z.string(), z.union([z.string(), z.int()]))
      .optional()
      .meta({ description: 'what PAYGIFT, HALL and MEMBERCARD_ACT tell besides' }),
  })
  .meta({ id: 'HandOut', description: 'how a coupon of a batch reaches a user' })

export type HandOutJson = z.input<typeof handOutJson>
