import { describe, expect, onTestFinished, test } from 'vitest'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { createMock } from '../helpers/engine.ts'
import { TABLES } from '../helpers/tables.ts'
import { NOON } from '../helpers/world.ts'
import { aDataFile } from '../stores/data-files.ts'
import { CHANGED_ON_THE_WAY, openWorld } from './changed-on-the-way.ts'
import { ENDINGS, type Opened } from './endings.ts'

const STORES = {
  'in memory': async () => undefined,
  'in a data file': async () => {
    const store = await SqliteStore.open(await aDataFile(), TABLES)
    onTestFinished(() => store.close())
    return store
  },
}

describe.for(Object.entries(STORES))('time has ended for good, %s,', ([, openStore]) => {
  const openMock = async (): Promise<Opened> => {
    const store = await openStore()
    const options = { seed: 'empty', randomSeed: 'back', clockStart: { now: NOON, frozen: true } } as const
    return createMock({ ...options, ...(store && { store }) })
  }

  test.for(Object.entries(ENDINGS))('%s', async ([, play]) => {
    await play(await openMock())
  })

  test('what is made after the clock was set back begins anew', async () => {
    const { control } = await openMock()
    await control.advance('P8D')
    await control.setClock({ now: new Date(NOON) })
    await control.addOrder({ out_trade_no: 'O', state: 'NOTPAY', create_time: '2026-11-25T12:00:00+08:00' })
    await control.addTransfer({ out_bill_no: 'T' })
    expect(await control.order('O')).toMatchObject({ state: 'NOTPAY' })
    expect(await control.transfer('T')).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
  })

  test('a snapshot brings back what had not ended when it was taken', async () => {
    const { control } = await openMock()
    await control.addTransfer({ out_bill_no: 'T' })
    const before = await control.world()
    await control.advance('P1D')
    await control.setClock({ now: new Date(NOON) })
    expect(await control.transfer('T')).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
    const after = await control.world()

    await control.restore(before)
    expect(await control.transfer('T')).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
    await control.restore(after)
    expect(await control.transfer('T')).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
    expect(await control.world()).toEqual(after)
  })

  test('a clock that runs goes on from where it was set back to', async () => {
    const { control, clock } = await openMock()
    await control.setClock({ frozen: false })
    await control.advance('P1D')
    await control.advance('-P1D')
    expect(clock.frozen).toBe(false)
    await control.setClock({ now: 'machine' })
    expect(clock.frozen).toBe(false)
  })
})

describe.for(Object.entries(STORES))('a move of the clock tells, %s, only of ends that come:', ([, openStore]) => {
  test.for(Object.entries(CHANGED_ON_THE_WAY))('%s on the way', async ([, play]) => {
    const store = await openStore()
    await play(await openWorld({ ...(store && { store }) }))
  })
})
