import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { plainText } from '../../src/wire/shared/texts.ts'
import { texts } from '../state/appearance.ts'
import { ShapedBadge } from './badges.tsx'

/** One of many things to choose from. */
export interface Candidate {
  readonly value: string
  readonly name: string
  /** Shown below the name. */
  readonly detail?: string
  /** Also matched by the search, though not shown. */
  readonly also?: string
  readonly isShaped?: boolean
}

export interface CandidateGroup {
  readonly name: string
  readonly candidates: readonly Candidate[]
}

/**
 * A field that chooses one of many: the typed text finds candidates by any words of theirs or of their group. Arrow keys step through them, Enter
 * selects one, Escape cancels. Leaving the field selects the only match or an exact one, and otherwise keeps the previous choice.
 */
export function SearchChoice({
  label,
  isLabelShown = true,
  value,
  onChange,
  first = [],
  groups,
  onOpen,
}: {
  readonly label: string
  readonly isLabelShown?: boolean
  readonly value: string
  readonly onChange: (value: string) => void
  /** Shown before all groups. */
  readonly first?: readonly Candidate[]
  readonly groups: readonly CandidateGroup[]
  /** Called when the user begins to choose. */
  readonly onOpen?: () => void
}) {
  const id = useId()
  const [isOpen, open] = useState(false)
  const [typed, type] = useState<string>()
  const [stepped, stepTo] = useState<number>()
  const all: readonly CandidateGroup[] = [{ name: '', candidates: first }, ...groups]
  const chosen = all.flatMap(({ candidates }) => candidates).find((one) => one.value === value)
  const name = chosen?.name ?? plainText(value)
  const found = typed === undefined ? all : all.map((group) => ({ ...group, candidates: fitting(group, typed) }))
  const flat = found.flatMap(({ candidates }) => candidates)
  const exact = flat.findIndex((one) => one.name === typed || one.value === typed)
  const active = stepped ?? Math.max(0, exact)
  const input = useRef<HTMLInputElement>(null)
  // Typing replaces the current choice.
  useLayoutEffect(() => {
    if (typed === undefined && input.current?.matches(':focus')) input.current.select()
  }, [typed, name, isOpen])
  const show = () => {
    if (isOpen) return
    open(true)
    stepTo(flat.findIndex((one) => one.value === value))
  }
  const take = (one?: Candidate) => {
    open(false)
    type(undefined)
    if (one && one.value !== value) onChange(one.value)
  }
  const leave = () => {
    if (typed === undefined) take()
    // An empty field means no choice, if that is allowed.
    else if (typed.trim() === '') take(first[0])
    else take(flat.length === 1 ? flat[0] : flat[exact])
  }
  const press = (event: KeyboardEvent) => {
    const { key, isComposing } = event
    const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
    if (isComposing || !(step !== 0 || (isOpen && (key === 'Enter' || key === 'Escape')))) return
    event.preventDefault()
    if (step === 0) take(key === 'Enter' ? flat[active] : undefined)
    else if (isOpen) stepTo((Math.max(0, active) + step + flat.length) % Math.max(1, flat.length))
    else show()
  }
  return (
    <span class="search-choice">
      {isLabelShown && (
        <span>
          <label htmlFor={`${id}-field`}>{label}</label> {chosen?.isShaped && <ShapedBadge />}
        </span>
      )}
      <input
        ref={input}
        id={`${id}-field`}
        type="text"
        role="combobox"
        aria-label={isLabelShown ? undefined : label}
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && flat[active] ? `${id}-${active}` : undefined}
        autocomplete="off"
        spellcheck={false}
        size={Math.min(34, 4 + widthOf(name))}
        title={chosen?.detail}
        value={typed ?? name}
        onClick={show}
        onInput={({ currentTarget }) => {
          open(true)
          type(currentTarget.value)
          stepTo(undefined)
        }}
        onFocus={onOpen}
        onKeyDown={press}
        onBlur={leave}
      />
      {isOpen && (
        <Candidates
          key={typed}
          id={id}
          label={label}
          groups={found.filter(({ candidates }) => candidates.length > 0)}
          active={active}
          value={value}
          onTake={take}
        />
      )}
    </span>
  )
}

/** The matches by group, or a note that nothing matches. */
export function Candidates({
  id,
  label,
  groups,
  active,
  value,
  onTake,
}: {
  readonly id: string
  readonly label: string
  readonly groups: readonly CandidateGroup[]
  readonly active: number
  readonly value: string
  readonly onTake: (one: Candidate) => void
}) {
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (list.current) keepInSight(list.current)
  }, [])
  useLayoutEffect(() => document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' }), [active])
  if (groups.length === 0) {
    return (
      <p id={`${id}-list`} class="candidates quiet" role="status">
        {texts.value.nothingMatches}
      </p>
    )
  }
  let before = 0
  return (
    <div
      ref={list}
      id={`${id}-list`}
      class="candidates"
      role="listbox"
      tabIndex={-1}
      aria-label={label}
      // The field keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
    >
      {groups.map(({ name, candidates }) => {
        const start = before
        before += candidates.length
        const options = candidates.map((one, i) => (
          <button
            key={one.value}
            id={`${id}-${start + i}`}
            type="button"
            role="option"
            tabIndex={-1}
            class={start + i === active ? 'active' : ''}
            aria-selected={one.value === value}
            onClick={() => onTake(one)}
          >
            <span>
              {one.name} {one.isShaped && <ShapedBadge />}
            </span>
            {(one.detail ?? '') !== '' && <span class="quiet">{one.detail}</span>}
          </button>
        ))
        if (name === '') return options
        return (
          <fieldset key={name} aria-label={name}>
            <p aria-hidden="true">{name}</p>
            {options}
          </fieldset>
        )
      })}
    </div>
  )
}

/** Candidates of a group that contain all words of a text, ignoring case. */
function fitting({ name: group, candidates }: CandidateGroup, typed: string): readonly Candidate[] {
  const words = typed.toLowerCase().split(/\s+/)
  return candidates.filter(({ value, name, detail = '', also = '' }) => {
    const text = [value, name, detail, also, group].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** The width of a text in characters; wide ones count twice. */
function widthOf(text: string): number {
  return [...text].reduce((width, character) => width + (character > '\u2e80' ? 2 : 1), 0)
}

/** Shifts the list left until it fits into its pane, and scrolls to it. */
function keepInSight(list: HTMLElement): void {
  const pane = list.closest('.pane') ?? document.documentElement
  const over = list.getBoundingClientRect().right + 8 - pane.getBoundingClientRect().right
  if (over > 0) list.style.insetInlineStart = `${-over}px`
  list.scrollIntoView({ block: 'nearest' })
}
