import { z } from 'zod'
import type { Mock } from '../engine/mock.ts'
import type { Transaction } from '../engine/state/store.ts'
import { type LoadingWorld, memberOf, type TableDefinition } from '../engine/state/table.ts'
import type { UsageErrorCode } from '../wire/protocol/errors.ts'
import type { Awaitable } from '../wire/shared/pieces.ts'
import type { Texts } from '../wire/shared/texts.ts'
import { type AddDefaults, type Call, type CallContext, type CallInput, defineAddCalls, mchidQuery } from './call.ts'
import { ownOrOnly } from './calls/merchants.ts'

type TableOf<Row, Index extends string, Given extends z.ZodType, Completed extends z.ZodType> = TableDefinition<
  string,
  Row,
  readonly string[],
  Index,
  Given,
  Completed
>

/** The one transaction of a call, and its one instant. */
export interface Turn extends Pick<Mock, 'ids' | 'settings' | 'merchants'> {
  readonly tx: Transaction
  /** Epoch milliseconds. */
  readonly now: number
}

type Parsed<Schema extends z.ZodType | undefined> = Schema extends z.ZodType ? z.output<Schema> : undefined

type Input<Body> = CallInput<Readonly<Record<string, string>>, z.output<typeof mchidQuery>, Body>

/** A call about one row, beyond what {@link rowCalls} knows of it. */
type AboutRow<Row, Body extends z.ZodType | undefined> = Pick<
  Call,
  'summary' | 'refusals' | 'bodyOptional' | 'status' | 'transitions'
> & {
  readonly body?: Body
  /** Rows that another number names, if no row has it as its key: of one owner, or of all. */
  also?(tx: Transaction, name: string, mchid?: string): Awaitable<readonly Row[]>
}

/**
 * The control calls about the rows of a table, for a product to put among its `calls`: look and add, and, with functions of its own, change and the
 * rest. A row is found by its key: the named merchant's, without one the well-known merchant's, else the only one.
 *
 * ```ts
 * const cardCalls = rowCalls(cards, { one: { en: 'card', zh: '会员卡' }, key: 'card_id', shown: shownCard, show: showCard })
 * const { one: addCard, many: addCards } = cardCalls.add
 * const blockCard = cardCalls.change({ summary: 'Block a card', apply: (card, { now }) => ({ ...card, block_time: now }) })
 * ```
 */
export function rowCalls<
  Row,
  Index extends string,
  Given extends z.ZodType,
  Completed extends z.ZodType,
  const Key extends NoInfer<Index>,
  Shown extends z.ZodType,
  const Name extends string = Key,
