/** Writes llms.txt from the skill for coding assistants: its page and, below that, its references. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'

const root = new URL('../', import.meta.url)
const SKILL = 'skills/wechatpay-mock'

export const llmsFile = new URL('llms.txt', root)

/** The references in the order of the skill's links to them; those that it does not name come last. */
function references(skill: string): string[] {
  const linked = [...skill.matchAll(/\]\((references\/[\w-]+\.md)\)/g)].flatMap(([, path]) => path ?? [])
  const all = readdirSync(new URL(`${SKILL}/references`, root)).map((name) => `references/${name}`)
  return [...new Set([...linked, ...all.toSorted()])]
}

const read = (path: string) => readFileSync(new URL(`${SKILL}/${path}`, root), 'utf8')

/** The text of a file of the skill with its links as seen from the root, and its headings so many levels lower. */
function moved(path: string, text: string, levels: number): string {
  const folder = posix.dirname(posix.join(SKILL, path))
  let isCode = false
  return text
    .split('\n')
    .map((line) => {
      if (line.startsWith('```')) isCode = !isCode
      if (isCode) return line
      const linked = line.replaceAll(/\]\((?!https?:|#)([^)#]+)/g, (_, link: string) => `](${posix.join(folder, link)}`)
      return linked.startsWith('#') ? '#'.repeat(levels) + linked : linked
    })
    .join('\n')
    .trim()
}

/** The content of llms.txt. */
export function llms(): string {
  const skill = read('SKILL.md')
  const page = skill.replace(/^---\n.*?\n---\n/s, '')
  const parts = [moved('SKILL.md', page, 0), ...references(skill).map((path) => moved(path, read(path), 1))]
  return `${parts.join('\n\n')}\n`
}

if (import.meta.main) writeFileSync(llmsFile, llms())
