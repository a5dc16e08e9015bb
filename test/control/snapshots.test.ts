import { describe, expect, onTestFinished } from 'vitest'
import { createMock, openMock } from '../helpers/engine.ts'
import { aDataFile } from '../stores/data-files.ts'
import { doors, expectRefusal, json, refusalOf, test } from './doors.ts'

describe.for(doors)('snapshots that the mock keeps, %s', (door) => {
  test.override('door', door)

  test('are listed newest first, and restored after changes and a reset', async ({ control, machine }) => {
    await control.freeze()
    const before = await control.world()
    const { taken_at } = before
    const first = await control.keepSnapshot({ name: ' before/结账 ' })
    expect(first).toMatchObject({ name: 'before/结账', taken_at })
    expect(first.bytes).toBe(Buffer.byteLength(JSON.stringify(before)))
    expect(first.kept_bytes).toBeLessThan(first.bytes / 2)
    await control.addOrder()
    machine.pass(1_000)
    await control.keepSnapshot({ name: 'after' })
    await control.reset()

    expect((await control.snapshots()).map(({ name }) => name)).toEqual(['after', 'before/结账'])
    expect(await control.snapshot('before/结账')).toEqual(before)
    expect(JSON.parse(await (await control.snapshotFile('before/结账')).text())).toEqual(before)
    await control.restoreSnapshot('after')
    expect((await control.worldCounts()).orders).toBe(before.orders.length + 1)
    await control.restoreSnapshot('before/结账')
    expect((await control.world()).orders).toEqual(before.orders)

    await control.removeSnapshot('after')
    expect(await control.snapshots()).toEqual([first])
    const unknown = await refusalOf(control.restoreSnapshot('after'))
    expect(unknown.message).toBe('No snapshot is called after. There are: before/结账.')
    await expectRefusal(control.snapshot('after'), 'MOCK_SNAPSHOT_UNKNOWN', '/path/name')
    await expectRefusal(control.removeSnapshot('after'), 'MOCK_SNAPSHOT_UNKNOWN', '/path/name')
  })

  test('bring merchants that were made since back with their keys, and keep no key in the list', async ({
    control,
  }) => {
    const { mchid, merchant_private_key } = await control.createMerchant()
    await control.keepSnapshot({ name: 'with a merchant' })
    expect(JSON.stringify(await control.snapshots())).not.toContain('KEY')
    await control.restoreSnapshot('with a merchant')
    expect((await control.credentials(mchid)).merchant_private_key).toBe(merchant_private_key)
  })

  test('are bounded, and say what to do about that', async ({ control, request }) => {
    for (let i = 1; i <= 20; i++) await control.keepSnapshot({ name: `${i}` })
    await expectRefusal(control.keepSnapshot({ name: '20' }), 'MOCK_SNAPSHOT_EXISTS', '/name')
    const full = await request('/_mock/snapshots', json({ name: '21' }))
    expect(full.status).toBe(409)
    expect(await full.json()).toMatchObject({
      code: 'MOCK_SNAPSHOT_LIMIT',
      message: 'The mock keeps 20 snapshots at most: remove one first, such as the oldest, 1.',
    })
    for (const name of ['', '..', 'a\nb', 'x'.repeat(61)]) {
      await expectRefusal(control.keepSnapshot({ name }), 'MOCK_INPUT', '/name')
    }
    await expect(control.keepSnapshot({ name: '..' })).rejects.toThrow('neither . nor ..')
    await control.removeSnapshot('1')
    await control.keepSnapshot({ name: '21' })
    expect(await control.snapshots()).toHaveLength(20)
  })
})

test('snapshots that are too large together are refused', async () => {
  const { control, store } = createMock()
  await control.keepSnapshot({ name: 'small' })
  const [small] = await control.snapshots()
  if (!small) throw new Error('It is not listed.')
  await store.documents.update((draft) => draft.put({ name: 'snapshots' }, [{ ...small, kept_bytes: 64 * 1_048_576 }]))
  const refused = await refusalOf(control.keepSnapshot({ name: 'other' }))
  expect(refused.code).toBe('MOCK_SNAPSHOT_LIMIT')
  expect(refused.message).toContain('remove others first, or save GET /_mock/world as a file')
  expect(await control.snapshots()).toHaveLength(1)
})

test('snapshots stay in a data file', async () => {
  const data = await aDataFile()
  const first = await openMock({ data })
  const kept = await first.control.keepSnapshot({ name: 'kept' })
  const { orders } = await first.control.world()
  await first.control.addOrder()
  await first.close()

  const second = await openMock({ data })
  onTestFinished(() => second.close())
  expect(await second.control.snapshots()).toEqual([kept])
  await second.control.restoreSnapshot('kept')
  expect((await second.control.world()).orders).toEqual(orders)
})
