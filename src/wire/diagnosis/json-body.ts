import {
  beginningOf,
  COMPACT,
  type JsonLayout,
  type JsonStyle,
  nameOf,
  PRETTY,
  restyled,
  SPACED,
  type StringStyle,
  sortMembers,
  stylesFor,
  withoutMembers,
  withPlainStrings,
  writeJson,
} from './json-style.ts'
import { type JsonNode, sizeOf } from './json-tree.ts'
import { type Cause, cause, permutations, type Rank } from './variant.ts'
import type { Work } from './work.ts'

/** One respect in which another serialiser differs. */
interface Aspect {
  readonly causes: readonly Cause[]
  readonly rank: 1 | 2 | 3
  /** At most one aspect applies to each of these. */
  readonly about: 'members' | 'layout' | 'strings' | 'numbers'
  readonly style?: Partial<JsonStyle>
  readonly escapes?: StringStyle
  readonly tree?: (tree: JsonNode) => JsonNode
}

type Add = (text: string, causes: readonly Cause[], rank: Rank) => void

/** Number of characters that tell how a text was written: its beginning, with a few members. */
const TELLING_CHARACTERS = 256
/** Those with white space. */
const LAYOUTS: readonly JsonLayout[] = [...SPACED, ...PRETTY]
/** Maximum number of members that are left out one by one, or tried in every order. */
const MAX_LEFT_OUT = 24
const MAX_PERMUTED = 5
/** Cost of writing one value or member besides its characters, in bytes that could be hashed in the same time. */
const PART_BYTES = 16

/**
 * A JSON body as other serialisers write it, with one difference.
 *
 * Only the named aspects change; everything else keeps the style of the text's own serialiser.
 *
 * @param text without surrounding white space
 * @returns adds those with two differences and more, until the work is used up
 */
export function jsonVariants(text: string, tree: JsonNode, add: Add, work: Work): () => void {
  const { parts, length } = sizeOf(tree)
  const limit = 8 * text.length + 1_024
  const ofParts = PART_BYTES * parts
  const taken = (text: string | undefined) => (work.takeWriting(text?.length ?? limit) ? text : undefined)
  const write = (from: JsonNode, style: JsonStyle, escapes?: StringStyle): string | undefined => {
    if (!work.takeWriting(ofParts)) return undefined
    const written = writeJson(from, style, limit)
    // All strings at once take a fraction of the time that they take one by one.
    return taken(escapes && written !== undefined ? restyled(written, escapes) : written)
  }
  // Most bodies are compact; to find out about others takes as long as to write them.
  const layout =
    text.length === length
      ? COMPACT
      : LAYOUTS.find((candidate) => {
          const style = { layout: candidate, numbers: 'as_is' } as const
          return text.startsWith(beginningOf(tree, style, TELLING_CHARACTERS)) && write(tree, style) === text
        })
  const own: JsonStyle = { layout: layout ?? COMPACT, numbers: 'as_is' }
  const compact = layout ? text : write(tree, own)
  const plain = text.includes('\\') ? withPlainStrings(tree) : tree
  const plainly = plain === tree ? compact : write(plain, own)
  if (compact === undefined || plainly === undefined) return () => undefined
  const styles = stylesFor(plainly)
  const strings =
    plainly === compact
      ? styles[0]
      : styles.find((style) => {
          if (!compact.startsWith(restyled(plainly.slice(0, TELLING_CHARACTERS), style))) return false
          return taken(restyled(plainly, style)) === compact
        })

  // None of our serialisers keeps irregular white space, so it is lost as well.
  const lost = layout ? [] : [cause('body_compacted')]
  const rewritten = (aspects: readonly Aspect[]): string | undefined => {
    // Sorting the members of a long body takes as long as writing it.
    if (!work.allowsWriting(ofParts)) return undefined
    const style = Object.assign({ ...own }, ...aspects.map((aspect) => aspect.style ?? {})) as JsonStyle
    const escapes = aspects.find((aspect) => aspect.escapes)?.escapes
    const root = escapes ? plain : tree
    const changed = aspects.reduce((from, aspect) => aspect.tree?.(from) ?? from, root)
    if (changed !== root || style.layout !== own.layout || style.numbers !== 'as_is')
      return write(changed, style, escapes)
    return escapes ? taken(restyled(plainly, escapes)) : compact
  }
  const apply = (aspects: readonly Aspect[]): { text: string | undefined; causes: Cause[] } => {
    const causes = aspects.flatMap((aspect) => aspect.causes)
    const already = aspects.some((aspect) => aspect.about === 'layout')
    return { text: rewritten(aspects), causes: already ? causes : [...lost, ...causes] }
  }
  if (!layout) add(compact, lost, 1)
  const aspects = [
    ...layoutAspects(layout),
    ...stringAspects(strings, styles),
    ...NUMBER_ASPECTS,
    ...memberAspects(tree),
  ]
  // The usual ones first. Then those with the fewest causes: of aspects with the same result, the simplest is kept, and only that is combined.
  const ordered = aspects.toSorted((a, b) => a.rank - b.rank || a.causes.length - b.causes.length)
  const ofSerialisers = SERIALISERS.map((serialiser) => ordered.filter((aspect) => isOf(serialiser, aspect)))
  const seen = new Set([text])
  const tell = (applied: readonly Aspect[], rank: Rank): boolean => {
    const { text: written, causes } = apply(applied)
    if (written === undefined || seen.has(written)) return false
    seen.add(written)
    add(written, causes, rank)
    return true
  }
  const tellOne = (aspect: Aspect) => tell([aspect], aspect.rank)
  const telling = new Set(ofSerialisers.flat().filter(tellOne))
  // A single mistake is one aspect.
  for (const together of work.effort === 'single' ? [] : ofSerialisers) if (together.length === 2) tell(together, 2)
  const others = ordered.filter((aspect) => !ofSerialisers.some((together) => together.includes(aspect)))
  for (const aspect of others.filter(tellOne)) telling.add(aspect)
  // The tree was parsed, so the text is JSON.
  const javascript = work.allowsWriting(text.length) ? taken(JSON.stringify(JSON.parse(text))) : undefined
  if (javascript !== undefined) add(javascript, [cause('body_reserialised', 'JavaScript')], 2)
  if (work.effort === 'single') return () => undefined
  return () => {
    const combined = aspects
      .filter((aspect) => telling.has(aspect))
      .toSorted((a, b) => a.causes.length - b.causes.length)
    for (const pair of pairsOf(combined)) {
      const sum = pair[0].rank + pair[1].rank
      if (sum <= (work.effort === 'thorough' ? 4 : 3)) tell(pair, sum === 2 ? 2 : sum === 3 ? 3 : 'alone')
    }
    for (const three of triplesOf(combined)) tell(three, 3)
    memberOrders(tree, (from, causes) => {
      const written = write(from, own)
      if (written !== undefined) add(written, [...lost, ...causes], 'alone')
    })
  }
}

