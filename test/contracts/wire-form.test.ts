import { expect, test } from 'vitest'
import { faultsOfForm } from '../../contracts/conformance/wire-form.ts'

const JSON_TYPE: [string, string] = ['Content-Type', 'application/json; charset=utf-8']
const of = (...headers: [string, string][]) => faultsOfForm({ status: 200, headers, body: new Uint8Array() })

test('an answer is to be written to the letter as the service writes it', () => {
  expect(of(JSON_TYPE, ['Request-ID', 'A-0'], ['Wechatpay-Nonce', 'x'], ['date', 'today'])).toEqual([])
  expect(of(['content-type', JSON_TYPE[1]], ['WechatPay-Nonce', 'x'])).toEqual([
    'The header Content-Type is spelled content-type.',
    'The header Wechatpay-Nonce is spelled WechatPay-Nonce.',
  ])
  expect(of(['Content-Type', 'application/json'])).toEqual(['Content-Type is application/json.'])
  expect(of()).toEqual(['Content-Type is undefined.'])
})
