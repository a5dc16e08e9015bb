/**
 * A page with its generated parts replaced, each between `<!-- made: its name -->` and `<!-- end -->`.
 *
 * @throws Error for a part without a place on the page
 */
export function withParts(page: string, parts: Readonly<Record<string, () => string>>): string {
  return Object.entries(parts).reduce((text, [name, make]) => {
    const [before, , after] = around(text, name)
    return `${before}${make()}\n${after}`
  }, page)
}

/** The text of a generated part. @throws Error if the page has no such part @internal */
export const partOf = (page: string, name: string): string => around(page, name)[1]

function around(page: string, name: string): readonly [before: string, part: string, after: string] {
  const start = `<!-- made: ${name} -->\n`
  const [before, rest] = page.split(start)
  const end = rest?.indexOf('<!-- end -->') ?? -1
  if (before === undefined || rest === undefined || end < 0) throw new Error(`The page has no place for ${name}`)
  return [before + start, rest.slice(0, end), rest.slice(end)]
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) => row.map((cell) => (cell === '' ? ' ' : ` ${cell.replaceAll('|', '\\|')} `))
  const line = (row: readonly string[]) => `|${cells(row).join('|')}|`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}
