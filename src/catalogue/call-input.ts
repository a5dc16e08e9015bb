import type { UploadedFile } from '../engine/operation.ts'
import type { DocumentedCalls } from './documented-calls.ts'
import type { FieldFacts } from './facts.ts'

/** Method and path of a call in the catalogue. */
export type DocumentedAddress = keyof DocumentedCalls & string

/** Facts of a field from its page's text or an answer of the live service, beyond the page's table. A field missing there needs a `type`. */
export type FieldRule = Partial<Omit<FieldFacts, 'name' | 'required'>> & { readonly required?: boolean }

export type FieldRules = Readonly<Record<string, FieldRule>>

/** Places of the fields of a call, such as `path/out_bill_no`, `body/amount/total` or `answer/state`. */
type PlaceIn<Address extends DocumentedAddress> = {
  [Part in keyof DocumentedCalls[Address] & string]: PlacesIn<DocumentedCalls[Address][Part], Part>
}[keyof DocumentedCalls[Address] & string]

type PlacesIn<Value, At extends string> = Value extends (infer Entry)[]
  ? PlacesIn<Entry, At>
  : Value extends object
    ? {
        [Name in keyof Value & string]-?: `${At}/${Name}` | PlacesIn<Exclude<Value[Name], undefined>, `${At}/${Name}`>
      }[keyof Value & string]
    : never

/** Rules of fields that the page has, or whose type they say. Rules of a record that names no places are checked when the call is first used. */
export type FittingRules<Address extends DocumentedAddress, Fields> = string extends keyof Fields
  ? FieldRules
  : {
      readonly [Place in keyof Fields]: Place extends PlaceIn<Address>
        ? FieldRule
        : FieldRule & { readonly type: FieldFacts['type'] }
    }

/** The checked input of a call: the fields of its page, as rules correct them. */
export interface InputOf<Address extends DocumentedAddress, Fields = object> {
  readonly path: Corrected<PartOf<Address, 'path'>, Fields, 'path'>
  readonly query: Corrected<PartOf<Address, 'query'>, Fields, 'query'>
  readonly body: Corrected<PartOf<Address, 'body'>, Fields, 'body'>
  readonly file: 'file' extends keyof DocumentedCalls[Address] ? UploadedFile : undefined
}

type PartOf<Address extends DocumentedAddress, Part extends string> = Part extends keyof DocumentedCalls[Address]
  ? DocumentedCalls[Address][Part]
  : object

/** Places of rules that change the type of a part. */
type Changing<Fields, At extends string> = string extends keyof Fields
  ? never
  : {
      [Place in keyof Fields & `${At}/${string}`]: Fields[Place] extends
        | { readonly required: boolean }
        | { readonly type: string }
        | { readonly values: readonly string[] }
        ? Place
        : never
    }[keyof Fields & `${At}/${string}`]

type Corrected<Value, Fields, At extends string> = [Changing<Fields, At>] extends [never]
  ? Value
  : Value extends (infer Entry)[]
    ? Corrected<Entry, Fields, At>[]
    : Value extends object
      ? {
          [Name in keyof Value & string as IsNeeded<Value, Name, Fields, At> extends true ? Name : never]-?: Member<
            Value,
            Name,
            Fields,
            At
          >
        } & {
          [Name in keyof Value & string as IsNeeded<Value, Name, Fields, At> extends true ? never : Name]?: Member<
            Value,
            Name,
            Fields,
            At
          >
        } & {
          [Place in Changing<Fields, At> as NewName<Place, Value, At>]?: TypeOf<Fields[Place & keyof Fields]>
        }
      : Value

type Member<
  Value,
  Name extends keyof Value & string,
  Fields,
  At extends string,
> = `${At}/${Name}` extends infer Place extends keyof Fields
  ? Fields[Place] extends { readonly type: string }
    ? TypeOf<Fields[Place]>
    : Fields[Place] extends { readonly values: readonly (infer Word)[] }
      ? Value[Name] extends unknown[] | undefined
        ? Word[]
        : Word
      : Corrected<Exclude<Value[Name], undefined>, Fields, `${At}/${Name}`>
  : Corrected<Exclude<Value[Name], undefined>, Fields, `${At}/${Name}`>

type IsNeeded<
  Value,
  Name extends keyof Value & string,
  Fields,
  At extends string,
> = `${At}/${Name}` extends infer Place extends keyof Fields
  ? Fields[Place] extends { readonly required: infer Required }
    ? Required
    : IsRequired<Value, Name>
  : IsRequired<Value, Name>

type IsRequired<Value, Name extends keyof Value> = object extends Pick<Value, Name> ? false : true

/** The name of a member that the page does not have. */
type NewName<Place, Value, At extends string> = Place extends `${At}/${infer Name}`
  ? Name extends `${string}/${string}`
    ? never
    : Exclude<Name, keyof Value>
  : never

type TypeOf<Rule> = Rule extends { readonly list: true } ? EntryOf<Rule>[] : EntryOf<Rule>

type EntryOf<Rule> = Rule extends { readonly type: infer Type }
  ? Type extends 'string'
    ? Rule extends { readonly values: readonly (infer Word)[] }
      ? Word
      : string
    : Type extends 'boolean'
      ? boolean
      : Type extends 'object'
        ? Readonly<Record<string, unknown>>
        : number
  : never

/** Input of either of two calls, such as that of direct merchants and its twin for partners. */
export type EitherOf<One, Other> = One extends object
  ? Other extends object
    ? One extends unknown[]
      ? One
      : {
          [Name in keyof One & keyof Other as [IsRequired<One, Name>, IsRequired<Other, Name>] extends [true, true]
            ? Name
            : never]: EitherOf<One[Name], Other[Name]>
        } & {
          [Name in keyof One & keyof Other as [IsRequired<One, Name>, IsRequired<Other, Name>] extends [true, true]
            ? never
            : Name]?: EitherOf<Exclude<One[Name], undefined>, Exclude<Other[Name], undefined>>
        } & { [Name in Exclude<keyof One, keyof Other>]?: One[Name] } & {
          [Name in Exclude<keyof Other, keyof One>]?: Other[Name]
        }
    : One | Other
  : One | Other
