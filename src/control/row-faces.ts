import { z } from 'zod'
import type { TableDefinition, TableOf } from '../engine/state/table.ts'
import type { Texts } from '../wire/shared/texts.ts'
import type { Life, LifeState } from './life.ts'
import { rowCalls } from './row-calls.ts'
import { defineThing, type Thing, type ThingParts } from './things/thing.ts'

/** The options of {@link rowCalls} that the faces do not settle. */
type CallOptions<Row, Key extends string, Given extends z.ZodType, Completed extends z.ZodType> = Omit<
  Parameters<typeof rowCalls<Row, Key, Given, Completed, Key, z.ZodType>>[1],
  'one' | 'key' | 'shown' | 'show'
>

/**
 * All faces of rows that have a state: their control calls, and how the dashboard shows them. The states are said once.
 *
 * ```ts
 * const shares = rowFaces(sharingOrders, sharingOrder, {
 *   id: 'ShownSharingOrder', description: 'a share as it is now', one: { en: 'share', zh: '分账单' }, key: 'out_order_no',
 *   member: 'state', state: sharingState,
 *   stages: [[stateOf('PROCESSING', 'under way', '处理中', 'warn')], [stateOf('FINISHED', 'done', '分账完成', 'good')]],
 * })
 * const settle = shares.change({ … })
 * const thing = shares.thing({ transitions: [settle], facts: [ … ] })
 * ```
 *
 * @param row the schema of the table's rows, with what else is shown of one
 */
export function rowFaces<
  Row extends object,
  Shape extends z.ZodRawShape,
  const Key extends string,
  Given extends z.ZodType,
  Completed extends z.ZodType,
  const State extends string,
  const Member extends string,
>(
  table: TableDefinition<string, Row, readonly string[], Key, Given, Completed>,
  row: z.ZodObject<Shape>,
  {
    id,
    description,
    one,
    key,
    stages,
    state,
    member,
    at,
    ...calls
  }: {
    /** Names what is shown of a row in the OpenAPI document. */
    readonly id: string
    readonly description: string
    /** The name of a row within a sentence. */
    readonly one: Texts
    /** The member that names a row in a path, by which the table has an index. */
    readonly key: NoInfer<Key>
    /** The states stage by stage. */
    readonly stages: readonly (readonly (LifeState & { readonly name: State })[])[]
    state(row: NoInfer<Row>, now: number): State
    /** The member that says the state. */
    readonly member: Member
    /** A row at an instant, where time alone changes more than its state, or more of it is shown. */
    at?(row: NoInfer<Row>, now: number): NoInfer<z.output<z.ZodObject<Shape>>>
  } & CallOptions<NoInfer<Row>, NoInfer<Key>, NoInfer<Given>, NoInfer<Completed>>,
) {
  const names = stages.flat().map(({ name }) => [name, name] as const)
  const word = z.enum(Object.fromEntries(names) as { [Name in State]: Name })
  const shown = row.extend({ [member]: word } as { [Name in Member]: typeof word }).meta({ id, description })
  const show = (one: Row, now: number) =>
    // Its members are those of the row, and the state.
    z.encode(shown, { ...(at ? at(one, now) : one), [member]: state(one, now) } as z.output<typeof shown>)
  return {
    shown,
    show,
    ...rowCalls(table, { one, key, shown, show, ...(calls as object) }),
    thing: ({
      transitions,
      ...parts
    }: Pick<Life, 'transitions'> & Omit<ThingParts<Row, z.input<typeof shown>>, 'show' | 'life' | 'state'>): Thing & {
      readonly life: Life
    } => {
      const life = { stages, transitions }
      // The compiler cannot compare rows that it does not know.
      return { ...defineThing(table as unknown as TableOf<Row>, { show, life, state, ...parts }), life }
    },
  }
}
