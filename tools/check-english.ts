import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Phrases by which an English comment reads as translated, with the reason to print. */
export const MARKERS: readonly (readonly [phrase: RegExp, advice: string])[] = [
  [/^(?:What|That|Whose|Whom)\b(?![^.?]*\?)/, 'begin with a noun or a verb'],
  [
    /\b(?:is|are|was|were) no\b(?! (?:longer|more than|less than|older|newer)\b)/,
    '"is no x": say "is not a x", or what it is',
  ],
  [/\b(?:is|are|was|were) none\b/, '"is none": say "does not have one", or "is not"'],
  [/\bof which\b/, '"of which": begin a new sentence'],
  [/\bas (?:it|they) stands?\b/, '"as it stands": say "now", "unchanged" or "current"'],
  [/\bmend(?:s|ed|ing)?\b/i, '"mend": say "repair" or "fix"'],
  [/\bspoil(?:s|t|ed|ing)?\b/i, '"spoil": say "corrupt" or "break"'],
  [/\bfor (?:nothing|nought)\b/, '"for nothing": say "in vain" or leave it out'],
  [/\bby and by\b/, '"by and by": say "gradually"'],
  [/\b(?:is|are) there of\b/, '"is there of": say "has" or "includes"'],
  [/\bwhat there is\b/i, '"what there is": name it'],
  [/^(?:Of|Ahead of|So many that)\b/, 'begin with what it is, or with a verb'],
  [/^The same about\b/, '"the same about": name it'],
  [/\bnobody says\b/i, '"nobody says": say "is not known" or "is not documented"'],
  [/\b(?:is|are|was|were) gone\b/, '"is gone": say "has left", "was deleted" or "no longer exists"'],
  [/\bvouch(?:es)?\b/, '"vouch": say "check", "prove" or "guarantee"'],
  [/\bcannot be had\b/, '"cannot be had": say "is not available"'],
  [/\bknows? no\b/, '"knows no": say "does not know", "has no" or "supports only"'],
  [/\bfinds? no\b(?! other)/, '"finds no": say "does not find"'],
  [/\b(?:has|have) said\b/, '"has said": say "stated", "given" or "sent"'],
]

/** A comment and the line on which it begins, from 1. */
export interface Comment {
  readonly line: number
  readonly text: string
}

/** Texts and regular expressions are passed over: they may look like comments, or have quotes. */
const COMMENT_OR_TEXT =
  /\/\*\*?([\s\S]*?)\*\/|\/\/(.*)$|(?<=[=(,:!&|?[]\s*)\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/gm

/** The comments of a source, without their marks. A run of `//` lines is one comment. */
export function commentsIn(source: string): Comment[] {
  const comments: Comment[] = []
  let before = -1
  for (const match of source.matchAll(COMMENT_OR_TEXT)) {
    const [, block, single] = match
    if (block === undefined && single === undefined) continue
    const line = source.slice(0, match.index).split('\n').length
    const last = comments.at(-1)
    if (block === undefined && last && before === line - 1) {
      comments[comments.length - 1] = { line: last.line, text: `${last.text} ${single?.trim() ?? ''}` }
    } else {
      const text = (block ?? single ?? '').replaceAll(/^\s*\*?[^\S\n]?/gm, '').trim()
      comments.push({ line, text })
    }
    before = block === undefined ? line : -1
  }
  return comments
}

/** Comments that read as translated: place, advice and how the comment goes on. */
export function findingsIn(path: string, source: string): string[] {
  return commentsIn(source).flatMap(({ line, text }) =>
    MARKERS.filter(([phrase]) => phrase.test(text)).map(
      ([, advice]) => `${path}:${line} ${advice} (${text.slice(0, 80).replaceAll('\n', ' ')})`,
    ),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], { encoding: 'utf8' })
  const findings = files.split('\n').flatMap((path) => {
    try {
      return findingsIn(path, readFileSync(path, 'utf8'))
    } catch {
      return []
    }
  })
  for (const finding of findings) console.error(finding)
  if (findings.length > 0) {
    console.error(`${findings.length} comments read as translated.`)
    process.exitCode = 1
  }
}
