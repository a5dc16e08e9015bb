import fc from 'fast-check'

/** A change to a text. Positions are parts of its length, 0 to 1, so that an edit means something for any text. */
export type TextEdit =
  | { readonly do: 'delete'; readonly at: number; readonly length: number }
  | { readonly do: 'insert'; readonly at: number; readonly text: string }
  | { readonly do: 'copy'; readonly at: number; readonly length: number; readonly to: number }
  | { readonly do: 'repeat'; readonly at: number; readonly length: number; readonly times: number }
  | { readonly do: 'cut'; readonly at: number }

const place = fc.integer({ min: 0, max: 1_000 }).map((thousandths) => thousandths / 1_000)
const length = fc.integer({ min: 1, max: 12 })

/** @param words what is likely to mean something in the text */
export function textEdits(words: readonly string[], maxLength = 6): fc.Arbitrary<readonly TextEdit[]> {
  const text = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) },
  )
  const edit: fc.Arbitrary<TextEdit> = fc.oneof(
    fc.record({ do: fc.constant('delete'), at: place, length }),
    fc.record({ do: fc.constant('insert'), at: place, text }),
    fc.record({ do: fc.constant('copy'), at: place, length, to: place }),
    fc.record({ do: fc.constant('repeat'), at: place, length, times: fc.integer({ min: 2, max: 800 }) }),
    fc.record({ do: fc.constant('cut'), at: place }),
  )
  return fc.array(edit, { maxLength })
}

/** A text after changes, one after the other. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  let changed = text
  for (const edit of edits) changed = editedOnce(changed, edit)
  return changed
}

function editedOnce(text: string, edit: TextEdit): string {
  const at = Math.round(edit.at * text.length)
  switch (edit.do) {
    case 'delete':
      return text.slice(0, at) + text.slice(at + edit.length)
    case 'insert':
      return text.slice(0, at) + edit.text + text.slice(at)
    case 'copy': {
      const to = Math.round(edit.to * text.length)
      return text.slice(0, to) + text.slice(at, at + edit.length) + text.slice(to)
    }
    case 'repeat':
      return text.slice(0, at) + text.slice(at, at + edit.length).repeat(edit.times) + text.slice(at)
    case 'cut':
      return text.slice(0, at)
  }
}

/** A change to a value of JSON. `member` is a number that picks one of all the values in it. */
export type ValueEdit =
  | { readonly do: 'put'; readonly member: number; readonly value: unknown }
  | { readonly do: 'remove'; readonly member: number }
  | { readonly do: 'add'; readonly member: number; readonly name: string; readonly value: unknown }
  | { readonly do: 'move'; readonly member: number; readonly to: number }
  | { readonly do: 'fill'; readonly member: number; readonly times: number }

/** Values that something may trip over; plain JSON. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, '', ' ', 0, -1, 1.5, 1e21],
    2 ** 53,
    -(2 ** 60),
    2 ** 31,
    [],
    {},
    [[]],
    [null],
    '\u0000',
    '\ud800',
    '\u202e',
    '券'.repeat(40),
    'x'.repeat(10_000),
    ...['2026-11-25T12:00:00+08:00', '2026-02-30T12:00:00+08:00', '9999-12-31T23:59:59+08:00'],
    ...['0000-01-01T00:00:00Z', '2026-11-25T12:00:60+08:00', '2026-11-25', '1900000001', '1900000009', '100088'],
    ...['COUPON_USED', 'COUPON_LINKED', 'ORDER_PAID', 'ORDER_UNPAID', '4200000913202101152566792388'],
    ...['https://shop.example/paid', 'http://127.0.0.1:1/x', 'javascript:alert(1)', '__proto__', 'constructor'],
    { toString: 1 },
    { length: -1 },
  ),
  fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }),
  fc.integer(),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
)

const names = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'length', '', 'stock_id', 'mchid', 'openid', 'amount'),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const member = fc.nat({ max: 200 })

export function valueEdits(maxLength = 4): fc.Arbitrary<readonly ValueEdit[]> {
  const edit: fc.Arbitrary<ValueEdit> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('put'), member, value: hostile }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('remove'), member }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('add'), member, name: names, value: hostile }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('move'), member, to: member }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('fill'), member, times: fc.integer({ min: 2, max: 400 }) }) },
  )
  return fc.array(edit, { maxLength })
}

/** A value after changes, one after the other; the value itself stays as it is. */
export function changed(value: unknown, edits: readonly ValueEdit[]): unknown {
  let current = value
  for (const edit of edits) current = changedOnce(current, edit)
  return current
}

function changedOnce(current: unknown, edit: ValueEdit): unknown {
  const places = placesIn(current)
  const path = places[edit.member % places.length] ?? []
  switch (edit.do) {
    case 'put':
      return withValue(current, path, () => edit.value)
    case 'remove':
      return withValue(current, path, () => undefined)
    case 'add':
      return withValue(current, path, (found) =>
        typeof found === 'object' && found !== null && !Array.isArray(found)
          ? Object.fromEntries([...Object.entries(found), [edit.name, edit.value]])
          : [found, edit.value],
      )
    case 'move': {
      const other = places[edit.to % places.length] ?? []
      return withValue(current, path, () => valueAt(current, other))
    }
    case 'fill':
      return withValue(current, path, (found) => Array.from({ length: edit.times }, () => found))
  }
}

type Path = readonly string[]

function placesIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))].slice(0, 1_000)
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (isHolder(inner) ? inner[key] : undefined), value)
}

function withValue(value: unknown, [key, ...rest]: Path, make: (found: unknown) => unknown): unknown {
  if (key === undefined) return make(value)
  if (!isHolder(value)) return value
  const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const after = name === key ? withValue(inner, rest, make) : inner
    return after === undefined ? [] : [[name, after]]
  })
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}

function isHolder(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** A value as a client may write it into a path or a query. */
export function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
