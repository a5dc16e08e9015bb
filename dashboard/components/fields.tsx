import type { ComponentProps } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** A value and its label. */
export type Option = readonly [value: string, name: string]

/** A labelled choice in a form: single options first, then groups of them. */
export function Choice({
  label,
  value,
  onChange,
  options = [],
  groups = [],
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly options?: readonly Option[]
  /** Groups without options are omitted. */
  readonly groups?: readonly { readonly name: string; readonly options: readonly Option[] }[]
}) {
  return (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <Options of={options} />
        {groups
          .filter((group) => group.options.length > 0)
          .map((group) => (
            <optgroup key={group.name} label={group.name}>
              <Options of={group.options} />
            </optgroup>
          ))}
      </select>
    </label>
  )
}

function Options({ of }: { readonly of: readonly Option[] }) {
  return of.map(([value, name]) => (
    <option key={value} value={value}>
      {name}
    </option>
  ))
}

/** A choice between a few visible options. */
export function Choices<Name extends string>({
  name,
  legend,
  options,
  chosen,
  onChoose,
}: {
  /** Unique on the page. */
  readonly name: string
  readonly legend: string
  readonly options: readonly (readonly [name: Name, label: string])[]
  readonly chosen: Name
  readonly onChoose: (name: Name) => void
}) {
  return (
    <fieldset class="choices">
      <legend class="for-readers">{legend}</legend>
      {options.map(([value, label]) => (
        <label key={value} class={value === chosen ? 'chosen' : ''}>
          <input type="radio" name={name} value={value} checked={value === chosen} onChange={() => onChoose(value)} />
          {label}
        </label>
      ))}
    </fieldset>
  )
}

/** A labelled text field of a form. */
export function TextField({
  label,
  value,
  onChange,
  ...more
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly type?: 'text' | 'url'
  readonly inputMode?: 'numeric'
  readonly maxLength?: number
  readonly pattern?: string
  readonly placeholder?: string
  readonly required?: boolean
}) {
  const { type = 'text', ...input } = more
  return (
    <label>
      {label}
      <input
        {...input}
        {...(type === 'url' ? { type: 'url' } : { type: 'text' })}
        spellcheck={false}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </label>
  )
}

/** A labelled number field of a form. Its value is the text, which may be empty. */
export function NumberField({
  label,
  value,
  onChange,
  ...input
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly min: number
  readonly max: number
  readonly step?: number | 'any'
  readonly placeholder?: string
  readonly required?: boolean
}) {
  return (
    <label>
      {label}
      <input {...input} type="number" value={value} onInput={({ currentTarget }) => onChange(currentTarget.value)} />
    </label>
  )
}

const PAUSE_MS = 250

/** A search field: the typed text takes effect after a short pause. */
export function SearchField({
  label,
  value,
  onChange,
  kind = 'search',
  shortcut,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (text: string) => void
  readonly kind?: string
  /** The key that focuses the field. */
  readonly shortcut?: string
}) {
  const [text, setText] = useState(value)
  const reported = useRef<string | undefined>(undefined)
  useEffect(() => {
    // A text that comes back once it has taken effect must not replace what was typed since.
    if (value !== reported.current) setText(value)
    reported.current = undefined
  }, [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => {
      reported.current = text
      onChange(text)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <input
      type="search"
      class={kind}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      placeholder={label}
      maxLength={200}
      spellcheck={false}
      value={text}
      onInput={({ currentTarget }) => setText(currentTarget.value)}
      onKeyDown={({ key, isComposing, currentTarget }) => {
        // Returns to the list, and to its keys. Escape clears a text first, as in browsers.
        if (!isComposing && (key === 'Enter' || (key === 'Escape' && text === ''))) currentTarget.blur()
      }}
    />
  )
}

/** A handler of clicks for what a double click is to do only once. */
export const once = (act: () => unknown) => (event: MouseEvent) => {
  if (event.detail < 2) act()
}

/** A form whose values stay in the page. */
export function Form({
  onSubmit,
  ...form
}: Omit<ComponentProps<'form'>, 'onSubmit'> & { readonly onSubmit: () => unknown }) {
  return (
    <form
      {...form}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    />
  )
}
