import { z } from 'zod'
import { mchid } from '../../engine/state/json-fields.ts'

/** `?mchid=`: the merchant to select. */
export const mchidQuery = z.strictObject({
  mchid: mchid.optional().meta({ description: 'number of the merchant', examples: ['1900000001'] }),
})
