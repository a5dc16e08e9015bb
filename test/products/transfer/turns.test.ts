import { expect, vi } from 'vitest'
import type { MockControl } from '../../../src/mock-control.ts'
import { test } from '../../helpers/world.ts'

/** Actions of people on transfers and authorizations, with the members that record their time. */
const CALLS: readonly (readonly [name: string, call: (control: MockControl) => Promise<unknown>, shown: object])[] = [
  ['confirming', (control) => control.confirmTransfer('T1').then(({ transfer }) => transfer.end), { time: at(5) }],
  ['failing', (control) => control.failTransfer('T1').then(({ end }) => end), { time: at(5), settle_time: at(5) }],
  ['agreeing', (control) => control.confirmTransferAuthorization('A1'), { authorize_time: at(5) }],
  ['closing', (control) => control.closeTransferAuthorization('A1'), { close_info: { close_time: at(5) } }],
]

function at(second: number): string {
  return `2026-11-25T12:00:0${second}+08:00`
}

// Processes that share a store take turns. By the instant at which it was called, one would change what is over.
test.for(CALLS)('%s happens when it has its turn', async ([, call, shown], { mock, control }) => {
  mock.clock.freeze()
  await control.addTransfer({ out_bill_no: 'T1' })
  await control.addTransferAuthorization({ out_authorization_no: 'A1', authorize_time: null })
  const transaction = mock.store.transaction.bind(mock.store)
  const turn = vi.spyOn(mock.store, 'transaction').mockImplementationOnce(async (work) => {
    await control.advance(5)
    return transaction(work)
  })

  expect(await call(control)).toMatchObject(shown)
  turn.mockRestore()
})
