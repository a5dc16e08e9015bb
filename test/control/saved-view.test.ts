import { describe, expect, vi } from 'vitest'
import { readPackageFile } from '../../src/control/package-files.ts'
import { savedKey } from '../../src/control/page/saved-key.ts'
import { doors, expectRefusal, refusalOf, test } from './doors.ts'

describe.for(doors)('a saved view, %s', (door) => {
  test.override('door', door)

  test('is one of a list, and needs the dashboard', async ({ control }) => {
    const refused = await refusalOf(control.savedView({ view: 'settings' }))
    expect([refused.code, refused.path]).toEqual(['MOCK_INPUT', '/query/view'])
    expect(refused.message).toContain('settings is not a list that can be saved. There are: exchanges, callbacks, ')
    await expectRefusal(control.savedView({ view: 'exchanges?status=many' }), 'MOCK_INPUT', '/query/status')
    await expectRefusal(control.savedView({ limit: 201 }), 'MOCK_INPUT', '/query/limit')
    if (isBuilt) expect(await control.savedView()).toMatchObject({ rows: 0, left_out: 0 })
    else await expectRefusal(control.savedView(), 'MOCK_PAGE_MISSING')
  })
})

const isBuilt = readPackageFile('dist/dashboard/index.html') !== undefined

describe.skipIf(!isBuilt)('a saved view, where the dashboard is built', () => {
  const post = (authorization: string, body = '') => ({
    method: 'POST',
    target: '/v3/unknown',
    headers: { host: 'api.mch.weixin.qq.com', authorization },
    body: Buffer.from(body),
  })

  test('hides what clients are granted, wherever they write it', async ({ control, mock }) => {
    const granted = ['sesame-4711', 'Zm9vYmFyYmF6cXV4', 'tk0n5', `long${'y'.repeat(60)}`, 'sid=0123456789']
    await mock.handle(post(`Bearer ${granted[0]}`, JSON.stringify({ told: granted, open: 'in sight' })))
    await mock.handle(post(`Basic ${granted[1]}`))
    await mock.handle(post(`Token ${granted[2]}`))
    await mock.handle(post(`Bearer ${granted[3]}`))
    await mock.handle(post(`Cookie ${granted[4]}; theme=dark`))

    const { html, rows } = await control.savedView()

    expect(rows).toBe(5)
    expect(granted.filter((one) => html.includes(one))).toEqual([])
    expect(html).toContain('in sight')
  })

  test('reads the journal for all its rows at once', async ({ control, mock }) => {
    for (let i = 0; i < 30; i++) await control.addOrder({ out_trade_no: `T${i}` })
    const reading = vi.spyOn(mock.exchanges, 'list')

    expect(await control.savedView({ view: 'orders' })).toMatchObject({ rows: 32, left_out: 0 })
    expect(reading.mock.calls.length).toBeLessThan(10)
  })
})

test('answers are found again in whatever order a call has its query, and however many it asks for', () => {
  const query = new URLSearchParams({ text: 'a', status: '401', limit: '50' })
  const other = new URLSearchParams({ limit: '7', status: '401', text: 'a' })
  expect(savedKey('/journal/page', query)).toBe(savedKey('/journal/page', other))
  expect(savedKey('/journal/page', query)).not.toBe(savedKey('/journal/page', [['status', '401']]))
})
