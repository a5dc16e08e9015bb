/** The body of createStock, valid at noon of the tests, with only what is required; members that are given are put over it. */
export function aStockRequest(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    stock_name: '8月1日活动券',
    belong_merchant: '1900000001',
    goods_name: 'xxx商品使用',
    stock_type: 'NORMAL',
    coupon_use_rule: aUseRule(),
    stock_send_rule: { max_coupons: 100, max_coupons_per_user: 5 },
    out_request_no: '100002322019090134234sfdf',
    coupon_code_mode: 'WECHATPAY_MODE',
    ...changes,
  }
}

export function aUseRule(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    coupon_available_time: anAvailableTime(),
    fixed_normal_coupon: { discount_amount: 5, transaction_minimum: 100 },
    use_method: 'OFF_LINE',
    ...changes,
  }
}

export function anAvailableTime(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    available_begin_time: '2026-11-20T13:29:35+08:00',
    available_end_time: '2027-05-20T13:29:35+08:00',
    ...changes,
  }
}

/** The body of createStock with every member that there is. */
export function aFullStockRequest(): Record<string, unknown> {
  return aStockRequest({
    comment: '活动使用',
    coupon_use_rule: aUseRule({
      coupon_available_time: anAvailableTime({
        available_day_after_receive: 3,
        wait_days_after_receive: 7,
        available_second_after_receive: 3_600,
        available_week: { week_day: [1, 2], available_day_time: [{ begin_time: 3_600, end_time: 86_399 }] },
        irregulary_avaliable_time: [{ begin_time: '2026-12-24T00:00:00+08:00', end_time: '2026-12-26T23:59:59+08:00' }],
      }),
      use_method: 'MINI_PROGRAMS',
      mini_programs_appid: 'wx23232232323',
      mini_programs_path: '/path/index/index',
    }),
    stock_send_rule: {
      max_amount: 100_000,
      max_coupons: 100,
      max_coupons_per_user: 5,
      max_amount_by_day: 1_000,
      max_coupons_by_day: 100,
      natural_person_limit: true,
      prevent_api_abuse: true,
      transferable: true,
      shareable: true,
    },
    custom_entrance: {
      mini_programs_info: {
        mini_programs_appid: 'wx234545656765876',
        mini_programs_path: '/path/index/index',
        entrance_words: '欢迎选购吧',
        guiding_words: '获取更多优惠',
      },
      appid: 'wx324345hgfhfghfg',
      hall_id: '233455656',
      store_id: '233554655',
      code_display_mode: 'BARCODE',
    },
    display_pattern_info: {
      description: 'xxx门店可用',
      merchant_logo_url: 'https://qpic.cn/xxx',
      merchant_name: '微信支付',
      background_color: 'Color020',
      coupon_image_url: 'https://qpic.cn/xxx',
      finder_info: { finder_id: 'sph6', finder_video_id: 'sph7', finder_video_cover_image_url: 'https://qpic.cn/xxx' },
    },
    notify_config: { notify_appid: 'wx23232232323' },
    subsidy: true,
  })
}
