import { describe, expect } from 'vitest'
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
    const isBuilt = readPackageFile('dist/dashboard/index.html') !== undefined
    if (isBuilt) expect(await control.savedView()).toMatchObject({ rows: 0, left_out: 0 })
    else await expectRefusal(control.savedView(), 'MOCK_PAGE_MISSING')
  })
})

test('answers are found again in whatever order a call has its query, and however many it asks for', () => {
  const query = new URLSearchParams({ text: 'a', status: '401', limit: '50' })
  const other = new URLSearchParams({ limit: '7', status: '401', text: 'a' })
  expect(savedKey('/journal/page', query)).toBe(savedKey('/journal/page', other))
  expect(savedKey('/journal/page', query)).not.toBe(savedKey('/journal/page', [['status', '401']]))
})
