import { describe, expect } from 'vitest'
import { transitionsIn } from '../../../src/control/life.ts'
import {
  applyUserConfirmAuthorization,
  closeUserConfirmAuthorization,
  getUserConfirmAuthorization,
  preTransferWithAuthorization,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { authorizationThing } from '../../../src/products/transfer/authorization-control.ts'
import {
  agree,
  authorizationState,
  closeAuthorization,
  completeAuthorization,
} from '../../../src/products/transfer/authorizations.ts'
import { test } from '../../helpers/world.ts'
import { asked, authorized, INFO, OPENID, refused, wanted } from './transfers.ts'

const NOT_WAITING = refused(400, 'INVALID_REQUEST', '当前申请单已解除或已授权成功')
const UNFIT = refused(400, 'INVALID_REQUEST', '授权不存在或已关闭')

describe('an authorization', () => {
  test('is answered again with another package_info, and refused with other values', async ({ merchant, control }) => {
    const first = await merchant.call(applyUserConfirmAuthorization, asked())
    const again = await merchant.call(applyUserConfirmAuthorization, asked())
    const { package_info, ...rest } = Object(first.body)
    expect(again).toEqual({ status: 200, body: { ...rest, package_info: expect.any(String) } })
    expect(Object(again.body).package_info).not.toBe(package_info)

    expect(await merchant.call(applyUserConfirmAuthorization, asked({ user_display_name: '李四' }))).toEqual(
      refused(400, 'INVALID_REQUEST', '商户授权单号已被使用，且请求参数与之前不一致'),
    )
    await control.confirmTransferAuthorization('A1', { package_info })
    expect(await merchant.call(applyUserConfirmAuthorization, asked())).toEqual(NOT_WAITING)
  })

  test('has its package_info in a query that asks for it, while it waits', async ({ merchant, control }) => {
    await merchant.call(applyUserConfirmAuthorization, asked())
    const look = (is_display_authorization?: string) =>
      merchant.call(getUserConfirmAuthorization, {
        out_authorization_no: 'A1',
        ...(is_display_authorization !== undefined && { is_display_authorization }),
      })
    const waiting = await look()
    expect(waiting).toMatchObject({ status: 200, body: { state: 'WAIT_USER_CONFIRM' } })
    for (const name of ['authorization_id', 'authorize_time', 'package_info']) {
      expect(waiting.body).not.toHaveProperty(name)
    }
    const { package_info } = Object((await look('true')).body)
    expect((await look('false')).body).not.toHaveProperty('package_info')
    await control.confirmTransferAuthorization('A1', { package_info })
    expect((await look('true')).body).not.toHaveProperty('package_info')
  })

  test('that nobody agrees to within 24 hours is closed, and forgotten 30 days later', async ({
    merchant,
    control,
  }) => {
    await merchant.call(applyUserConfirmAuthorization, asked())
    await control.advance('PT24H')
    const look = () => merchant.call(getUserConfirmAuthorization, { out_authorization_no: 'A1' })

    expect(await look()).toMatchObject({
      body: {
        state: 'CLOSED',
        close_info: { close_time: '2026-11-26T12:00:00+08:00', close_reason: 'USER_OVERDUE_UNCONFIRMED' },
      },
    })
    await expect(control.confirmTransferAuthorization('A1')).rejects.toMatchObject({ code: 'MOCK_AUTHORIZATION_STATE' })
    expect((await control.world()).notifications).toEqual([])
    expect(await merchant.call(applyUserConfirmAuthorization, asked({ out_authorization_no: 'A2' }))).toMatchObject({
      status: 200,
    })
    await control.advance('P29DT23H59M59S')
    expect(await look()).toMatchObject({ status: 200 })
    await control.advance('PT1S')
    expect(await look()).toEqual(refused(404, 'NOT_FOUND', '免确认收款授权不存在'))
  })

  test.for(['😀', '王👍🏽', '❤️', '1️⃣', '🇨🇳', '👨‍👩‍👧', '㊗️'])('calls nobody %s', async (name, { merchant }) => {
    const answer = await merchant.call(applyUserConfirmAuthorization, asked({ user_display_name: name }))
    expect(answer).toEqual(refused(400, 'PARAM_ERROR', '请求参数错误'))
  })

  test.for(['王先生', '𠮷野家', 'Shop™', '☎ 10086', '①#*', 'A·B'])(
    'may call somebody %s',
    async (name, { merchant }) => {
      const answer = await merchant.call(applyUserConfirmAuthorization, asked({ user_display_name: name }))
      expect(answer).toMatchObject({ status: 200 })
    },
  )

  test('in effect has no end, and is shown however long ago it was closed', async ({ merchant, control }) => {
    await merchant.call(applyUserConfirmAuthorization, asked())
    await control.confirmTransferAuthorization('A1')
    await control.advance('P3650D')
    expect(await merchant.call(transferWithAuthorization, authorized())).toMatchObject({ body: { state: 'SUCCESS' } })
    await merchant.call(closeUserConfirmAuthorization, { out_authorization_no: 'A1' })
    await control.advance('P31D')
    expect(await merchant.call(getUserConfirmAuthorization, { out_authorization_no: 'A1' })).toMatchObject({
      status: 200,
      body: { state: 'CLOSED', close_info: { close_reason: 'CLOSE_VIA_MCH_API' } },
    })
  })

  test('that nobody agreed to needs a new number, or 30 days', async ({ merchant, control }) => {
    const waits = { status: 200, body: { state: 'WAIT_USER_CONFIRM', package_info: expect.any(String) } }
    await merchant.call(applyUserConfirmAuthorization, asked())
    await control.advance('PT24H')
    expect(await merchant.call(applyUserConfirmAuthorization, asked())).toEqual(NOT_WAITING)
    expect(await merchant.call(applyUserConfirmAuthorization, asked({ out_authorization_no: 'A2' }))).toMatchObject(
      waits,
    )
    await control.advance('P29DT23H59M59S')
    expect(await merchant.call(applyUserConfirmAuthorization, asked())).toEqual(NOT_WAITING)
    await control.advance('PT1S')
    expect(await merchant.call(applyUserConfirmAuthorization, asked({ user_display_name: '李四' }))).toMatchObject(
      waits,
    )
  })

  test.for(['user', 'merchant'])(
    'that its %s closed needs a new number for good',
    async (by, { merchant, control }) => {
      await merchant.call(applyUserConfirmAuthorization, asked())
      if (by === 'user') await control.closeTransferAuthorization('A1')
      else await merchant.call(closeUserConfirmAuthorization, { out_authorization_no: 'A1' })
      await control.advance('P31D')
      expect(await merchant.call(applyUserConfirmAuthorization, asked())).toEqual(NOT_WAITING)
      // It is answered as it is, though the page has no other reason than the call.
      expect(await merchant.call(closeUserConfirmAuthorization, { out_authorization_no: 'A1' })).toMatchObject({
        status: 200,
        body: { close_info: { close_reason: by === 'user' ? 'USER_CLOSE' : 'CLOSE_VIA_MCH_API' } },
      })
    },
  )

  test('can be agreed to until the last moment of its 24 hours', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await merchant.call(applyUserConfirmAuthorization, asked())
    await merchant.call(applyUserConfirmAuthorization, asked({ out_authorization_no: 'A2', openid: 'oOther' }))
    await control.setClock({ now: '2026-11-26T11:59:59.999+08:00' })
    expect(await control.confirmTransferAuthorization('A1')).toMatchObject({ state: 'TAKING_EFFECT' })
    await control.setClock({ now: '2026-11-26T12:00:00+08:00' })
    await expect(control.confirmTransferAuthorization('A2')).rejects.toMatchObject({ code: 'MOCK_AUTHORIZATION_STATE' })
  })

  test('that waits is closed by its merchant, who is told without an authorize_time', async ({ merchant, control }) => {
    await merchant.call(applyUserConfirmAuthorization, asked())
    const closed = await merchant.call(closeUserConfirmAuthorization, { out_authorization_no: 'A1' })

    for (const name of ['authorize_time', 'authorization_id']) expect(closed.body).not.toHaveProperty(name)
    const [callback] = (await control.world()).notifications
    expect(callback).toMatchObject({ event_type: 'MCHTRANSFER.AUTHORIZATION.CLOSED' })
    expect(JSON.parse(callback?.resource ?? '')).not.toHaveProperty('authorize_time')
  })

  test('is one of five at most for a user and a scene, waiting or in effect', async ({ merchant, control }) => {
    const limit = refused(400, 'INVALID_REQUEST', '用户在当前场景下的授权数量达到限制，不支持发起授权')
    const another = (out_authorization_no: string, changes: object = {}) =>
      merchant.call(applyUserConfirmAuthorization, asked({ out_authorization_no, ...changes }))
    for (const number of ['A1', 'A2', 'A3', 'A4', 'A5']) expect(await another(number)).toMatchObject({ status: 200 })

    expect(await another('A6')).toEqual(limit)
    for (const number of ['A1', 'A2']) await control.confirmTransferAuthorization(number)
    expect(await another('A6')).toEqual(limit)
    expect(await another('A5')).toMatchObject({ status: 200 })
    expect(await another('A6', { transfer_scene_id: '1005' })).toMatchObject({ status: 200 })
    expect(await another('A7', { openid: 'oOther' })).toMatchObject({ status: 200 })
    await control.closeTransferAuthorization('A1')
    expect(await another('A8')).toMatchObject({ status: 200 })
    expect(await another('A9')).toEqual(limit)
    // Those that nobody agreed to stand no longer.
    await control.advance('PT24H')
    expect(await another('A9')).toMatchObject({ status: 200 })
  })

  test('is closed by the user, or by the merchant once', async ({ merchant, control }) => {
    await control.addTransferAuthorizations([{ out_authorization_no: 'A1' }, { out_authorization_no: 'A2' }])
    expect(await control.closeTransferAuthorization('A1')).toMatchObject({
      state: 'CLOSED',
      close_info: { close_reason: 'USER_CLOSE' },
    })
    await expect(control.closeTransferAuthorization('A1')).rejects.toMatchObject({ code: 'MOCK_AUTHORIZATION_STATE' })
    const close = () => merchant.call(closeUserConfirmAuthorization, { out_authorization_no: 'A2' })
    const closed = await close()
    expect(closed).toMatchObject({ body: { close_info: { close_reason: 'CLOSE_VIA_MCH_API' } } })
    await control.advance(60)
    expect(await close()).toEqual(closed)
    expect((await control.world()).notifications).toHaveLength(2)
  })
})

