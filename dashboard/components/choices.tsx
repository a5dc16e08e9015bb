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
