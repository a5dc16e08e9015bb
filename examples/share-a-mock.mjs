import { Wechatpay } from 'wechatpay-axios-plugin'

const mock = 'http://127.0.0.1:8089'

async function control(method, path, body) {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch(`${mock}/_mock${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text === '' ? undefined : JSON.parse(text)
}

/** Each job begins so: with a merchant of its own, whose keys its SDK gets. */
async function startJob() {
  const identity = await control('POST', '/merchants', {})
  const { mchid, merchant_serial_no: serial, merchant_private_key: privateKey, platform_certificates } = identity
  const certs = Object.fromEntries(platform_certificates.map((one) => [one.serial_no, one.certificate]))
  const { v3 } = new Wechatpay({ baseURL: `${mock}/`, mchid, serial, privateKey, certs })
  await control('POST', '/orders', { mchid, out_trade_no: 'ORDER_1', state: 'NOTPAY' })
  return {
    mchid,
    /** The state of the order, or the code of the error. */
    async query() {
      const asking = v3.pay.transactions.outTradeNo.$out_trade_no$.get({ params: { mchid }, out_trade_no: 'ORDER_1' })
      return await asking.then(({ data }) => data.trade_state).catch(({ response }) => response.data.code)
    },
  }
}

const [one, other] = [await startJob(), await startJob()]
const query = async () => [await one.query(), await other.query()]
console.log('the same number:', await query())

await control('POST', `/orders/ORDER_1/pay?mchid=${one.mchid}`)
console.log('one pays:', await query())

await control('POST', '/faults', { mchid: other.mchid, operation: 'queryOrderByOutTradeNo', error: 'system_error' })
console.log("the other's call fails:", await query())

await control('POST', `/reset?mchid=${one.mchid}`)
console.log('one is done, and clears up:', await query())
