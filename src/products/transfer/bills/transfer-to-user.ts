import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { transferSources } from '../sources.ts'
import { placeErrors } from './errors.ts'
import { placeBill } from './place-bill.ts'
import { CONFIRMED_RULES, PLACE_RULES } from './place-rules.ts'
import { billAnswer, billMembers, openid, userRecvStyle } from './schemas.ts'
import { answerFor } from './wire.ts'

const { appid, out_bill_no, transfer_scene_id, ...rest } = billMembers

/** 发起转账: transfer money to a user, who confirms it on the phone. */
export const transferToUser = defineOperation({
  id: 'transferToUser',
  method: 'POST',
  path: '/v3/fund-app/mch-transfer/transfer-bills',
  summary: 'Transfer money to a user, who confirms it on the phone',
  title: '发起转账',
  source: transferSources.createPage.url,
  encryptedFields: ['user_name'],
  rateLimit: { calls: 100, seconds: 1, evidence: 'documented' },

  input: {
    body: z.strictObject({
      appid,
      out_bill_no,
      transfer_scene_id,
      openid,
      ...rest,
      user_recv_style: userRecvStyle.optional(),
    }),
  },
  output: billAnswer,
  errors: placeErrors,
  rules: [
    ...PLACE_RULES,
    ...CONFIRMED_RULES,
    {
      rule: 'user_recv_style.type is CONFIRM_PAGE or RED_PACKET, which is for 200 yuan at most (the page was not seen, an SDK repeats it).',
      evidence: 'documented',
      source: transferSources.gopay,
    },
    {
      rule: 'The answer has the members of a live one, in the order of their names.',
      evidence: 'observed',
      source: transferSources.liveAnswer,
    },
  ],

  async handle({ body: { openid, ...body } }, context) {
    const bill = await placeBill({ call: 'transferToUser', openid }, body, context, async () => ({ openid }))
    return answerFor(bill, context.now, context.ids)
  },
})
