import { describe } from 'vitest'
import { encrypted, KEY, told as openedWith } from '../../products/transfer/transfers.ts'
import { shareOrders } from './sharing-story.ts'
import { MCHID, PLACES, takeAs, test } from './story.ts'

describe.for(PLACES)('shares are told of over %s', (place) => {
  test.override('place', place)

  test('story 8: an order is shared, unfrozen, given back in part, and refunded', async ({
    merchant,
    control,
    mock,
    receiver,
    clientOf,
    others: { owner },
  }) => {
    await clientOf(owner)
    const { url, received } = await receiver.start(204)
    const notices = async () => {
      await mock.outbox.idle()
      return received.map((one) => openedWith(one, owner.apiV3Key))
    }
    const take = takeAs(merchant, KEY)
    await shareOrders({ take, control, mchid: MCHID, supplier: owner, seal: encrypted, told: { url, notices } })
  })
})
