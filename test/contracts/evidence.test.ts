import { describe, expect, test } from 'vitest'
import {
  evidenceOf,
  type Ground,
  type InteractionEvidence,
  isAtLeast,
  type Touched,
} from '../../contracts/kit/evidence.ts'
import { interactionsOf, type PactInteraction } from '../../contracts/kit/interactions.ts'
import { REPEAT } from '../../src/engine/operation.ts'
import { products } from '../../src/products/index.ts'
import { simulated } from '../helpers/operations.ts'
import { ASSOCIATE, contentOf, type HandWrittenPact, LINK } from './pacts.ts'

const parsed = (pact: HandWrittenPact): readonly PactInteraction[] =>
  interactionsOf({ text: JSON.stringify(contentOf(pact)) })

/** The evidence of one interaction of specification 3. */
function evidence(interaction: object, touched?: Touched): InteractionEvidence {
  const [one] = parsed({ version: '3.0.0', interactions: [interaction] })
  if (!one) throw new Error('The pact has no interaction.')
  return evidenceOf(one, { products, touched })
}

const link = (response: object, providerStates: readonly object[] = []) => ({
  description: 'links a coupon',
  providerStates,
  request: { method: 'POST', path: ASSOCIATE, body: LINK },
  response,
})

const query = (body: object, more: object = {}) => ({
  description: 'looks up a payout',
  request: { method: 'GET', path: '/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/B-1' },
  response: { status: 200, body, ...more },
})

const about = ({ grounds }: InteractionEvidence) => grounds.map((one: Ground) => `${one.evidence}: ${one.about.en}`)

test('words go from the surest to the least sure', () => {
  expect(isAtLeast('documented', 'documented')).toBe(true)
  expect(isAtLeast('observed', 'documented')).toBe(false)
  expect(isAtLeast('documented', 'inferred')).toBe(true)
  expect(isAtLeast('sibling', 'reported')).toBe(false)
})