describe('a transfer without confirmation', () => {
  test.for([
    { out_authorization_no: 'A1' },
    { out_authorization_no: undefined, authorization_id: 'ID1' },
    { out_authorization_no: 'A1', authorization_id: 'ID1' },
  ])('is SUCCESS at once with %j', async (names, { merchant, control }) => {
    await control.addTransferAuthorization({ out_authorization_no: 'A1', authorization_id: 'ID1', openid: OPENID })
    const done = await merchant.call(transferWithAuthorization, authorized(names))

    expect(done).toMatchObject({ status: 200, body: { state: 'SUCCESS', openid: OPENID, transfer_amount: 1_000 } })
    expect(await merchant.call(transferWithAuthorization, authorized(names))).toEqual(
      refused(400, 'ALREADY_EXISTS', '订单已存在'),
    )
  })

  test('needs no report, and takes one that fits', async ({ merchant, control }) => {
    await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID })
    const without = authorized({ transfer_scene_report_infos: undefined })
    const {
      transfer_scene_report_infos: [first],
    } = wanted()

    expect(await merchant.call(transferWithAuthorization, without)).toMatchObject({ status: 200 })
    expect(
      await merchant.call(
        transferWithAuthorization,
        authorized({ out_bill_no: 'T2', transfer_scene_report_infos: [first] }),
      ),
    ).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } })
  })

  test('is refused without money, also where others would wait for it', async ({ merchant, control }) => {
    await control.changeSettings({ transfer_locking: 'slow' })
    await control.changeTransferAccount({ balance: 999 })
    await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID })

    expect(await merchant.call(transferWithAuthorization, authorized())).toMatchObject({
      status: 403,
      body: { code: 'NOT_ENOUGH' },
    })
  })

  test("is refused with another merchant's authorization, or one that waits", async ({ merchant, control }) => {
    await control.addTransferAuthorization({ mchid: '1900000102', out_authorization_no: 'A1' })
    expect(await merchant.call(transferWithAuthorization, authorized())).toEqual(UNFIT)
    await control.addTransferAuthorization({ out_authorization_no: 'A1', authorize_time: null })
    expect(await merchant.call(transferWithAuthorization, authorized())).toEqual(UNFIT)
  })
})

