import type { MerchantRequest } from '../../src/testing/merchant-client.ts'

/** Calls of pay score orders, which no rules stand behind. */

const SERVICE = { appid: 'wxd678efh567hg6787', service_id: '2002000000000558' }

export const createScoreOrder = (out_order_no: string, more: Readonly<Record<string, unknown>> = {}) =>
  ({
    method: 'POST',
    target: '/v3/payscore/serviceorder',
    body: {
      ...SERVICE,
      out_order_no,
      service_introduction: '酒店',
      time_range: { start_time: 'OnAccept' },
      risk_fund: { name: 'DEPOSIT', amount: 10_000 },
      notify_url: 'https://shop.example.com/notify',
      ...more,
    },
  }) satisfies MerchantRequest

export const queryScoreOrder = (out_order_no: string) =>
  ({
    method: 'GET',
    target: `/v3/payscore/serviceorder?${new URLSearchParams({ ...SERVICE, out_order_no })}`,
  }) satisfies MerchantRequest
