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