test('the number of an authorization may have any characters', async ({ merchant, control }) => {
  const out_authorization_no = 'A_1-甲/2 😀'
  expect(await merchant.call(applyUserConfirmAuthorization, asked({ out_authorization_no }))).toMatchObject({
    status: 200,
    body: { out_authorization_no },
  })
  await control.confirmTransferAuthorization(out_authorization_no)
  expect(await merchant.call(getUserConfirmAuthorization, { out_authorization_no })).toMatchObject({
    body: { state: 'TAKING_EFFECT' },
  })
  expect(await merchant.call(transferWithAuthorization, authorized({ out_authorization_no }))).toMatchObject({
    body: { state: 'SUCCESS' },
  })
  expect(await merchant.call(closeUserConfirmAuthorization, { out_authorization_no })).toMatchObject({
    body: { state: 'CLOSED' },
  })
  const world = await control.world()
  await control.restore(world)
  expect(await control.world()).toEqual(world)
})

describe('a transfer that asks for an authorization', () => {
  const pre = (changes: object = {}) => wanted({ authorization_info: INFO, ...changes })

  test('needs openid where there is no such authorization', async ({ merchant, control }) => {
    expect(await merchant.call(preTransferWithAuthorization, pre({ openid: undefined }))).toMatchObject({
      status: 400,
      body: { message: '输入源“/body/openid”映射到字段“收款用户OpenID”必填性规则校验失败，此字段为必填项' },
    })
    await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID })
    expect(await merchant.call(preTransferWithAuthorization, pre({ openid: undefined }))).toMatchObject({
      status: 200,
      body: { state: 'WAIT_USER_CONFIRM' },
    })
    expect(await control.transfer('T1')).toMatchObject({ openid: OPENID })
    await control.confirmTransfer('T1')
    expect((await control.world()).transfer_authorizations).toHaveLength(1)
  })

  test.for<[what: string, given: object]>([
    ['was closed', { close_info: { close_time: '2026-11-25T11:00:00+08:00', close_reason: 'USER_CLOSE' } }],
    ['waits', { authorize_time: null }],
  ])('is refused with one that %s', async ([, given], { merchant, control }) => {
    await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID, ...given })

    expect(await merchant.call(preTransferWithAuthorization, pre())).toEqual(UNFIT)
  })

  test('is one like any other without authorization_info', async ({ merchant, control }) => {
    const answer = await merchant.call(preTransferWithAuthorization, wanted())
    expect(answer).toMatchObject({ status: 200, body: { state: 'WAIT_USER_CONFIRM' } })
    for (const name of ['user_display_name', 'out_authorization_no']) expect(answer.body).not.toHaveProperty(name)
    await control.confirmTransfer('T1')
    expect(await control.world()).toMatchObject({ transfer_authorizations: [], notifications: [] })

    const { openid: _, ...withoutBoth } = wanted({ out_bill_no: 'T2', appid: 'wx0000000000000009' })
    expect(await merchant.call(preTransferWithAuthorization, withoutBoth)).toMatchObject({
      status: 400,
      body: { message: '输入源“/body/openid”映射到字段“收款用户OpenID”必填性规则校验失败，此字段为必填项' },
    })
  })
})

