import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import {
  cancelTransfer,
  getTransferBillByNo,
  getTransferBillByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../src/products/operations.ts'
import { encrypted, KEY, OPENID, wanted } from '../products/transfer/transfers.ts'
import { pactIn, test } from './recording.ts'

/** Interactions of a contract, each with its states. */
async function interactionsIn(file: string): Promise<string[]> {
  const { interactions } = await pactIn(file)
  return interactions
    .map(({ description, providerStates = [] }) => `${description} [${providerStates.map(({ name }) => name).join()}]`)
    .toSorted()
}

describe('the calls of a shop that transfers', () => {
  // In a suite: files share the process, and an override of the file would hold in the next one.
  test.override('options', { seed: 'empty' })

  test('a run with other numbers is the same contract', async ({ shop }) => {
    for (const number of ['A1', 'B77']) {
      await shop.client.call(transferToUser, wanted({ out_bill_no: `T${number}`, openid: `o${number}` }))
      await shop.client.call(getTransferBillByOutNo, { out_bill_no: `T${number}` })
    }

    expect((await shop.record({ consumer: 'transferring-shop' })).leftOut).toEqual([])
    expect(await interactionsIn(shop.file)).toHaveLength(2)
    const text = await readFile(shop.file, 'utf8')
    expect(text).toContain('plfk2020042013')
    expect(text).not.toMatch(/TA1|TB77|ABBQO/)
  })

  test('a shop that transfers money has its calls and callbacks recorded, in the states that they need', async ({
    shop,
    receiver,
  }) => {
    const notify_url = receiver.url
    const state = async (out_bill_no: string, changes: object) => {
      await shop.control.addTransfer({ out_bill_no, openid: OPENID, ...changes })
      await shop.client.call(getTransferBillByOutNo, { out_bill_no })
    }

    await shop.client.call(transferToUser, wanted({ user_name: encrypted('张三'), notify_url }), KEY)
    await shop.control.confirmTransfer('T1')
    await shop.mock.outbox.idle()
    await shop.client.call(cancelTransfer, { out_bill_no: 'T1' })
    await shop.client.call(transferToUser, wanted({ out_bill_no: 'T2', transfer_scene_id: '9999' }))
    await state('T3', {})
    await shop.client.call(cancelTransfer, { out_bill_no: 'T3' })
    await state('T4', { state: 'SUCCESS' })
    await state('T5', { state: 'FAIL', fail_reason: 'ACCOUNT_FROZEN' })
    await state('T6', { state: 'CANCELLED' })
    const { now } = await shop.control.clock()
    await state('T9', { end: { by: 'user', time: now, settle_time: '2099-01-01T00:00:00+08:00' } })
    await shop.client.call(getTransferBillByNo, { transfer_bill_no: '1330001900000001260105000000000000' })
    await shop.control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID })
    await shop.client.call(transferWithAuthorization, {
      ...without(wanted({ out_bill_no: 'T7' })),
      out_authorization_no: 'A1',
    })
    await shop.control.changeTransferAccount({ balance: 0 })
    await shop.client.call(transferToUser, wanted({ out_bill_no: 'T8' }))

    const { leftOut } = await shop.record({ consumer: 'transferring-shop' })

    expect(leftOut).toEqual([])
    expect(await interactionsIn(shop.file)).toEqual([
      'cancels a transfer that succeeded, and is refused: not_cancellable [a transfer succeeded]',
      'cancels a transfer that waits for its user [a transfer waits for its user]',
      'is told by MCHTRANSFER.BILL.FINISHED that a transfer came to its end []',
      "looks up a transfer by WeChat Pay's number, and is refused: not_found []",
      "looks up a transfer that failed by the merchant's number [a transfer failed]",
      "looks up a transfer that is under way by the merchant's number [a transfer is under way]",
      "looks up a transfer that succeeded by the merchant's number [a transfer succeeded]",
      "looks up a transfer that waits for its user by the merchant's number [a transfer waits for its user]",
      "looks up a transfer that was cancelled by the merchant's number [a transfer was cancelled]",
      'reads in the plaintext of MCHTRANSFER.BILL.FINISHED that a transfer came to its end []',
      'transfers money to a user that need not confirm, with transfer_scene_report_infos and out_authorization_no [a user lets a merchant transfer without confirming]',
      'transfers money to a user, who confirms it on the phone, with transfer_scene_report_infos, and is refused: not_enough [a merchant has money for transfers]',
      'transfers money to a user, who confirms it on the phone, with transfer_scene_report_infos, and is refused: scene_not_granted []',
      'transfers money to a user, who confirms it on the phone, with transfer_scene_report_infos, user_name and notify_url []',
    ])
    await shop.expectVerified()
  })

  /** The authorization determines who is paid. */
  function without({ openid: _, ...body }: ReturnType<typeof wanted>) {
    return body
  }
})
