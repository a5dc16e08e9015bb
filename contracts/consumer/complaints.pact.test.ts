import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  completeComplaint,
  decideRefund,
  listComplaints,
  listNegotiationHistory,
  queryComplaint,
  replyToComplaint,
} from 'wechatpay-mock'
import { wellKnownCredentials } from 'wechatpay-mock/fixtures'
import { like, textLike, wechatPayPact } from 'wechatpay-mock/pact'
import { seal } from 'wechatpay-mock/protocol'
import { type Complaint, HelpDesk, Inbox, toldIn } from './complaints.ts'

const directory = fileURLToPath(new URL('../pacts', import.meta.url))
const pact = wechatPayPact({ consumer: 'help-desk', dir: directory, fresh: true })

const NUMBER = '200201820260105080076610000'
/** A complaint of the contract's states. */
const GIVEN = {
  complaint_id: NUMBER,
  complaint_time: '2026-01-05T10:20:30+08:00',
  out_trade_no: 'MCH_102233445',
  payer_phone: '13800000000',
}
const ABOUT = { complaint_id: NUMBER, complainted_mchid: '1900000001' }
/** The phone number, encrypted for the well-known merchant. */
const SEALED =
  'Ie2ZdzUBsrSFsTqCT4PcNR4KKm3opZit5rhEquR1mG6TcoXvkIyaoZBZKT8d57OZB3v48UZrvUOgRU1gWbbz6K' +
  'QNPh2ZPyo6uqUEKn9WqNQubeE3ZPLTQUIS7LGmnbYbZ64ZZu3rX67jbuCLb35UIgtECSqqdFDLCEvigQnmBXH7' +
  'VrwDCbSKxNz6vTG3oovPfvIXAt5lIYOTU6Pog02d8zefaKyEoqaYBC6aRkSbuiCY+uyT3+uSuk5wLIQed0J3ua' +
  'm4L9D3btNACmTsRSp6j+fwkQ7wVoRJhTlg8CbD4sn6JBzM35VxKK7H/bDALMPRxKmLBqF3WKoMLaaSccQXGA=='

const SHOWN = {
  complaint_id: NUMBER,
  complaint_detail: like('商品一直没有收到'),
  complaint_state: 'PENDING',
  complaint_order_info: [{ out_trade_no: 'MCH_102233445' }],
  payer_phone: textLike('^[0-9A-Za-z+/]{300,}={0,2}$', SEALED),
}
const COMPLAINT: Complaint = {
  id: NUMBER,
  text: '商品一直没有收到',
  standing: 'waiting',
  order: 'MCH_102233445',
  phone: '13800000000',
  asksFor: undefined,
}

describe('the complaints of a day', () => {
  test('are listed, each with the phone number of its user', () =>
    pact
      .upon('lists the complaints of a day')
      .given('a user complained', GIVEN)
      .calls(listComplaints, { begin_date: '2026-01-05', end_date: '2026-01-05', limit: '50' })
      .answers({ data: [SHOWN], total_count: 1 })
      .test(async (connection) => {
        expect(await new HelpDesk(connection).ofDay('2026-01-05')).toEqual({ complaints: [COMPLAINT], total: 1 })
      }))
})

describe('a complaint', () => {
  test('that asks for a refund says how much', () =>
    pact
      .upon('looks up a complaint')
      .given('a user asks for a refund in a complaint', { ...GIVEN, apply_refund_amount: '2900' })
      .calls(queryComplaint, { complaint_id: NUMBER })
      .answers({ ...SHOWN, apply_refund_amount: 2_900 })
      .test(async (connection) => {
        expect(await new HelpDesk(connection).look(NUMBER)).toEqual({ ...COMPLAINT, asksFor: 2_900 })
      }))

  test('that no user made is unknown', () =>
    pact
      .upon('looks up a complaint that no user made')
      .calls(queryComplaint, { complaint_id: NUMBER })
      .refuses('not_found')
      .test(async (connection) => {
        expect(await new HelpDesk(connection).look(NUMBER)).toBeUndefined()
      }))

  test('shows what was said', () =>
    pact
      .upon('reads what was said about a complaint')
      .given('a user complained', GIVEN)
      .calls(listNegotiationHistory, { complaint_id: NUMBER })
      .answers({ data: [{ operator: '投诉人', operate_details: like('商品一直没有收到') }] })
      .test(async (connection) => {
        expect(await new HelpDesk(connection).said(NUMBER)).toEqual(['投诉人：商品一直没有收到'])
      }))
})