test('the page of an authorization opens with its own package_info only', async ({ merchant, control }) => {
  await merchant.call(applyUserConfirmAuthorization, asked())
  const transfer = await control.addTransfer({ out_bill_no: 'T1' })
  const { package_info } = await control.transfer(transfer.out_bill_no)

  for (const given of [{ package_info: package_info ?? '' }, { package_info: 'x' }]) {
    await expect(control.confirmTransferAuthorization('A1', given)).rejects.toMatchObject({ code: 'MOCK_PACKAGE_INFO' })
  }
  await expect(control.confirmTransferAuthorization('A1', { openid: 'oOther' })).rejects.toMatchObject({
    code: 'MOCK_PAYEE',
  })
  const { package_info: own } = await control.transferAuthorization('A1')
  expect(await control.confirmTransferAuthorization('A1', { package_info: own ?? '' })).toMatchObject({
    state: 'TAKING_EFFECT',
  })
})

test('the diagram of an authorization has exactly the ways that its rules have', ({ mock: { ids } }) => {
  const [second, day] = [1_000, 86_400_000]
  const asked = completeAuthorization({ authorize_time: null }, { now: 0, ids, defaultMchid: '1900000001' })
  const agreed = agree(asked, second)
  if (!agreed.ok) throw new Error(agreed.reason)
  const changes = [
    [asked, 0, agreed.value, second],
    [asked, 0, closeAuthorization(asked, 'USER_CLOSE', second), second],
    [agreed.value, second, closeAuthorization(agreed.value, 'USER_CLOSE', second), second],
    [asked, 0, asked, day],
    [agreed.value, second, agreed.value, day],
  ] as const
  const ways = changes
    .map(([one, at, other, then]) => [authorizationState(one, at), authorizationState(other, then)] as const)
    .filter(([from, to]) => from !== to)
  const { stages } = authorizationThing.life
  const shown = transitionsIn(authorizationThing.life).flatMap(({ from, to }) => from.map((one) => `${one} ${to}`))
  expect(new Set(shown)).toEqual(new Set(ways.map((way) => way.join(' '))))
  expect(new Set(stages.flat().map(({ name }) => name))).toEqual(new Set(ways.flat()))
  expect(agree(closeAuthorization(agreed.value, 'USER_CLOSE', second), second).ok).toBe(false)
})
