import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import { recordPact, verifyPacts } from '../../contracts/kit/index.ts'
import {
  cancelTransfer,
  getTransferBillByNo,
  getTransferBillByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { createMock } from '../helpers/engine.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { encrypted, KEY, OPENID, wanted } from '../products/transfer/transfers.ts'

const test = base
  .extend('file', async ({ task: _ }, { onCleanup }) => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay-record-'))
    onCleanup(() => rm(directory, { recursive: true, force: true }))
    return join(directory, 'pact.json')
  })
  .extend('shop', async ({ task: _ }) => {
    const mock = createMock({ seed: 'empty' })
    const credentials = await mock.control.credentials()
    const client = createMerchantClient({ credentials, send: (request) => mock.handle(request) })
    return { mock, client, control: mock.control }
  })

interface Recorded {
  readonly interactions: readonly {
    readonly description: string
    readonly providerStates?: readonly { readonly name: string }[]
  }[]
}

/** Interactions of a contract, each with its states. */
async function interactionsIn(file: string): Promise<string[]> {
  const { interactions }: Recorded = JSON.parse(await readFile(file, 'utf8'))
  return interactions
    .map(({ description, providerStates = [] }) => `${description} [${providerStates.map(({ name }) => name).join()}]`)
    .toSorted()
}

test('a run with other numbers is the same contract', { timeout: 60_000 }, async ({
  file,
  shop: { client, control },
}) => {
  for (const number of ['A1', 'B77']) {
    await client.call(transferToUser, wanted({ out_bill_no: `T${number}`, openid: `o${number}` }))
    await client.call(getTransferBillByOutNo, { out_bill_no: `T${number}` })
  }

  expect((await recordPact({ control, file, consumer: 'transferring-shop' })).leftOut).toEqual([])
  expect(await interactionsIn(file)).toHaveLength(2)
  const text = await readFile(file, 'utf8')
  expect(text).toContain('plfk2020042013')
  expect(text).not.toMatch(/TA1|TB77|ABBQO/)
})

test('a shop that transfers money has its calls and callbacks recorded, in the states that they need', {
  timeout: 60_000,
}, async ({ file, shop: { mock, client, control }, onTestFinished }) => {
  const receiver = await startReceiver(204)
  onTestFinished(() => receiver.close())
  const notify_url = receiver.url
  const state = async (out_bill_no: string, changes: object) => {
    await control.addTransfer({ out_bill_no, openid: OPENID, ...changes })
    await client.call(getTransferBillByOutNo, { out_bill_no })
  }

  await client.call(transferToUser, wanted({ user_name: encrypted('张三'), notify_url }), KEY)
  await control.confirmTransfer('T1')
  await mock.outbox.idle()
  await client.call(cancelTransfer, { out_bill_no: 'T1' })
  await client.call(transferToUser, wanted({ out_bill_no: 'T2', transfer_scene_id: '9999' }))
  await state('T3', {})
  await client.call(cancelTransfer, { out_bill_no: 'T3' })
  await state('T4', { state: 'SUCCESS' })
  await state('T5', { state: 'FAIL', fail_reason: 'ACCOUNT_FROZEN' })
  await state('T6', { state: 'CANCELLED' })
  const { now } = await control.clock()
  await state('T9', { end: { by: 'user', time: now, settle_time: '2099-01-01T00:00:00+08:00' } })
  await client.call(getTransferBillByNo, { transfer_bill_no: '1330001900000001260105000000000000' })
  await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID })
  await client.call(transferWithAuthorization, {
    ...without(wanted({ out_bill_no: 'T7' })),
    out_authorization_no: 'A1',
  })
  await control.changeTransferAccount({ balance: 0 })
  await client.call(transferToUser, wanted({ out_bill_no: 'T8' }))

  const { leftOut } = await recordPact({ control, file, consumer: 'transferring-shop' })

  expect(leftOut).toEqual([])
  expect(await interactionsIn(file)).toEqual([
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
  expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
})

/** The authorization determines who is paid. */
function without({ openid: _, ...body }: ReturnType<typeof wanted>) {
  return body
}
