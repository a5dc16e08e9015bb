import { defineThing } from '../../../control/things/thing.ts'
import { describeEventAddress, eventAddresses } from './table.ts'

/** Addresses for coupon events as the dashboard shows them. */
export const eventAddressThing = defineThing(eventAddresses, {
  one: { en: 'Event address', zh: '事件通知地址' },
  none: {
    en: 'No merchant has set an address for its coupon events. Set one with a call.',
    zh: '还没有商户设置事件通知地址。可以调用接口设置。',
  },
  show: describeEventAddress,
  facts: [
    { title: { en: 'Address', zh: '通知地址' }, of: ({ notify_url }) => notify_url, as: 'code', inList: 'under' },
    { title: { en: 'Set by', zh: '设置方' }, of: ({ set_by }) => set_by, as: 'code' },
    { title: { en: 'Set', zh: '设置时间' }, of: ({ update_time }) => update_time, as: 'time', inList: 'end' },
  ],
})
