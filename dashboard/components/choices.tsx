/** A choice of one of a few, all of which are seen. */
export function Choices<Name extends string>({
  name,
  legend,
  options,
  chosen,
  onChoose,
}: {
  /** Tells it from others on the page. */
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
