import { useState } from 'preact/hooks'
import { EXPORT_LIMITS, type ExportFormat } from '../../src/control/routes.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { saveBlob, saveFile } from '../components/code.tsx'
import { Modal } from '../components/dialogs.tsx'
import { language, texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { addressOf } from '../state/route.ts'
import { type ExchangeFilter, wanted } from './exchange-filter.tsx'

type LeftOut = Awaited<ReturnType<MockControl['journalPact']>>['left_out'][number]

/** Result of an export: a message, and the calls left out of the file. */
interface Exported {
  readonly said: string
  readonly leftOut?: readonly LeftOut[]
}

type Filter = ReturnType<typeof wanted> & { readonly limit: number }

/** Export formats, in the order in which they are offered. */
const CHOICES: readonly {
  readonly name: 'pact' | 'har' | 'curl' | 'curlAsSent'
  readonly format: ExportFormat
  readonly save: (filter: Filter) => Promise<Exported>
}[] = [
  { name: 'pact', format: 'pact', save: savePact },
  { name: 'har', format: 'har', save: saveHar },
  { name: 'curl', format: 'curl', save: (filter) => saveScript(filter, 'afresh') },
  { name: 'curlAsSent', format: 'curl', save: (filter) => saveScript(filter, 'as_sent') },
]

/** Maximum number of kinds of calls listed as left out of a contract. */
const LISTED = 50

/** Exports the list, including all its pages: a button, and the dialog that it opens. */
export function ExportRequests({ filter, total }: { readonly filter: ExchangeFilter; readonly total: number }) {
  const [isOpen, open] = useState(false)
  return (
    <>
      <button type="button" class="plain" disabled={total === 0} onClick={() => open(true)}>
        {texts.value.exporting.open}
      </button>
      {isOpen && <ExportDialog filter={filter} total={total} onClose={() => open(false)} />}
    </>
  )
}

function ExportDialog({
  filter,
  total,
  onClose,
}: {
  readonly filter: ExchangeFilter
  readonly total: number
  readonly onClose: () => void
}) {
  const words = texts.value.exporting
  const [isBusy, setBusy] = useState(false)
  const [exported, setExported] = useState<Exported>()
  const take = async ({ format, save }: (typeof CHOICES)[number]) => {
    setBusy(true)
    setExported(undefined)
    const made = await attempt(() => save({ ...wanted(filter), limit: EXPORT_LIMITS[format] }))
    setExported(made)
    setBusy(false)
  }
  return (
    <Modal kind="exporting" labelledBy="export-title" onClose={onClose}>
      <h2 id="export-title">{words.title(total)}</h2>
      <p class="quiet">{Object.keys(filter).length > 0 ? words.filtered : words.all}</p>
      <ul class="choices-to-take">
        {CHOICES.map((choice) => (
          <li key={choice.name}>
            <button
              type="button"
              aria-describedby={`export-${choice.name}`}
              disabled={isBusy}
              onClick={() => void take(choice)}
            >
              {words.names[choice.name]}
            </button>
            <span id={`export-${choice.name}`} class="quiet">
              {words.what[choice.name]}
              {total > EXPORT_LIMITS[choice.format] && ` ${words.newest(EXPORT_LIMITS[choice.format])}`}
            </span>
          </li>
        ))}
      </ul>
      <div role="status">
        {isBusy && <p>{words.busy}</p>}
        {exported && <p class="exported">{exported.said}</p>}
        {exported?.leftOut && exported.leftOut.length > 0 && (
          <ListLeftOut leftOut={exported.leftOut} onOpen={onClose} />
        )}
      </div>
      <p class="actions">
        <button type="button" onClick={onClose}>
          {texts.value.close}
        </button>
      </p>
    </Modal>
  )
}

/** Calls left out of a contract, and why; each leads to the first of its kind. */
function ListLeftOut({ leftOut, onOpen }: { readonly leftOut: readonly LeftOut[]; readonly onOpen: () => void }) {
  const words = texts.value.exporting
  const count = leftOut.reduce((sum, { times }) => sum + times, 0)
  return (
    <>
      <h3>{words.leftOut(count)}</h3>
      <ul class="left-out">
        {leftOut.slice(0, LISTED).map(({ id, call, status, times, reason }) => (
          <li key={`${id} ${reason}`}>
            <a href={addressOf(['exchanges', id])} onClick={onOpen}>
              <bdi>{plainText(call)}</bdi>
            </a>{' '}
            {status} {times > 1 && `× ${times.toLocaleString(language.value)}`}
            <span class="quiet">{plainText(reason)}</span>
          </li>
        ))}
      </ul>
      {leftOut.length > LISTED && <p class="quiet">{words.moreLeftOut(leftOut.length - LISTED)}</p>}
    </>
  )
}

async function savePact(filter: Filter): Promise<Exported> {
  const { pact, left_out: leftOut } = await control.value.journalPact(filter)
  const words = texts.value.exporting
  const { length } = pact.interactions
  if (length === 0) return { said: words.noPact, leftOut }
  saveFile('wechatpay-client-wechatpay.json', pact)
  return { said: words.pactSaved(length), leftOut }
}

async function saveHar(filter: Filter): Promise<Exported> {
  const har = await control.value.journalHar(filter)
  saveFile('wechatpay-mock.har', har)
  return { said: texts.value.exporting.harSaved(har.log.entries.length) }
}

async function saveScript(filter: Filter, signature: 'afresh' | 'as_sent'): Promise<Exported> {
  const { script, calls, left_out } = await control.value.journalCurl({ ...filter, signature })
  saveBlob('wechatpay-mock.sh', new Blob([script], { type: 'text/x-shellscript' }))
  return { said: texts.value.exporting.scriptSaved(calls, left_out) }
}
