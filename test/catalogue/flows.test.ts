import { expect, test } from 'vitest'
import { NOON } from '../helpers/world.ts'
import { callNamed } from './requests.ts'
import { idsIn, onBothStores, openShop } from './stories.ts'

const TIME = '2026-11-25T12:00:00+08:00'
const HOOK = 'https://shop.example.com/hook'
const APPID = 'wxd678efh567hg6787'

const giftActivity = {
  make: callNamed('POST /v3/marketing/paygiftactivity/unique-threshold-activity'),
  activity: {
    activity_base_info: {
      activity_name: '甲',
      activity_second_title: '乙',
      merchant_logo_url: 'https://example.com/logo',
      begin_time: '2026-11-26T12:00:00+08:00',
      end_time: '2026-11-28T12:00:00+08:00',
      out_request_no: 'G1',
      delivery_purpose: 'OFF_LINE_PAY',
    },
    award_send_rule: {
      transaction_amount_minimum: 100,
      send_content: 'SINGLE_COUPON',
      award_type: 'BUSIFAVOR',
      award_list: [{ stock_id: '98065001', original_image_url: 'https://example.com/image' }],
      merchant_option: 'MANUAL_INPUT_MERCHANT',
      merchant_id_list: ['1900000201', '1900000202'],
    },
  },
}

/** A share of an order, and the call that makes it. */
function sharesOf(path: string) {
  const account = { [path === 'brand' ? 'account' : 'receiver_account']: '1900000110' }
  const share = {
    sub_mchid: '1900000109',
    ...(path === 'brand' && { brand_mchid: '1900000111' }),
    transaction_id: '4200001234202611250000000001',
    receivers: [{ type: 'MERCHANT_ID', ...account, amount: 300, description: '佣金' }],
    finish: false,
  }
  return { share, orders: callNamed(`POST /v3/${path}/profitsharing/orders`) }
}