/** JavaScript and Python: the defaults of either differ from those of the other in white space and in escapes. */
const SERIALISERS = [
  { layout: COMPACT, unicode: 'plain' },
  { layout: SPACED[0], unicode: 'lower' },
] as const

function isOf({ layout, unicode }: (typeof SERIALISERS)[number], { style, escapes }: Aspect): boolean {
  if (style?.layout) return style.layout === layout
  return escapes?.unicode === unicode && !escapes.slashes && escapes.html === 'plain'
}

/** Combinations of two different aspects, fewest causes first. */
function pairsOf(aspects: readonly Aspect[]): (readonly [Aspect, Aspect])[] {
  const pairs = aspects.flatMap((first, index) =>
    aspects
      .slice(index + 1)
      .filter((second) => second.about !== first.about)
      .map((second) => [first, second] as const),
  )
  const causes = ([first, second]: readonly [Aspect, Aspect]) => first.causes.length + second.causes.length
  return pairs.toSorted((a, b) => causes(a) - causes(b))
}

/** The usual combinations of white space, order and escapes, which one serialiser can produce together, such as Python's with `sort_keys`. */
function triplesOf(aspects: readonly Aspect[]): (readonly Aspect[])[] {
  const usual = (about: Aspect['about']) => aspects.filter((aspect) => aspect.about === about && aspect.rank === 1)
  return usual('layout').flatMap((layout) =>
    usual('members').flatMap((members) => usual('strings').map((strings) => [layout, members, strings])),
  )
}

function layoutAspects(own: JsonLayout | undefined): Aspect[] {
  return [
    aspectOf(COMPACT, cause('body_compacted'), 1),
    ...SPACED.map((layout, index) => aspectOf(layout, cause('body_spaces', layout.name), index === 0 ? 1 : 2)),
    ...PRETTY.map((layout, index) =>
      aspectOf(layout, cause('body_pretty_printed', layout.name), index === 0 ? 1 : index < 4 ? 2 : 3),
    ),
  ].filter(({ style }) => style?.layout !== own)
}

