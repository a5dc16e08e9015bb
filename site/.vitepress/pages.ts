/** Pages of the site: those of the repository, with the address at which each is served. */
import { cpSync, globSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DefaultTheme } from 'vitepress'

export type Language = 'zh' | 'en'

export const root = fileURLToPath(new URL('../../', import.meta.url))
const build = fileURLToPath(new URL('../build/', import.meta.url))
export const source = join(build, 'pages')
export const output = join(build, 'html')

const CHINESE = '.zh-CN.md'
const pages = globSync(['*.md', 'docs/**/*.md', 'contracts/kit/*.md'], { cwd: root, exclude: ['AGENTS.md'] })

/** Chinese at the root, English below `en/`. A README is the first page of its folder. */
function addressOf(page: string): string {
  const path = page.replace(CHINESE, '.md').replace(/^docs\//, '')
  const name = page.startsWith('docs/README') ? 'contents.md' : path.replace(/README\.md$/, 'index.md')
  return (page.endsWith(CHINESE) ? name : `en/${name}`).toLowerCase()
}

const addresses = new Map(pages.map((page) => [page, addressOf(page)]))
const byAddress = new Map(pages.map((page) => [addressOf(page), page]))

/** Addresses in Chinese of pages that are there in English only. */
export const englishOnly = pages
  .filter((page) => !page.endsWith(CHINESE) && !pages.includes(page.replace('.md', CHINESE)))
  .map((page) => addressOf(page).replace(/^en(\/.*)\.md$/, '$1'))

/** Lays the pages out as they are served: the search of the generator looks at where a page stands. */
export function layOut(): void {
  rmSync(source, { recursive: true, force: true })
  for (const [page, address] of addresses) cpSync(join(root, page), join(source, address))
}

/** The place that a link leads to: a page of the site, or a file of the repository. */
export type Target = { readonly address: string } | { readonly file: string }

/** @param address - where the page with the link is served */
export const targetOf = (link: string, address: string): Target => follow(link, byAddress.get(address) ?? '')

/** A folder is its first page. @throws Error if a link leads nowhere */
function follow(link: string, page: string): Target {
  const [path = '', anchor] = link.split('#')
  const named = normalize(join(dirname(page), path))
  const isFolder = statSync(join(root, named)).isDirectory()
  const file = isFolder ? (pages.filter((one) => dirname(one) === named).toSorted()[0] ?? named) : named
  const address = addresses.get(file)
  return address === undefined ? { file } : { address: `/${address}${anchor === undefined ? '' : `#${anchor}`}` }
}

/** Navigation, made of the tables of the page that lists all pages. */
export function sidebar(language: Language): DefaultTheme.SidebarItem[] {
  const list = language === 'zh' ? 'docs/README.zh-CN.md' : 'docs/README.md'
  const start =
    language === 'zh' ? { text: '最初的五分钟', link: '/' } : { text: 'The first five minutes', link: '/en/' }
  const tables = readFileSync(join(root, list), 'utf8').split('\n\n')
  return [start, ...tables.filter((text) => text.startsWith('|')).map((table) => groupOf(table, list))]
}

function groupOf(table: string, list: string): DefaultTheme.SidebarItem {
  const [[title = ''] = [], , ...rows] = table.trim().split('\n').map(cellsOf)
  const items = rows.flatMap(([first = '', second = '']): DefaultTheme.SidebarItem[] => {
    const named = linksOf(first, list)
    return named.length > 0 ? named : [{ text: capitalized(first), collapsed: true, items: linksOf(second, list) }]
  })
  return { text: capitalized(title), items }
}

function cellsOf(row: string): string[] {
  const cells = row.split('|').slice(1, -1)
  return cells.map((cell) => cell.trim())
}

function linksOf(cell: string, list: string): { text: string; link: string }[] {
  return [...cell.matchAll(/\[([^\]]*)\]\(([^)]*)\)/g)].flatMap(([, text = '', link = '']) => {
    const target = follow(link, list)
    return 'address' in target ? [{ text: capitalized(text), link: target.address }] : []
  })
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
