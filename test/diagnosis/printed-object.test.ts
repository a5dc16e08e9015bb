import { expect, test } from 'vitest'
import { printObject } from '../../src/diagnosis/body.ts'
import { type JsonNode, parseJsonTree } from '../../src/diagnosis/json-tree.ts'

function printed(text: string): readonly string[] {
  const tree: JsonNode | undefined = parseJsonTree(text)
  if (tree?.kind !== 'object') throw new Error(`This is no object: ${text}`)
  return printObject(tree).map(([form, written, rank]) => `${rank} ${form}: ${written}`)
}

test('an object is printed as a form, and as languages do', () => {
  expect(
    printed(
      '{"b":[1,"x",{"n":null,"m":[true,false]},[]],"a":"\\u5238 &","c":{"z":1.50,"\\u0079":"é"},"d":null,"e":true}',
    ),
  ).toEqual([
    '2 form: b=%5B1%2C%22x%22%2C%7B%22n%22%3Anull%2C%22m%22%3A%5Btrue%2Cfalse%5D%7D%2C%5B%5D%5D&a=%E5%88%B8+%26' +
      '&c=%7B%22z%22%3A1.50%2C%22%5Cu0079%22%3A%22%C3%A9%22%7D&d=null&e=true',
    '2 form, not encoded: b=[1,"x",{"n":null,"m":[true,false]},[]]&a=券 &&c={"z":1.50,"\\u0079":"é"}&d=null&e=true',
    '2 form, sorted, not encoded: a=券 &&b=[1,"x",{"n":null,"m":[true,false]},[]]&c={"z":1.50,"\\u0079":"é"}&d=null&e=true',
    "2 Python: {'b': [1, 'x', {'n': None, 'm': [True, False]}, []], 'a': '券 &', 'c': {'z': 1.50, 'y': 'é'}, 'd': None, 'e': True}",
    '2 Java: {b=[1, x, {n=null, m=[true, false]}, []], a=券 &, c={z=1.50, y=é}, d=null, e=true}',
    '3 Go: map[a:券 & b:[1 x map[m:[true false] n:<nil>] []] c:map[y:é z:1.50] d:<nil> e:true]',
  ])
})

test('names are encoded in a form too', () => {
  expect(printed('{"a b":"c+d","é":1}').slice(0, 2)).toEqual([
    '2 form: a+b=c%2Bd&%C3%A9=1',
    '2 form, not encoded: a b=c+d&é=1',
  ])
})

test.for([
  ['"it\'s"', '"it\'s"'],
  ['"say \\"x\\""', '\'say "x"\''],
  ['"it\'s \\"x\\""', "'it\\'s \"x\"'"],
  ['"a\\\\b\\n\\r\\tc"', "'a\\\\b\\n\\r\\tc'"],
  ['"\'\'\\\\"', '"\'\'\\\\"'],
] as const)('Python writes %s as %s', ([text, python]) => {
  expect(printed(`{"a":${text}}`)).toContain(`2 Python: {'a': ${python}}`)
})

test('an empty object is printed too', () => {
  expect(printed('{}')).toEqual([
    '2 form: ',
    '2 form, not encoded: ',
    '2 form, sorted, not encoded: ',
    '2 Python: {}',
    '2 Java: {}',
    '3 Go: map[]',
  ])
})