>(
  table: TableOf<Row, Index, Given, Completed>,
  {
    one,
    key,
    params = z.object({
      [key]: z.string().describe(`the merchant's number of the ${one.en}`),
    }) as z.ZodObject<Record<Name, z.ZodString>>,
    named = (...names) => ({ en: `${one.en} ${names.at(-1)}`, zh: `${one.zh} ${names.at(-1)}` }),
    unknown = `MOCK_${one.en.toUpperCase().replaceAll(' ', '_')}_UNKNOWN`,
    shown,
    show,
    summary = `Look at ${articled(one.en)} as it is now`,
    advice,
    keep = async (tx, row) => {
      await tx.in(table).save(row)
      return row
    },
    ...adding
  }: {
    /** The name of a row within a sentence. */
    readonly one: Texts
    /** The member that names a row in a path, by which the table has an index. */
    readonly key: Key
    /** The members that name it where it takes several, in the order of its key. Default: {@link key} alone. */
    readonly params?: z.ZodObject<Record<Name, z.ZodString>>
    /** The row with some names within a sentence. Default: {@link one} and its name. */
    named?(...names: readonly string[]): Texts
    /** Code of the refusal for an unknown row. Default: derived from {@link one}. */
    readonly unknown?: UsageErrorCode
    /** The answer about a row. */
    readonly shown: Shown
    show(row: Row, now: number): z.input<Shown>
    /** Summary of the call that looks at a row. */
    readonly summary?: string
    /** How to get a row that does not exist. Default: with a call, or with the control call that adds one. */
    readonly advice?: Texts
    /** Keeps a row that a call has changed, and what depends on it. Default: the row alone. */
    keep?(tx: Transaction, row: Row, turn: Turn): Promise<Row>
  } & Partial<Pick<Adding<Row>, 'refusals' | 'save'>>,
) {
  const a = articled(one.en)
  const route = `POST /_mock/${memberOf(table).replaceAll('_', '-')}`
  const path = Object.keys(params.shape)
  // Declarations cannot name a parameter that was taken apart.
  const unknownCode: UsageErrorCode = unknown
  const refusals = {
    [unknownCode]: { status: 404, when: `there is no such ${one.en}` },
    MOCK_AMBIGUOUS: `several merchants have such ${a}, and the well-known one has not: give ?mchid=`,
  } as const

  /** Runs `work` on a row, in one transaction and at one instant. @throws UsageError if the row does not exist, or several merchants have one */
  function withRow<Result>(
    mock: Mock,
    name: string | readonly string[],
    mchid: string | undefined,
    work: (row: Row, tx: Transaction, now: number) => Awaitable<Result>,
    also: NonNullable<AboutRow<Row, undefined>['also']> = () => [],
  ): Promise<Result> {
    const names = [name].flat()
    return mock.inTurn(async (tx, now) => {
      const search = {
        find: async (owner: string) =>
          (await tx.in(table).find(owner, ...names)) ?? (await also(tx, names.at(-1) ?? '', owner))[0],
        async all() {
          const alike = await tx.in(table).where(key, names.at(-1) ?? '')
          const named = alike.filter((row) => table.key(row).every((part, i) => part === names[i]))
          return named.length > 0 ? named : also(tx, names.at(-1) ?? '')
        },
        ownerOf: (row: Row) => table.owner(row),
        name: named(...names),
        unknown: {
          code: unknown,
          path: `/path/${key}`,
          advice: advice ?? {
            en: `make it with a call, or add it with ${route}`,
            zh: `请先调用接口创建，或用 ${route} 添加`,
          },
        },
      }
      return work(await ownOrOnly(search, mchid, mock.defaultMerchant.mchid), tx, now)
    })
  }

  function about<Body extends z.ZodType | undefined = undefined, Answer extends z.ZodType = Shown>({
    handle,
    also,
    ...call
  }: AboutRow<Row, Body> & {
    readonly answer: Answer
    handle(row: Row, turn: Turn & { readonly body: Parsed<Body> }): Awaitable<z.input<Answer>>
  }): Call<typeof params, typeof mchidQuery, Body, Answer> {
    const made: Call = {
      body: undefined,
      ...call,
      params,
      query: mchidQuery,
      refusals: { ...refusals, ...call.refusals },
      // The app hands over what the call's own schemas made.
      handle: ({ params, query, body }: Input<Parsed<Body>>, { mock }: CallContext) =>
        withRow(
          mock,
          path.map((member) => params[member] ?? ''),
          query.mchid,
          (row, tx, now) =>
            handle(row, { tx, now, ids: mock.ids, settings: mock.settings, merchants: mock.merchants, body }),
          also,
        ),
    }
    // Its schemas are those that it was given.
    return made as ReturnType<typeof about<Body, Answer>>
  }

  return {
    params,
    refusals,
    withRow,
    about,
    /** A call that changes a row, keeps it and answers it. */
    change<Body extends z.ZodType | undefined = undefined>({
      apply,
      ...call
    }: AboutRow<Row, Body> & {
      apply(row: Row, turn: Turn & { readonly body: Parsed<Body> }): Awaitable<Row>
    }): Call<typeof params, typeof mchidQuery, Body, Shown> {
      return about<Body, Shown>({
        ...call,
        answer: shown,
        async handle(row, turn) {
          const changed = await apply(row, turn)
          return show(changed === row ? row : await keep(turn.tx, changed, turn), turn.now)
        },
      })
    },
    look: about<undefined, Shown>({
      summary,
      answer: shown,
      handle: (row, { now }) => show(row, now),
    }),
    add: addCalls(table, { summary: `Add ${a} or a list of them; one with the same number is replaced`, ...adding }),
  }
}

function articled(noun: string): string {
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`
}

interface Adding<Row> extends Pick<Call, 'summary' | 'refusals'> {
  /** Keeps a row that is added. Default: as it is. */
  save(tx: Transaction, row: Row, defaults: AddDefaults): Promise<Row>
}

/** The calls that add a row or a list of them, as a seed file describes them. */
export function addCalls<Row, Index extends string, Given extends z.ZodType, Completed extends z.ZodType>(
  table: TableOf<Row, Index, Given, Completed>,
  { save, ...call }: Pick<Adding<Row>, 'summary' | 'refusals'> & Partial<Pick<Adding<Row>, 'save'>>,
) {
  return defineAddCalls({
    ...call,
    json: table.json,
    // A table without a schema for snapshots has the same for both.
    made: table.completed ?? (table.json as z.ZodType as Completed),
    async add(tx, json, defaults) {
      const row = table.fromJson(json, { ...defaults, position: 0, world: noWorld })
      if (!save) await tx.in(table).save(row)
      return table.toJson(save ? await save(tx, row, defaults) : row, defaults.now)
    },
  })
}

const noWorld: LoadingWorld = {
  in: ({ name }) => {
    throw new Error(`A row that is added by itself asks for the ${name} of a seed file.`)
  },
}
