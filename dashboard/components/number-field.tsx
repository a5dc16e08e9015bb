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