describe('the help desk', () => {
  test('replies', () =>
    pact
      .upon('replies to a complaint')
      .given('a user complained', GIVEN)
      .calls(replyToComplaint, { ...ABOUT, response_content: '今天发货' })
      .answers()
      .test(async (connection) => {
        expect(await new HelpDesk(connection).reply(NUMBER, '今天发货')).toBe('done')
      }))

  test.for([
    ['once it has replied', '', 'a complaint was replied to', 'done'],
    ['not before it has replied', ' that it has not replied to', 'a user complained', 'too late'],
  ] as const)('completes a complaint %s', ([, circumstances, state, outcome]) => {
    const call = pact.upon(`completes a complaint${circumstances}`).given(state, GIVEN).calls(completeComplaint, ABOUT)
    return (outcome === 'done' ? call.answers() : call.refuses('state_unfit')).test(async (connection) => {
      expect(await new HelpDesk(connection).complete(NUMBER)).toBe(outcome)
    })
  })

  test('approves the refund that a user asks for', () =>
    pact
      .upon('approves the refund that a user asks for')
      .given('a user asks for a refund in a complaint', { ...GIVEN, apply_refund_amount: '2900' })
      .calls(decideRefund, { complaint_id: NUMBER, action: 'APPROVE', launch_refund_day: 0 })
      .answers()
      .test(async (connection) => {
        expect(await new HelpDesk(connection).decide(NUMBER)).toBe('done')
      }))

  test.for([
    ['overloaded', 'the service is overloaded', 'rate_limited'],
    ['failing', 'the service fails', 'system_error'],
  ] as const)('tries once more where the service is %s', ([circumstances, state, error]) =>
    pact
      .upon(`replies to a complaint while the service is ${circumstances}`)
      .given(state)
      .calls(replyToComplaint, { ...ABOUT, response_content: '今天发货' })
      .refuses(error)
      .test(async (connection) => {
        expect(await new HelpDesk(connection).reply(NUMBER, '今天发货')).toBe('again')
      }),
  )
})

describe('a callback', () => {
  const tells = (action_type: string) => ({ complaint_id: NUMBER, action_type })
  const sealed = seal(JSON.stringify(tells('CREATE_COMPLAINT')), wellKnownCredentials.api_v3_key, {
    nonce: 'j9g1wAzF9Xn1',
    associatedData: '',
  })

  const told = { id: NUMBER, what: 'CREATE_COMPLAINT' }

  test('is opened once it is verified, and taken once, however often it comes', () =>
    pact
      .receives('a COMPLAINT.CREATE callback that comes again')
      .given('a user complained', GIVEN)
      .given('the same callback was delivered before')
      .with(
        {
          id: like('EV-2018022511223320873'),
          event_type: 'COMPLAINT.CREATE',
          resource: { nonce: like(sealed.nonce), ciphertext: like(sealed.ciphertext) },
        },
        { signed: true },
      )
      .test(async (message) => {
        const { credentials } = message
        const inbox = new Inbox()
        for (const _ of [1, 2]) inbox.take(message, credentials)
        expect(inbox.told).toEqual([told])
        expect(() => inbox.take({ ...message, body: Buffer.from('{}') }, credentials)).toThrow('not from WeChat Pay')
      }))

  test('says which complaint it is about, and what happened', () =>
    pact
      .receives('the plaintext of COMPLAINT.CREATE that comes again')
      .given('a user complained', GIVEN)
      .given('the same callback was delivered before')
      .with(tells('CREATE_COMPLAINT'))
      .test(async ({ body }) => {
        expect(toldIn(Buffer.from(body).toString())).toEqual(told)
      }))
})
