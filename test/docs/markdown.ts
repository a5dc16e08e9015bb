import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A file of the repository. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Parts of a page that the tests look at. */
export interface Page {
  /** Relative to the root of the repository. */
  readonly path: string
  readonly text: string
  readonly headings: readonly Heading[]
  readonly links: readonly string[]
  readonly blocks: readonly Block[]
}

interface Heading {
  readonly level: number
  /** Fragment for links to the heading, as GitHub generates it. */
  readonly anchor: string
  /** Its line, counted from 1. */
  readonly line: number
}

/** A fenced code block. */
interface Block {
  readonly language: string
  readonly code: string
  /** Name from the comment `<!-- example: name -->` in the line above. */
  readonly example?: string
  /** Line of its opening fence. */
  readonly line: number
}

/** Generated or fetched folders, which hold none of our documentation. */
const NOT_OURS = new Set(['node_modules', 'dist', 'build', 'reports', 'findings', 'coverage', '.git', '.stryker-tmp'])

/** Every Markdown file of the repository, and `llms.txt`. */
export const pages: readonly Page[] = filesIn('').map((path) => parsePage(path, read(path)))

export const isChinese = ({ path }: Page) => path.endsWith('.zh-CN.md')

/** Pages that exist in both languages. */
export const translated: readonly { readonly english: Page; readonly chinese: Page }[] = pages
  .filter(isChinese)
  .map((chinese) => ({ english: page(chinese.path.replace('.zh-CN', '')), chinese }))

/** @throws Error if the page does not exist */
export function page(path: string): Page {
  const found = pages.find((one) => one.path === path)
  if (!found) throw new Error(`There is no page ${path}`)
  return found
}

/**
 * The part of a page under a heading, up to the next one of the same level or above.
 *
 * @throws Error if the page has no heading with one of these anchors
 */
export function section(path: string, ...anchors: readonly string[]): Page {
  const { text, headings } = page(path)
  const at = headings.findIndex(({ anchor }) => anchors.includes(anchor))
  const heading = headings[at]
  if (!heading) throw new Error(`${path} has no heading ${anchors.join(' or ')}`)
  const next = headings.slice(at + 1).find(({ level }) => level <= heading.level)
  const lines = text.split('\n').slice(heading.line - 1, next && next.line - 1)
  return parsePage(path, lines.join('\n'))
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesIn(path)
    return entry.isFile() && (entry.name.endsWith('.md') || path === 'llms.txt') ? [path] : []
  })
}

/** @throws Error if a block does not end */
export function parsePage(path: string, text: string): Page {
  const headings: Heading[] = []
  const links: string[] = []
  const blocks: Block[] = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ''
    const [, indent, fence, language = ''] = /^( *)(```+|~~~+)(\w*)/.exec(line) ?? []
    if (indent !== undefined && fence !== undefined) {
      const end = lines.findIndex((one, at) => at > i && one.trim() === fence)
      if (end === -1) throw new Error(`${path}:${i + 1}: the block has no end`)
      const [, example] = /^ *<!-- example: ([\w-]+) -->$/.exec(lines[i - 1] ?? '') ?? []
      const code = lines.slice(i + 1, end).map((one) => `${one.slice(indent.length)}\n`)
      blocks.push({ language, code: code.join(''), line: i + 1, ...(example !== undefined && { example }) })
      i = end
      continue
    }
    const [, marks, title] = /^(#{1,6}) (.*)/.exec(line) ?? []
    if (marks && title) headings.push({ level: marks.length, anchor: anchorOf(title, headings), line: i + 1 })
    links.push(...linksOf(line))
  }
  return { path, text, headings, links, blocks }
}

/** Links and images of a line, except those inside code. */
function linksOf(line: string): string[] {
  const prose = line.replaceAll(/(`+)[^`]*\1/g, (code) => '`'.repeat(code.length))
  const inText = [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
  const inHtml = [...prose.matchAll(/\b(?:href|src)="([^"]+)"/g)]
  return [...inText, ...inHtml].map(([, target = '']) => target)
}

/** The fragment that GitHub generates for a heading: its letters, digits, `_` and `-`, and a number if an earlier heading has the same name. */
function anchorOf(title: string, before: readonly Heading[]): string {
  const shown = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
  const name = shown
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')
  const taken = new Set(before.map(({ anchor }) => anchor))
  for (let number = 0; ; number++) {
    const anchor = number === 0 ? name : `${name}-${number}`
    if (!taken.has(anchor)) return anchor
  }
}
