import { plainText, readable, readableInShort } from '../../src/browser/texts.ts'
import { StateBadge, StatusBadge } from '../components/badges.tsx'
import { ListPane } from '../components/list-pane.tsx'
import { texts } from '../state/appearance.ts'
import { touches } from '../state/use-loaded.ts'
import { CallbackDetail } from './callback-detail.tsx'
import { FirstDue } from './next-try.tsx'
import { SendCallback } from './send-callback.tsx'

const STATES = ['pending', 'delivered', 'failed'] as const

/** The callbacks of the mock, and one of them in detail. */
export function CallbacksView() {
  const words = texts.value.callbacks
  return (
    <ListPane
      view="callbacks"
      states={STATES}
      words={words}
      load={(client, wanted) => client.notificationPage(wanted)}
      nameOf={({ id }) => [id]}
      concerns={touches('notifications')}
      row={({ state, event_type, create_time, url, mchid, tries, last, due_time }) => (
        <>
          <span class="first">
            <StateBadge state={state} />
            <span class="what">{plainText(event_type)}</span>
          </span>
          <span class="second">
            <span class="address mono">
              <bdi>{plainText(url)}</bdi>
            </span>
            <span class="aside">{mchid}</span>
          </span>
          <span class="third tries quiet">
            <span>{words.tries(tries)}</span>
            {last?.status !== undefined && <StatusBadge status={last.status} />}
            {last?.error !== undefined && <span class="note">{plainText(last.error)}</span>}
            <span class="aside" title={readable(due_time ?? create_time)}>
              {due_time === undefined ? readableInShort(create_time) : `${words.next} ${readableInShort(due_time)}`}
            </span>
          </span>
        </>
      )}
      opened={([id], back) => (id === undefined ? undefined : <CallbackDetail key={id} id={id} back={back} />)}
    >
      <FirstDue />
      <SendCallback />
    </ListPane>
  )
}
