/** A value and what it is called. */
export type Option = readonly [value: string, name: string]

/** A choice in a form with its label: single options first, then groups of them. */
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
  /** Groups without options are left out. */
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
