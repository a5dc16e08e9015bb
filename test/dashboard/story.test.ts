import { describe, expect, test } from 'vitest'
import { mermaidOf, storyOf } from '../../dashboard/story.ts'
import { en } from '../../dashboard/texts/en.ts'
import type { TimelineEntry } from '../../src/control/timeline.ts'

const time = (minute: number) => `2026-11-25T12:${String(minute).padStart(2, '0')}:00.000+08:00`
const exchange = (overrides: Partial<NonNullable<TimelineEntry['exchange']>> = {}) => ({
  id: 'X1',
  time: time(0),
  duration_ms: 1,
  method: 'POST',
  target: '/v3/use',
  operation: 'useCoupon',
  title: '<useCoupon>',
  status: 200,
  ...overrides,
})
const told = (...entries: readonly TimelineEntry[]) => storyOf(entries.toReversed(), { set: 'Set by hand' }, en.story)

describe('a story', () => {
  test('has a call with its answer, and the states around it', () => {
    const [one] = told({
      time: time(0),
      event: 'used',
      request_no: 'U1',
      state_before: 'SENDED',
      state_after: 'USED',
      exchange: exchange(),
    })
    expect(one).toMatchObject({
      from: 'shop',
      to: 'pay',
      text: '<useCoupon>',
      answer: '200 · SENDED → USED',
      wentWrong: false,
      isLost: false,
      requestNo: 'U1',
    })
  })

  test.for(['answer_lost', 'reset', 'empty', 'half_body'] as const)('%s is a lost answer', (effect) => {
    const [one] = told({ time: time(0), exchange: exchange({ effects: [effect] }) })
    expect(one).toMatchObject({ isLost: true, wentWrong: true })
  })

  test('a late answer is not lost', () => {
    expect(told({ time: time(0), exchange: exchange({ effects: ['delay'] }) })).toMatchObject([{ isLost: false }])
  })

  test('has the tries of a callback between WeChat Pay and the receiver', () => {
    const callback = { id: 'N1', event_type: 'COUPON.SEND', attempt: 2 }
    const { status: _, ...unanswered } = exchange({ callback })
    expect(
      told({ time: time(0), exchange: exchange({ callback, status: 500 }) }, { time: time(0), exchange: unanswered }),
    ).toMatchObject([
      { from: 'pay', to: 'receiver', text: 'COUPON.SEND #2', wentWrong: true, isLost: false },
      { answer: 'no reply', isLost: true },
    ])
  })

  test('has bars for what no call did, and for the time between', () => {
    expect(
      told(
        { time: time(0), event: 'set', state_before: 'SENDED', state_after: 'USED' },
        { time: time(1), exchange: exchange() },
        { time: '2026-12-26T13:02:00+08:00', exchange: exchange() },
        { time: time(2), exchange: exchange() },
      ).flatMap((one) => (one.kind === 'bar' ? [one.text] : [])),
    ).toEqual([
      'Set by hand · SENDED → USED',
      '1 minute later',
      '31 days 1 hour later',
      'The clock goes back by 31 days 1 hour',
    ])
  })

  test('is Mermaid text, in which whatever the shop named is text', () => {
    const hostile = 'x;end\n%%{init: {}}%% <script>"#quot;'
    const mermaid = mermaidOf(
      told({ time: time(0), request_no: hostile, exchange: exchange({ status: 400, code: 'INVALID_REQUEST' }) }),
      en.story,
    )
    expect(mermaid.split('\n')).toEqual([
      'sequenceDiagram',
      '  participant shop as Shop',
      '  participant pay as WeChat Pay',
      '  participant receiver as Receiver',
      '  rect rgba(220, 50, 47, 0.15)',
      '    shop->>pay: #60;useCoupon#62; · x#59;end#10;#37;#37;#123;init#58; #123;#125;#125;#37;#37; #60;script#62;#34;#35;quot#59;',
      '    pay-->>shop: 400 · INVALID_REQUEST',
      '  end',
      '',
    ])
  })
})