function aspectOf(layout: JsonLayout, name: Cause, rank: 1 | 2 | 3): Aspect {
  return { about: 'layout', causes: [name], rank, style: { layout } }
}

function stringAspects(own: StringStyle | undefined, styles: readonly StringStyle[]): Aspect[] {
  return styles
    .filter((style) => style !== own)
    .map((style) => ({
      about: 'strings',
      causes: own ? stringCauses(own, style) : [cause('body_strings_rewritten', nameOfStyle(style))],
      rank: stringRank(style),
      escapes: style,
    }))
}

function nameOfStyle({ unicode, slashes, html }: StringStyle): string {
  const parts = [
    ...(unicode === 'plain' ? [] : [`\\u, ${unicode} case`]),
    ...(slashes ? ['\\/'] : []),
    ...(html === 'plain' ? [] : [`HTML, ${html}`]),
  ]
  return parts.length === 0 ? 'plain' : parts.join('; ')
}

function stringCauses(own: StringStyle, other: StringStyle): Cause[] {
  const causes: Cause[] = []
  if (other.unicode !== own.unicode) {
    causes.push(
      other.unicode === 'plain' ? cause('body_unicode_unescaped') : cause('body_unicode_escaped', other.unicode),
    )
  }
  if (other.slashes !== own.slashes) {
    causes.push(cause(other.slashes ? 'body_slashes_escaped' : 'body_slashes_unescaped'))
  }
  if (other.html !== own.html) {
    causes.push(other.html === 'plain' ? cause('body_html_unescaped') : cause('body_html_escaped', other.html))
  }
  return causes
}

/** The defaults of Go, Gson, PHP and Python, or one option away from them. */
function stringRank({ unicode, slashes, html }: StringStyle): 1 | 2 | 3 {
  if (html === 'plain') return unicode === 'upper' ? 2 : 1
  return unicode === 'plain' && !slashes ? (html === 'go' ? 1 : 2) : 3
}

const NUMBER_ASPECTS: readonly Aspect[] = [
  { about: 'numbers', causes: [cause('body_numbers_shortened')], rank: 2, style: { numbers: 'shortened' } },
  { about: 'numbers', causes: [cause('body_numbers_as_decimals')], rank: 2, style: { numbers: 'decimals' } },
  { about: 'numbers', causes: [cause('body_numbers_as_text')], rank: 3, style: { numbers: 'as_text' } },
  { about: 'numbers', causes: [cause('body_text_as_numbers')], rank: 3, style: { numbers: 'text_as_numbers' } },
]

function memberAspects(tree: JsonNode): Aspect[] {
  const aspect = (name: Cause, rank: 1 | 2 | 3, change: (node: JsonNode) => JsonNode): Aspect => ({
    about: 'members',
    causes: [name],
    rank,
    tree: change,
  })
  const members = tree.kind === 'object' ? tree.members : []
  return [
    aspect(cause('body_keys_sorted'), 1, (node) => sortMembers(node, 'sorted')),
    aspect(cause('body_keys_sorted', 'outermost'), 2, (node) => sortMembers(node, 'sorted_top')),
    aspect(cause('body_nulls_removed'), 2, (node) => withoutMembers(node, 'null')),
    aspect(cause('body_empty_removed'), 3, (node) => withoutMembers(node, 'empty')),
    ...(members.length > MAX_LEFT_OUT ? [] : members).map((left, at) =>
      aspect(cause('body_field_missing', nameOf(left)), 3, (node) => withoutMember(node, at)),
    ),
  ]
}

function withoutMember(node: JsonNode, at: number): JsonNode {
  return node.kind === 'object' ? { kind: 'object', members: node.members.filter((_, other) => other !== at) } : node
}

function memberOrders(tree: JsonNode, add: (tree: JsonNode, causes: Cause[]) => void): void {
  if (tree.kind !== 'object' || tree.members.length < 2) return
  const orders = tree.members.length <= MAX_PERMUTED ? permutations(tree.members) : [tree.members.toReversed()]
  for (const members of orders) {
    add({ kind: 'object', members }, [cause('body_fields_reordered', members.map(nameOf).join(', '))])
  }
}
