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
