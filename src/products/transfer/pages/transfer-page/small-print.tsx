import type { ComponentChildren } from 'preact'
import { readableInShort } from '../../../../../dashboard/times.ts'
import type { OpenedPage } from '../../confirm-page-calls.ts'
import { Sentence } from './texts.tsx'
import { words } from './words.ts'

interface SmallPrintProps {
  /** What the page shows, once it is known. */
  readonly page?: OpenedPage
  readonly children?: ComponentChildren
}

/** What the mock itself says, and lets people choose. */
export function SmallPrint({ page, children }: SmallPrintProps) {
  return (
    <aside class="mock">
      {children}
      <p>{words.standIn}</p>
      {page && (
        <>
          <p>
            <Sentence text={words.clock(readableInShort(page.now))} />
          </p>
          <p>
            <a href={inDashboard(page)} target="_blank" rel="noopener">
              {words.inDashboard}
            </a>
          </p>
        </>
      )}
    </aside>
  )
}

/** Where the dashboard shows what the page is about. */
function inDashboard({ merchant, transfer, authorization }: OpenedPage): string {
  const place = transfer
    ? ['transfers', merchant.mchid, transfer.out_bill_no]
    : ['transfer_authorizations', merchant.mchid, authorization?.out_authorization_no ?? '']
  return `/_mock#/${place.map(encodeURIComponent).join('/')}`
}
