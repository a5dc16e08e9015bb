import { describe, expect } from 'vitest'
import { getCallback, setCallback } from '../../src/products/operations.ts'
import { test, transports } from '../helpers/world.ts'

const url = 'https://shop.example.com/notify'
const answer = (status: number, code: string, message: string) => ({ status, body: { code, message } })
const NOT_PERMITTED = answer(403, 'NO_AUTH', '抱歉，您无权限操作目标商户')
const NOT_FOUND = answer(404, 'RESOURCE_NOT_EXISTS', '查询的资源不存在')

describe.for(transports)('the event address over %s', (transport) => {
  test.override('transport', transport)

  test('is set and read back', async ({ merchant }) => {
    expect(await merchant.call(setCallback, { notify_url: url })).toEqual({
      status: 200,
      body: { update_time: '2026-11-25T12:00:00+08:00', notify_url: url, mchid: '1900000001' },
    })
    expect(await merchant.call(getCallback)).toEqual({ status: 200, body: { notify_url: url, mchid: '1900000001' } })
    expect(await merchant.call(getCallback, { mchid: '1900000001' })).toMatchObject({ body: { notify_url: url } })
  })

  test('is the one that was set last', async ({ merchant, control }) => {
    await merchant.call(setCallback, { notify_url: url, mchid: '1900000001' })
    await control.advance(61)
    const later = await merchant.call(setCallback, { notify_url: `${url}/2` })

    expect(later).toMatchObject({ body: { update_time: '2026-11-25T12:01:01+08:00' } })
    expect(await merchant.call(getCallback)).toMatchObject({ body: { notify_url: `${url}/2` } })
  })

  test.for(['http://127.0.0.1:3000/notify', 'http://[::1]:3000/notify'])(
    '%s may be set',
    async (notify_url, { merchant }) => {
      expect(await merchant.call(setCallback, { notify_url })).toMatchObject({ status: 200, body: { notify_url } })
    },
  )

  test.for([
    'http://shop.example.com/notify',
    'http://localhost.example.com/',
    'http://127.0.0.1@shop.example.com/',
    'https://shop.example.com/notify?a=1',
    'https://shop.example.com/notify#a',
    'https://me:secret@shop.example.com/',
    'ftp://shop.example.com/',
    'shop.example.com/notify',
    'https://shop example.com',
    'https:///////',
  ])('%s is no address', async (notify_url, { merchant }) => {
    expect(await merchant.call(setCallback, { notify_url })).toEqual(answer(400, 'PARAM_ERROR', '参数错误'))
  })

  test('of another merchant cannot be set, nor read', async ({ merchant, others, clientOf }) => {
    const { mchid } = others.owner
    const client = await clientOf(others.owner)
    await client.call(setCallback, { notify_url: url })

    expect(await merchant.call(setCallback, { notify_url: url, mchid })).toEqual(NOT_PERMITTED)
    expect(await merchant.call(getCallback, { mchid })).toEqual(NOT_FOUND)
    expect(await client.call(getCallback)).toMatchObject({ status: 200 })
  })

  test('of a merchant that it acts for cannot be set by a service provider (corrections 13)', async ({
    others,
    clientOf,
  }) => {
    const { mchid } = others.owner
    const partner = await clientOf(others.partner)
    const client = await clientOf({ ...others.owner, partners: [others.partner.mchid] })

    expect(await partner.call(setCallback, { notify_url: url, mchid })).toEqual(NOT_PERMITTED)
    expect(await client.call(getCallback)).toEqual(NOT_FOUND)
    await client.call(setCallback, { notify_url: url })
    expect(await partner.call(setCallback, { notify_url: `${url}/2` })).toMatchObject({ status: 200 })
    expect(await client.call(getCallback)).toEqual({ status: 200, body: { notify_url: url, mchid } })
  })

  test('of a seed file is read by who set it', async ({ others, clientOf, control }) => {
    const { mchid } = others.owner
    const partner = await clientOf(others.partner)
    const client = await clientOf(others.owner)
    const world = await control.world()
    await control.restore({
      ...world,
      event_addresses: [
        { mchid, set_by: others.partner.mchid, notify_url: url, update_time: '2026-11-25T12:00:00+08:00' },
      ],
    })

    expect(await partner.call(getCallback, { mchid })).toEqual({ status: 200, body: { notify_url: url, mchid } })
    expect(await client.call(getCallback)).toEqual(NOT_FOUND)
  })

  test('is in a snapshot with who set it', async ({ merchant, control }) => {
    await merchant.call(setCallback, { notify_url: url })
    const snapshot = await control.world()
    expect(snapshot.event_addresses).toEqual([
      { mchid: '1900000001', set_by: '1900000001', notify_url: url, update_time: '2026-11-25T12:00:00+08:00' },
    ])

    await control.reset()
    await control.restore(snapshot)
    expect(await merchant.call(getCallback)).toMatchObject({ status: 200 })
  })
})
