import { plainText, readableInShort } from '../../src/wire/shared/texts.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { deliver } from '../state/deliver.ts'
import { goTo } from '../state/route.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'

interface DueCallback {
  readonly id: string
  readonly due_time: string
}

/** Moves the clock to the next attempt of a callback, which is complete once its outcome is reported. */
export function MoveToNextTry({ id, due_time }: DueCallback) {
  return (
    <button type="button" onClick={() => void moveTo({ id, due_time })}>
      {texts.value.callbacks.moveToNextTry}
    </button>
  )
}

/** The callback that is due first, with a button that moves the clock to its attempt and then opens it. */
export function FirstDue() {
  const { value } = useLoaded('first due', (client) => client.notificationPage({ limit: 1 }), touches('notifications'))
  const due = value?.next_try
  if (!due) return null
  const move = async () => {
    if (await moveTo(due)) goTo(['callbacks', due.id])
  }
  return (
    <p class="first-due">
      <button type="button" onClick={() => void move()}>
        {texts.value.callbacks.moveToNextTry}
      </button>
      <span class="quiet">
        {plainText(due.event_type)} · {readableInShort(due.due_time)}
      </span>
    </p>
  )
}

function moveTo({ id, due_time }: DueCallback) {
  return deliver(async () => {
    const { now } = await control.value.clock()
    // With a running clock it may be due by now, and the clock is never put back for it.
    if (Date.parse(now) < Date.parse(due_time)) await control.value.setClock({ now: due_time })
    else await control.value.deliverNotifications()
    const { notification } = await control.value.notification(id)
    return notification
  })
}
