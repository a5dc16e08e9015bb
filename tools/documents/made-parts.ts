/**
 * A page with its generated parts replaced, each between `<!-- made: its name -->` and `<!-- end -->`.
 *
 * @throws Error for a part without a place on the page
 */
export function withParts(page: string, parts: Readonly<Record<string, () => string>>): string {
  return Object.entries(parts).reduce((text, [name, make]) => {
    const start = `<!-- made: ${name} -->\n`
    const [before, rest] = text.split(start)
    const end = rest?.indexOf('<!-- end -->') ?? -1
    if (before === undefined || rest === undefined || end < 0) throw new Error(`The page has no place for ${name}`)
    return `${before}${start}${make()}\n${rest.slice(end)}`
  }, page)
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) => row.map((cell) => (cell === '' ? ' ' : ` ${cell.replaceAll('|', '\\|')} `))
  const line = (row: readonly string[]) => `|${cells(row).join('|')}|`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}