describe('a success', () => {
  test('is documented if the pages have all that the contract names', () => {
    const found = evidence(query({ out_bill_no: 'B-1', state: 'SUCCESS' }))

    expect(found.evidence).toBe('documented')
    expect(about(found)).toEqual([
      'documented: the call GET /v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}',
      'documented: out_bill_no of the answer',
      'documented: state of the answer',
    ])
    expect(found.weakest.sources[0]?.url).toMatch(/^https:\/\/pay\.weixin\.qq\.com\//)
  })

  test('is inferred by a member or a value that no page has', () => {
    expect(evidence(query({ colour: 'red' })).weakest.about).toEqual({
      en: 'colour of the answer',
      zh: '应答的 colour',
    })
    expect(evidence(query({ state: 'LOST' })).weakest.about.en).toBe('LOST as state of the answer')
    const byType = { matchingRules: { body: { '$.state': { matchers: [{ match: 'type' }] } } } }
    expect(evidence(query({ state: 'LOST' }, byType)).evidence).toBe('documented')
  })

  test('is what is marked for a member that its page lacks, or has otherwise', () => {
    const certificates = (member: object) =>
      evidence({
        description: 'downloads the certificates',
        request: { method: 'GET', path: '/v3/certificates' },
        response: { status: 200, body: { data: [member] } },
      }).evidence

    expect(certificates({ serial_no: 'A' })).toBe('documented')
    expect(certificates({ expire_time: '2036-01-05T10:20:30+08:00' })).toBe('observed')
  })

  test('relies on the rule of repeats where it is a repeat, and on those of its states', () => {
    const used = { coupon_code: LINK.coupon_code, out_request_no: LINK.out_request_no }
    const repeated = link({ status: 200 }, [{ name: 'an associate request was made', params: used }])
    const other = link({ status: 200 }, [{ name: 'an associate request was made', params: { out_request_no: 'R-2' } }])
    const known = link({ status: 200 }, [{ name: 'an order exists' }, { name: 'orders have to exist' }])
    const rule = 'documented: the rule “The same out_request_no with the same values is answered with the first time.”'

    expect(about(evidence(repeated))).toContain(rule)
    expect(about(evidence(other))).not.toContain(rule)
    expect(evidence(known)).toMatchObject({
      evidence: 'reported',
      weakest: {
        about: { zh: '“orders have to exist”时的处理' },
        sources: [{ url: expect.stringContaining('community') }],
      },
    })
  })
})

describe('a refusal', () => {
  const refused = { status: 400, body: { code: 'INVALID_REQUEST', message: 'any' } }

  test('is what the journal says that it was', () => {
    const otherOrder = { status: 400, error: 'linked_to_other_order', message: '券已关联其他订单' }
    const { evidence: word, weakest } = evidence(link(refused), otherOrder)

    expect(word).toBe('inferred')
    expect(weakest.about.en).toMatch(/^400 INVALID_REQUEST 券已关联其他订单 \(the coupon is linked to another order; /)
    expect(evidence(link(refused), { ...otherOrder, error: 'not_usable' }).evidence).toBe('sibling')
  })

  test('is told from others by its text, and is the least sure of those that it may be', () => {
    const body = { ...refused.body, message: '券不存在' }

    expect(evidence(link({ ...refused, body })).evidence).toBe('sibling')
    expect(evidence(link(refused)).evidence).toBe('inferred')
  })

  test('may be that of the field checker, of a fault, or one that nobody knows', () => {
    const message = '输入源“/body/coupon_code”映射到值字段“券code”字符串规则校验失败，字符数 33，大于最大值 32'

    expect(evidence(link({ status: 400, body: { code: 'PARAM_ERROR' } }), { status: 400, message }).evidence).toBe(
      'observed',
    )
    expect(evidence(link({ status: 429, body: { code: 'FREQUENCY_LIMITED' } })).evidence).toBe('documented')
    expect(evidence(link({ status: 418, body: { code: 'TEAPOT' } })).weakest.about.en).toBe('418 TEAPOT')
  })

  test('is that which a state plans', () => {
    const failed = { status: 500, body: { code: 'SYSTEM_ERROR', message: '系统异常，请稍后重试' } }
    const answers = { name: 'the service answers with an error', params: { error: 'platform_public_key_unknown_pay' } }

    expect(evidence(link(failed)).evidence).toBe('inferred')
    expect(evidence(link(failed, [{ name: 'the service fails' }])).evidence).toBe('documented')
    expect(evidence(link(failed, [answers])).evidence).toBe('inferred')
  })

  test('is that of the field checker by its text, whatever its key', () => {
    const message = '输入源“/body/coupon_code”映射到值字段“券code”字符串规则校验失败，字节数 34，大于最大值 32'
    const touched = { status: 400, message, error: 'parameter_invalid' }

    expect(evidence(link({ status: 400, body: { code: 'PARAM_ERROR' } }), touched).evidence).toBe('observed')
  })

  test('of a call that there is not is observed', () => {
    const nowhere = (status: number) => ({
      ...link({ status }, [{ name: 'there is no such call' }]),
      request: { method: 'POST', path: '/v3/nowhere' },
    })

    expect(evidence(nowhere(404)).evidence).toBe('observed')
  })
})

describe('a message', () => {
  const told = (description: string, contents: object): InteractionEvidence => {
    const [one] = parsed({ version: '3.0.0', messages: [{ description, contents }] })
    if (!one) throw new Error('The pact has no message.')
    return evidenceOf(one, { products })
  }
  const name = 'MCHTRANSFER.BILL.FINISHED'

  test('is known as its members are, of the envelope or of the content', () => {
    expect(told(`a ${name} callback`, { event_type: name, resource: { nonce: 'n' } }).evidence).toBe('documented')
    expect(told(`a ${name} callback`, { event: name }).evidence).toBe('inferred')
    expect(told(`the plaintext of ${name}`, { state: 'SUCCESS' }).evidence).toBe('documented')
    expect(told(`the plaintext of ${name}`, { mchid: '1900000001' })).toMatchObject({
      evidence: 'observed',
      weakest: { about: { en: 'mchid of the callback', zh: '回调的 mchid' } },
    })
    expect(told(`the plaintext of ${name}`, { state: 'LOST' }).evidence).toBe('inferred')
    expect(told('a parcel', {}).weakest.about.en).toBe('a message that names no callback')
  })
})

/** A number of theirs that made something is refused when it comes again. */
const REFUSED_AGAIN = ['createStock']

test('every call under a number of the merchant says what its repeat does', () => {
  const without = simulated.filter(({ id, method, input, rules }) => {
    const names = Object.keys((input.body as { shape?: object } | undefined)?.shape ?? {})
    const isNumbered = method !== 'GET' && names.some((one) => /request_no$|^out_(?!trade_no$)\w+_no$/.test(one))
    return isNumbered && !REFUSED_AGAIN.includes(id) && !rules.some(({ upon }) => upon === REPEAT)
  })

  expect(without.map(({ id }) => id)).toEqual([])
})