onBothStores((openOn) => {
  test.for([
    ['ecommerce', { receiver_account: '1900000110' }],
    ['brand', { account: '1900000110' }],
  ] as const)('F4: what is left of an order is known to the shares of %s', async ([path, account]) => {
    const { good, refused, control, clientOf } = await openShop(openOn)
    const transaction_id = '4200001234202611250000000001'
    const amounts = callNamed(`GET /v3/${path}/profitsharing/orders/{transaction_id}/amounts`)
    expect(await refused(amounts, { transaction_id })).toBe('404 RESOURCE_NOT_EXISTS')
    // A fee of 0.6 % stays.
    await control.addOrder({ out_trade_no: 'O1', transaction_id, total: 1_000, profit_sharing: true })
    expect(await good(amounts, { transaction_id })).toMatchObject({ transaction_id, unsplit_amount: 994 })

    const receiver = { type: 'MERCHANT_ID', ...account, amount: 300, description: '佣金' }
    const share = {
      sub_mchid: '1900000109',
      brand_mchid: '1900000111',
      transaction_id,
      receivers: [receiver],
      finish: false,
    }
    const { brand_mchid: _, ...ofPlatform } = share
    const orders = callNamed(`POST /v3/${path}/profitsharing/orders`)
    const given = path === 'brand' ? share : ofPlatform
    for (const out_order_no of ['P1', 'P1', 'P2']) await good(orders, { ...given, out_order_no })
    expect(await good(amounts, { transaction_id })).toMatchObject({ unsplit_amount: 394 })

    const { mchid } = await control.createMerchant({})
    const other = await clientOf(mchid)
    expect(await other.call(amounts, { transaction_id })).toMatchObject({ status: 404 })

    const finish = callNamed(`POST /v3/${path}/profitsharing/finish-order`)
    await good(finish, { sub_mchid: share.sub_mchid, transaction_id, out_order_no: 'F1', description: '完结' })
    expect(await good(amounts, { transaction_id })).toMatchObject({ unsplit_amount: 0 })
    // An order that is known from its share only.
    await good(orders, { ...given, out_order_no: 'P3', transaction_id: '4200009' })
    expect(await good(amounts, { transaction_id: '4200009' })).toMatchObject({ unsplit_amount: 0 })
  })

  test.for(['ecommerce', 'brand'])('each share of %s has a number of its own, after a return too', async (path) => {
    const { good } = await openShop(openOn)
    const { share, orders } = sharesOf(path)
    const a1 = await good(orders, { ...share, out_order_no: 'A1' })

    const returns = callNamed(`POST /v3/${path}/profitsharing/returnorders`)
    const back = { sub_mchid: share.sub_mchid, return_mchid: '1900000110', amount: 30, description: '退货' }
    const first = await good(returns, { ...back, out_order_no: 'A1', out_return_no: 'R1' })
    expect(first).toMatchObject({ order_id: a1.order_id })

    const a2 = await good(orders, { ...share, out_order_no: 'A2' })
    const finish = callNamed(`POST /v3/${path}/profitsharing/finish-order`)
    const { sub_mchid, transaction_id } = share
    const end = await good(finish, { sub_mchid, transaction_id, out_order_no: 'F1', description: '完结' })
    expect(new Set([a1.order_id, a2.order_id, end.order_id]).size).toBe(3)
    const second = await good(returns, { ...back, order_id: a2.order_id, out_return_no: 'R2' })
    expect(second).toMatchObject({ out_order_no: 'A2' })
  })

  test.for([
    ['complaints', 'POST /v3/merchant-service/complaint-notifications', { url: HOOK }, 'COMPLAINT.CREATE'],
    ['cash coupons', 'POST /v3/marketing/favor/callbacks', { mchid: '1900000001', notify_url: HOOK }, 'COUPON.USE'],
    [
      'invoices',
      'PATCH /v3/new-tax-control-fapiao/merchant/development-config',
      { callback_url: HOOK },
      'FAPIAO.ISSUED',
    ],
  ] as const)('callbacks of %s go to the address set for them, however much is made later', async (row) => {
    const { good, control, callbacks } = await openShop(openOn)
    const later = new Date(NOON + 1_000).toISOString()
    const orders = Array.from({ length: 51 }, (_, i) => ({ out_order_no: `S${i}` }))
    await control.restore({
      remembered: orders.map((members) => ({
        product: 'payscore',
        name: 'out_order_no',
        value: members.out_order_no,
        members,
        time: later,
      })),
    })
    const [, call, setting, event_type] = row
    await good(callNamed(call), setting)

    await control.sendNotification({ event_type })

    expect(callbacks).toMatchObject([{ url: HOOK, event_type }])
  })

  test('an application that was not handed in gets the error of its page, though its status is 400', async () => {
    const { good, refused, control } = await openShop(openOn)
    const path = '/v3/applyment4sub/applyment'
    const [byCode, byId] = [`${path}/business_code/{business_code}`, `${path}/applyment_id/{applyment_id}`]
    expect(await refused(callNamed(`GET ${byCode}`), { business_code: 'NOPE' })).toBe('400 APPLYMENT_NOT_EXIST')
    expect(await refused(callNamed(`GET ${byId}`), { applyment_id: '1' })).toBe('400 APPLYMENT_NOT_EXIST')
    expect(JSON.stringify((await control.journal({ limit: 1 })).at(0))).toContain('no call has brought')
    // Only the merchant is said not to exist there.
    await good(callNamed('PATCH /v3/smartguide/guides/{guide_id}'), { guide_id: 'NOPE' })
  })

  test.for(['ecommerce', 'brand'])('the query of a finished order of %s shows no receiver', async (path) => {
    const { good } = await openShop(openOn)
    const { share, orders } = sharesOf(path)
    const { sub_mchid, transaction_id } = share
    await good(orders, { ...share, out_order_no: 'A1' })
    const finish = callNamed(`POST /v3/${path}/profitsharing/finish-order`)

    await good(finish, { sub_mchid, transaction_id, out_order_no: 'F1', description: '完结' })

    const query = callNamed(`GET /v3/${path}/profitsharing/orders`)
    const shown = await good(query, { sub_mchid, transaction_id, out_order_no: 'F1' })
    expect(shown).toMatchObject({ receivers: [], finish_description: '完结' })
    const receivers = [{ amount: 300, description: '佣金' }]
    expect(await good(query, { sub_mchid, transaction_id, out_order_no: 'A1' })).toMatchObject({ receivers })
  })

  test('the invoices of an application are only those that a query names', async () => {
    const { good, refused, control } = await openShop(openOn)
    const applications = '/v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}'
    const asked = { fapiao_apply_id: 'FA1', sub_mchid: '1900000109' }
    const invoices = ['F1', 'F2'].map((fapiao_id) => ({ fapiao_id, status: 'ISSUED' }))
    await control.restore({
      remembered: [
        {
          product: 'fapiao',
          name: 'fapiao_apply_id',
          value: 'FA1',
          members: { ...asked, total_count: 2, fapiao_information: invoices },
        },
        ...invoices.map((one) => ({
          product: 'fapiao',
          name: 'fapiao_id',
          value: one.fapiao_id,
          members: { ...asked, ...one },
        })),
      ],
    })
    const lists = [
      [callNamed(`GET ${applications}`), 'fapiao_information'],
      [callNamed(`GET ${applications}/fapiao-files`), 'fapiao_download_info_list'],
    ] as const
    for (const [query, name] of lists) {
      expect(await good(query, asked)).toMatchObject({ [name]: [{}, {}] })
      const { [name]: shown } = await good(query, { ...asked, fapiao_id: 'F2' })
      expect(shown).toMatchObject([{ fapiao_id: 'F2' }])
      expect(await refused(query, { ...asked, fapiao_id: 'NONE' })).toBe('404 RESOURCE_NOT_EXISTS')
    }
    // A question changes nothing.
    expect(await good(callNamed(`GET ${applications}`), asked)).toMatchObject({
      total_count: 2,
      fapiao_information: [{}, {}],
    })
  })

  test('the settlement account is shown as it was changed, its number masked', async () => {
    const { good, encrypt } = await openShop(openOn)
    const account = { account_type: 'ACCOUNT_TYPE_BUSINESS', account_bank: '招商银行' }
    const merchants = '/v3/apply4sub/sub_merchants/{sub_mchid}'
    const query = callNamed(`GET ${merchants}/settlement`)
    const sub_mchid = '1900000109'

    const { application_no } = await good(callNamed(`POST ${merchants}/modify-settlement`), {
      ...account,
      sub_mchid,
      account_number: encrypt('6225880000009999'),
    })

    const masked = { ...account, account_number: '62************99' }
    expect(await good(query, { sub_mchid })).toMatchObject(masked)
    expect(await good(query, { sub_mchid, account_number_rule: 'ACCOUNT_NUMBER_RULE_MASK_V2' })).toMatchObject({
      account_number: '622588******9999',
    })
    const application = callNamed(`GET ${merchants}/application/{application_no}`)
    expect(await good(application, { sub_mchid, application_no })).toMatchObject(masked)
    expect(await good(query, { sub_mchid: '1900000110' })).not.toMatchObject(account)
  })

  test('a member of a mall has no points to submit once they were submitted', async () => {
    const { good } = await openShop(openOn)
    const asked = { openid: 'oUser', appid: APPID, brandid: 1000 }
    const status = callNamed('GET /v3/businesscircle/users/{openid}/points/commit_status')
    expect(await good(status, asked)).toEqual({ points_commit_status: 'PENDING' })

    await good(callNamed('POST /v3/businesscircle/points/notify'), {
      transaction_id: '4200000000000000000000000001',
      appid: APPID,
      openid: 'oUser',
      earn_points: true,
      increased_points: 10,
      points_update_time: TIME,
    })

    expect(await good(status, asked)).toEqual({ points_commit_status: 'FINISHED' })
    expect(await good(status, { ...asked, openid: 'oOther' })).toEqual({ points_commit_status: 'PENDING' })
  })

  test('an activity of gifts is shown as it was told, and of the merchant that made it', async () => {
    const { good } = await openShop(openOn)
    const { activity, make } = giftActivity
    const { activity_id } = await good(make, activity)

    expect(
      await good(callNamed('GET /v3/marketing/paygiftactivity/activities/{activity_id}'), { activity_id }),
    ).toMatchObject({
      activity_base_info: activity.activity_base_info,
      award_send_rule: { full_send_rule: activity.award_send_rule },
      belong_merchant_id: '1900000001',
      creator_merchant_id: '1900000001',
    })
  })

  test('an invoice is issued, put into a wallet and reversed, and the others of its application stay', async () => {
    const { good, control } = await openShop(openOn)
    const applications = '/v3/new-tax-control-fapiao/fapiao-applications'
    const asked = { fapiao_apply_id: 'FA1', sub_mchid: '1900000109' }
    const item = { tax_code: '3010101020203000000', quantity: 100_000_000, discount: false }
    const invoice = (fapiao_id: string, total_amount: number) => ({
      fapiao_id,
      total_amount,
      need_list: false,
      items: [{ ...item, total_amount, tax_rate: 1_300 }],
    })
    const buyer_information = { type: 'ORGANIZATION', name: '买方' }
    await good(callNamed(`POST ${applications}`), {
      ...asked,
      scene: 'WITH_WECHATPAY',
      buyer_information,
      fapiao_information: [invoice('F1', 1_130), invoice('F2', 2_260)],
    })
    const query = callNamed(`GET ${applications}/{fapiao_apply_id}`)
    const shown = async (fapiao_id: string) => {
      const { fapiao_information } = await good(query, { ...asked, fapiao_id })
      return (fapiao_information as Record<string, unknown>[])[0] ?? {}
    }
    const send = async (event_type: string) =>
      control.sendNotification({ event_type, url: HOOK, resource: { fapiao_apply_id: 'FA1' } })

    expect(await shown('F1')).toMatchObject({
      status: 'ISSUE_ACCEPTED',
      total_amount: 1_130,
      amount: 1_000,
      tax_amount: 130,
      items: [{ total_amount: 1_130, amount: 1_000, tax_amount: 130, tax_rate: 1_300, unit_price: 1_000_000_000 }],
    })
    expect(await shown('F1')).not.toHaveProperty('blue_fapiao')

    await send('FAPIAO.ISSUED')
    const { blue_fapiao, card_information } = await shown('F1')
    expect(blue_fapiao).toMatchObject({ fapiao_number: expect.any(String) })
    expect(card_information).toEqual({
      card_appid: expect.any(String),
      card_openid: expect.any(String),
      card_status: 'INSERT_ACCEPTED',
    })
    await send('FAPIAO.CARD_INSERTED')
    expect(await shown('F1')).toMatchObject({
      blue_fapiao,
      card_information: { ...(card_information as object), card_status: 'INSERTED', card_code: expect.any(String) },
    })

    const { fapiao_number } = blue_fapiao as { fapiao_number: string }
    await good(callNamed(`POST ${applications}/{fapiao_apply_id}/reverse`), {
      ...asked,
      reverse_reason: '退款',
      fapiao_information: [{ fapiao_id: 'F1', fapiao_number }],
    })
    expect(await shown('F1')).toMatchObject({ status: 'REVERSE_ACCEPTED', total_amount: 1_130, blue_fapiao })
    expect(await shown('F2')).toMatchObject({ status: 'ISSUED', total_amount: 2_260 })

    await send('FAPIAO.REVERSED')
    const { status, red_fapiao } = await shown('F1')
    expect(status).toBe('REVERSED')
    expect(red_fapiao).not.toMatchObject({ fapiao_number })
  })

  test('the title of an invoice is unknown until the user or the application gives it', async () => {
    const { good, refused, control } = await openShop(openOn)
    const titles = '/v3/new-tax-control-fapiao/user-title'
    const asked = { fapiao_apply_id: 'FA1', sub_mchid: '1900000109', scene: 'WITH_WECHATPAY' }
    const { scene: _, ...named } = asked
    const link = { ...named, source: 'WEB', total_amount: 1_000, openid: 'oUser', appid: APPID, seller_name: '店' }
    await good(callNamed(`GET ${titles}/title-url`), link)
    expect(await refused(callNamed(`GET ${titles}`), asked)).toBe('404 RESOURCE_NOT_EXISTS')

    const resource = { fapiao_apply_id: 'FA1' }
    await control.sendNotification({ event_type: 'FAPIAO.USER_APPLIED', url: HOOK, resource })
    expect(await good(callNamed(`GET ${titles}`), asked)).toMatchObject({ type: 'ORGANIZATION' })

    const buyer_information = { type: 'INDIVIDUAL', name: '张三' }
    await good(callNamed('POST /v3/new-tax-control-fapiao/fapiao-applications'), {
      ...asked,
      fapiao_apply_id: 'FA2',
      buyer_information,
      fapiao_information: [],
    })
    expect(await good(callNamed(`GET ${titles}`), { ...asked, fapiao_apply_id: 'FA2' })).toEqual(buyer_information)
  })

  test('an invoice that the merchant issued is in the wallet that it was put into', async () => {
    const { good, control } = await openShop(openOn)
    const applications = '/v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}'
    const asked = { fapiao_apply_id: 'FA1', sub_mchid: '1900000109' }
    const resource = { fapiao_apply_id: 'FA1' }
    await control.sendNotification({ event_type: 'FAPIAO.USER_APPLIED', url: HOOK, resource })
    const number = { fapiao_number: '12897794', fapiao_time: TIME }
    const amounts = { total_amount: 1_130, tax_amount: 130, amount: 1_000 }
    const seller_information = { name: '卖方', taxpayer_id: '202003261233701778' }
    const extra_information = { drawer: '张三' }
    const card = { fapiao_media_id: 'M1', ...number, ...amounts, seller_information, extra_information }
    const buyer_information = { type: 'INDIVIDUAL', name: '张三' }
    await good(callNamed(`POST ${applications}/insert-cards`), {
      ...asked,
      scene: 'WITH_WECHATPAY',
      buyer_information,
      fapiao_card_information: [card],
    })

    expect(await good(callNamed(`GET ${applications}`), asked)).toMatchObject({
      total_count: 1,
      fapiao_information: [
        {
          ...amounts,
          status: 'ISSUED',
          blue_fapiao: number,
          card_information: { card_status: 'INSERT_ACCEPTED' },
          buyer_information,
          seller_information,
        },
      ],
    })
  })

  test('the merchants of a gift activity are those that were told, added and removed', async () => {
    const { good } = await openShop(openOn)
    const { activity, make } = giftActivity
    const { activity_id } = await good(make, activity)
    const merchants = '/v3/marketing/paygiftactivity/activities/{activity_id}/merchants'
    const listed = async (query: object = {}) => good(callNamed(`GET ${merchants}`), { activity_id, ...query })
    const idsOf = async () => idsIn(await listed(), 'mchid')
    expect(await idsOf()).toEqual(['1900000201', '1900000202'])

    const [add, remove] = [callNamed(`POST ${merchants}/add`), callNamed(`POST ${merchants}/delete`)]
    await good(add, { activity_id, merchant_id_list: ['1900000203', '1900000202'], add_request_no: 'A1' })
    await good(remove, { activity_id, merchant_id_list: ['1900000201'], delete_request_no: 'D1' })

    expect(await idsOf()).toEqual(['1900000202', '1900000203'])
    expect(await listed({ offset: 1, limit: 1 })).toMatchObject({ total_count: 2, data: [{ mchid: '1900000202' }] })
  })

  test('a store has the merchants that were bound to it', async () => {
    const { good } = await openShop(openOn)
    const stores = '/v3/brand/partner/store/brandstores'
    const store_address = { address_code: '440300', address_detail: '海天二路' }
    const { store_id } = await good(callNamed(`POST ${stores}`), { brand_id: '40001', store_address })
    const store = { store_id, brand_id: '40001' }
    const bind = callNamed(`POST ${stores}/{store_id}/bindrecipient`)
    const shown = async () => (await good(callNamed(`GET ${stores}/{store_id}`), store)).store_recipient

    const [one, other] = ['1900000201', '1900000202'].map((mchid) => ({ mchid, company_name: `公司${mchid}` }))
    await good(bind, { ...store, ...one })
    await good(bind, { ...store, ...other })
    expect(await shown()).toMatchObject([{ ...one, recipient_state: 'CONFIRMED' }, other])

    await good(callNamed(`POST ${stores}/{store_id}/unbindrecipient`), { ...store, mchid: one?.mchid })
    expect(await shown()).toMatchObject([other])
  })

  test('the history of a complaint has what callbacks and calls told of it, and its state follows', async () => {
    const { good, control } = await openShop(openOn)
    const complaint = '/v3/merchant-service/complaints-v2/{complaint_id}'
    const asked = { complaint_id: 'C1' }
    const query = callNamed(`GET ${complaint}`)
    const send = async (action_type: string, event_type = 'COMPLAINT.STATE_CHANGE') =>
      control.sendNotification({ event_type, url: HOOK, resource: { complaint_id: 'C1', action_type } })
    const history = async (page: object = {}) =>
      good(callNamed(`GET ${complaint}/negotiation-historys`), { ...asked, ...page })
    await send('CREATE_COMPLAINT', 'COMPLAINT.CREATE')
    expect(await history()).toMatchObject({ total_count: 1, data: [{ operate_type: 'USER_CREATE_COMPLAINT' }] })

    await good(callNamed(`POST ${complaint}/response`), {
      ...asked,
      complainted_mchid: '1900000001',
      response_content: '已联系',
    })
    expect(await good(query, asked)).toMatchObject({ complaint_state: 'PROCESSING', incoming_user_response: false })
    await send('USER_RESPONSE')
    expect(await good(query, asked)).toMatchObject({ complaint_state: 'PROCESSING', incoming_user_response: true })
    await good(callNamed(`POST ${complaint}/update-refund-progress`), {
      ...asked,
      action: 'REJECT',
      reject_reason: '已退',
    })
    expect(await good(query, asked)).toMatchObject({ complaint_state: 'PROCESSED' })
    await send('CONTINUE_COMPLAINT')
    expect(await good(query, asked)).toMatchObject({ complaint_state: 'PENDING', user_complaint_times: 2 })

    const all = await history()
    expect(all).toMatchObject({
      total_count: 5,
      data: [
        { operate_type: 'USER_CREATE_COMPLAINT' },
        { operate_type: 'MERCHANT_RESPONSE', operate_details: '已联系' },
        { operate_type: 'USER_RESPONSE' },
        { operate_type: 'MERCHANT_REFUSE_RERUND', operate_details: '已退' },
        { operate_type: 'USER_CONTINUE_COMPLAINT' },
      ],
    })
    expect(new Set(idsIn(all, 'log_id')).size).toBe(5)
    expect(await history()).toEqual(all)
    expect((await history({ offset: 1, limit: 1 })).data).toMatchObject([{ operate_details: '已联系' }])
  })

  test.for([
    ['ecommerce', 'TRANSACTION.SUCCESS/ecommerce', 'receiver_account'],
    ['brand', 'TRANSACTION.SUCCESS/brand-profit-sharing', 'account'],
  ] as const)('a share of %s has succeeded once its callbacks said so', async ([path, event_type, account]) => {
    const { good, control } = await openShop(openOn)
    const { share, orders } = sharesOf(path)
    const other = { type: 'MERCHANT_ID', [account]: '1900000112', amount: 200, description: '佣金' }
    await good(orders, { ...share, out_order_no: 'A1', receivers: [...share.receivers, other] })
    const { sub_mchid, transaction_id } = share
    const query = async () =>
      good(callNamed(`GET /v3/${path}/profitsharing/orders`), { sub_mchid, transaction_id, out_order_no: 'A1' })
    const paid = async (receiver: string) => {
      const resource = { out_order_no: 'A1', receiver: { account: receiver } }
      await control.sendNotification({ event_type, url: HOOK, resource })
    }

    await paid('1900000112')
    expect(await query()).toMatchObject({
      status: 'PROCESSING',
      receivers: [{ result: 'PENDING' }, { result: 'SUCCESS', amount: 200 }],
    })
    await paid('1900000110')
    expect(await query()).toMatchObject({
      status: 'FINISHED',
      receivers: [{ result: 'SUCCESS' }, { result: 'SUCCESS' }],
    })
  })

  test.for([
    ['COMPLAINT.CREATE', 'complaint_id'],
    ['MALL_TRANSACTION.SUCCESS', 'transaction_id'],
  ] as const)('%s tells of another thing each time, unless a test names it', async ([event_type, number]) => {
    const { control, callbacks } = await openShop(openOn)
    await control.sendNotification({ event_type, url: HOOK })
    await control.sendNotification({ event_type, url: HOOK })
    await control.sendNotification({ event_type, url: HOOK, resource: { [number]: 'N1' } })

    const numbers = callbacks.map(({ resource }) => (resource as Record<string, unknown>)[number])
    expect(new Set(numbers).size).toBe(3)
    expect(numbers[2]).toBe('N1')
  })

  test('applications and withdrawals with the same number are different things', async () => {
    const { good, control, refused } = await openShop(openOn)
    const withdrawals = '/v3/ecommerce/fund/withdraw'
    const byNumber = (path: string) => callNamed(`GET ${path}/out-request-no/{out_request_no}`)
    const number = { out_request_no: 'N1' }
    const asked = { ...number, sub_mchid: '1900000109' }
    const { withdraw_id } = await good(callNamed(`POST ${withdrawals}`), { ...asked, amount: 100, remark: '二级' })
    const own = '/v3/merchant/fund/withdraw'
    expect(await refused(byNumber(own), number)).toBe('404 ORDER_NOT_EXIST')

    const other = await good(callNamed(`POST ${own}`), { ...number, amount: 200, account_type: 'BASIC' })

    expect(other.withdraw_id).not.toBe(withdraw_id)
    expect(await good(byNumber(own), number)).toMatchObject({ withdraw_id: other.withdraw_id, amount: 200 })
    expect(await good(byNumber(withdrawals), asked)).toMatchObject({ withdraw_id, amount: 100, remark: '二级' })
    const resource = { out_request_no: 'N1', withdraw_id }
    await control.sendNotification({ event_type: 'MCHWITHDRAW.CHANGE', url: HOOK, resource })
    expect(await good(byNumber(withdrawals), asked)).toMatchObject({ withdraw_id, amount: 100, status: 'SUCCESS' })
  })

  test('the kinds of withdrawals stay apart through a snapshot', async () => {
    const { good, control } = await openShop(openOn)
    const ofDayEnd = '/v3/platsolution/ecommerce/withdraw/day-end-balance-withdraw'
    const asked = { sub_mchid: '1900000109', out_request_no: 'N1' }
    const { withdraw_id } = await good(callNamed(`POST ${ofDayEnd}`), {
      ...asked,
      calculate_amount_type: 'ONLY_DAY_END_BALANCE',
    })
    const other = await good(callNamed('POST /v3/ecommerce/fund/withdraw'), { ...asked, amount: 100 })

    await control.restore(await control.world())

    const byNumber = (path: string) => callNamed(`GET ${path}/out-request-no/{out_request_no}`)
    expect(await good(byNumber(ofDayEnd), asked)).toMatchObject({ withdraw_id })
    expect(await good(byNumber('/v3/ecommerce/fund/withdraw'), asked)).toMatchObject({ withdraw_id: other.withdraw_id })
  })
})
