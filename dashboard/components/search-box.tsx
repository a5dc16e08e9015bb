import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Found } from '../../src/control/calls/search.ts'
import { plainText, readableInShort } from '../../src/wire/shared/texts.ts'
import { said, texts } from '../state/appearance.ts'
import { eventWithMeaning, overview, thingKinds } from '../state/operations.ts'
import { addressOf } from '../state/route.ts'
import { kindOf, meaningOfState } from '../state/things.ts'
import { useLoaded } from '../state/use-loaded.ts'
import { Modal } from './dialogs.tsx'
import { type Candidate, type CandidateGroup, Candidates } from './search-choice.tsx'
import { addressOfThing } from './thing-row.tsx'

type View = { readonly address: string; readonly title: string }

const isMac = /Mac|iPhone|iPad/.test(navigator.platform)
const KEYS = isMac ? '⌘K' : 'Ctrl K'

/** Finds whatever has a number, and any view: a button, and a key that works everywhere. */
export function SearchBox({ views }: { readonly views: readonly View[] }) {
  const [isOpen, setOpen] = useState(false)
  const words = texts.value.search
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event
      const isMeant = isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey
      if (key.toLowerCase() !== 'k' || !isMeant || altKey || shiftKey) return
      event.preventDefault()
      if (document.querySelector('dialog[open]') === null) setOpen(true)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  return (
    <>
      <button
        type="button"
        class="search-button"
        aria-label={`${words.open} ${KEYS}`}
        aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
        title={words.title}
        onClick={() => setOpen(true)}
      >
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <path d="M11 6.5a4.5 4.5 0 1 1-9 0a4.5 4.5 0 0 1 9 0M10 10l4.2 4.2" />
        </svg>
        <kbd>{KEYS}</kbd>
      </button>
      {isOpen && <SearchDialog views={views} onClose={() => setOpen(false)} />}
    </>
  )
}

/** How long somebody types no further before the mock is asked. */
const PAUSE_MS = 150

function SearchDialog({ views, onClose }: { readonly views: readonly View[]; readonly onClose: () => void }) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  // An opened dialog focuses its first button, which closes it.
  useLayoutEffect(() => field.current?.focus(), [])
  const words = texts.value.search
  const [typed, type] = useState('')
  const [wanted, want] = useState('')
  const [active, stepTo] = useState(0)
  // Enter was pressed before the answer has come: as after a number was pasted.
  const [isHurried, hurry] = useState(false)
  const text = typed.trim()
  useEffect(() => {
    const timer = setTimeout(() => want(text), isHurried ? 0 : PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, isHurried])
  const { value, error } = useLoaded(`search ${wanted}`, async (client) => ({
    text: wanted,
    found: wanted === '' ? undefined : await client.search({ text: wanted }),
  }))
  const latest = useRef(value)
  latest.current = value ?? latest.current
  const isAnswered = value?.text === text
  const groups = groupsOf(text === '' ? undefined : latest.current?.found, viewsWith(text, views))
  const flat = groups.flatMap(({ candidates }) => candidates)
  const open = (one: Candidate | undefined) => {
    if (!one) return
    onClose()
    location.hash = one.value
  }
  useEffect(() => {
    if (!isHurried || !isAnswered) return
    hurry(false)
    open(flat[active])
  })
  const press = (event: KeyboardEvent) => {
    const { key, isComposing } = event
    const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
    if (isComposing || (step === 0 && key !== 'Enter')) return
    event.preventDefault()
    if (step !== 0) stepTo((active + step + flat.length) % Math.max(1, flat.length))
    else if (isAnswered) open(flat[active])
    else hurry(true)
  }
  return (
    <Modal kind="search-box" labelledBy={`${id}-title`} onClose={onClose}>
      <p class="search-head">
        <label id={`${id}-title`} htmlFor={`${id}-field`}>
          {words.title}
        </label>
        <button type="button" class="plain" aria-label={texts.value.close} onClick={onClose}>
          ×
        </button>
      </p>
      <input
        ref={field}
        id={`${id}-field`}
        type="text"
        role="combobox"
        aria-expanded={true}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={flat[active] && `${id}-${active}`}
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        placeholder={words.placeholder}
        value={typed}
        onInput={({ currentTarget }) => {
          type(currentTarget.value)
          stepTo(0)
          hurry(false)
        }}
        onKeyDown={press}
      />
      {error !== undefined && <p class="wrong">{error}</p>}
      {(flat.length > 0 || isAnswered) && (
        <Candidates
          id={id}
          label={words.title}
          groups={groups}
          active={active}
          value={flat[active]?.value ?? ''}
          onTake={open}
        />
      )}
      <p class="quiet">{words.hint}</p>
    </Modal>
  )
}

function viewsWith(text: string, views: readonly View[]): readonly Candidate[] {
  const lists = (thingKinds.value ?? [])
    .filter(({ listed }) => listed)
    .map(({ id, title, product }) => ({
      value: addressOf([id]),
      name: said(title),
      detail: said(overview.value.products.find((one) => one.id === product)?.title) ?? '',
    }))
  const others = views
    .filter(({ address }) => !lists.some(({ value }) => value === address))
    .map(({ address, title }) => ({ value: address, name: title, detail: '' }))
  return [...others, ...lists].filter(({ name, detail }) =>
    `${name} ${detail}`.toLowerCase().includes(text.toLowerCase()),
  )
}

/** Candidates of all kinds that were found. */
function groupsOf(found: Found | undefined, views: readonly Candidate[]): readonly CandidateGroup[] {
  const words = texts.value
  const { calls = [], callbacks = [], merchants = [], things = [] } = found ?? {}
  const ofThings = [...Map.groupBy(things, ({ thing }) => thing)].map(([kind, some]) => ({
    name: said(kindOf(kind)?.title) ?? kind,
    candidates: some.map(({ thing, name, heading, state, about }) => ({
      value: addressOfThing({ thing, name }),
      name: plainText(heading),
      detail: inOneLine(state, state && meaningOfState(kind, state), about),
    })),
  }))
  return [
    { name: words.search.views, candidates: views },
    ...ofThings,
    {
      name: words.views.merchants,
      candidates: merchants.map(({ mchid, name }) => ({
        value: addressOf(['merchants', mchid]),
        name: mchid,
        detail: inOneLine(name),
      })),
    },
    {
      name: words.views.exchanges,
      candidates: calls.map((call) => ({
        value: addressOf(['exchanges', call.id]),
        name: plainText(call.title ?? call.operation ?? `${call.method} ${call.target}`),
        detail: inOneLine(
          String(call.status ?? ''),
          call.code,
          call.coupon_code,
          call.out_trade_no,
          call.request_no,
          readableInShort(call.time),
        ),
      })),
    },
    {
      name: words.views.callbacks,
      candidates: callbacks.map(({ id, event_type, state, create_time }) => ({
        value: addressOf(['callbacks', id]),
        name: plainText(eventWithMeaning(event_type)),
        detail: inOneLine(state, id, readableInShort(create_time)),
      })),
    },
  ].filter(({ candidates }) => candidates.length > 0)
}

function inOneLine(...parts: readonly (string | undefined)[]): string {
  return plainText(parts.filter((part) => part !== undefined && part !== '').join(' · '))
}
