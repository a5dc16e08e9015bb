import fc from 'fast-check'
import { expect } from 'vitest'
import { wellKnownCredentials } from '../../fixtures/credentials.ts'
import { uploadMarketingImage } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { isUpload, partsOf } from '../../src/wire/protocol/message.ts'
import { multipart, PNG, sha256 } from '../helpers/upload.ts'
import { edited, type TextEdit, textEdits } from './edits.ts'
import { fuzz } from './fuzz.ts'
import { createSubject, expectDocumented, expectNoSecretOf, stateOf } from './subject.ts'

/** An upload. Bytes are written as characters of Latin-1. `$PNG` and `$SHA256` stand for an image and its digest. */
interface Input {
  readonly contentType: string
  readonly boundary: string
  readonly parts: readonly { readonly head: string; readonly content: string }[]
  /** Text that the client signs: the content of its part named meta. */
  readonly meta: string
  readonly edits: readonly TextEdit[]
}

const WORDS = [
  ...['\r\n', '\r\n\r\n', '\n\n', '--', '--b0undary', '\r\n--b0undary', '\r\n--b0undary--', '\0', '"', ';', '='],
  ...['name="meta"', 'name=meta', "name*=utf-8''meta", 'filename="x; name=meta"', 'Content-Disposition: form-data;'],
  ...['{"sha256":"', '\xff\xd8\xff', 'BM', '\xc3', 'Content-Transfer-Encoding: base64\r\n'],
]

const filled = (text: string) => text.replaceAll('$PNG', PNG.toString('latin1')).replaceAll('$SHA256', sha256(PNG))

/** A part as a real client might write it; its content does not contain the boundary. */
const honestPart = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9_-]{0,11}$/),
  content: fc.uint8Array({ maxLength: 300 }).filter((bytes) => !Buffer.from(bytes).includes('--b0undary')),
  quoted: fc.boolean(),
  filename: fc.option(fc.stringMatching(/^[^"\r\n\\]{1,20}$/), { nil: undefined }),
})

fuzz<Input>({
  name: 'uploads',
  inputs: (corpus) =>
    fc.constantFrom(...corpus).chain((input) =>
      fc.record({
        contentType: textEdits(WORDS, 1).map((edits) => edited(input.contentType, edits)),
        boundary: fc.constant(input.boundary),
        parts: fc.shuffledSubarray([...input.parts], { minLength: 0 }),
        meta: fc.constant(input.meta),
        edits: textEdits(WORDS),
      }),
    ),

  async play({ contentType, boundary, parts, meta, edits }) {
    const raw = multipart(
      parts.map(({ head, content }) => [head, Buffer.from(filled(content), 'latin1')] as const),
      boundary,
    )
    const body = Buffer.from(edited(raw.toString('latin1'), edits), 'latin1')
    const found = partsOf(contentType, body)
    // Each part is a slice of the body, one after the other: nothing is copied or read twice.
    let end = 0
    for (const { content } of found) {
      expect(content.buffer).toBe(body.buffer)
      const start = content.byteOffset - body.byteOffset
      expect(start).toBeGreaterThanOrEqual(end)
      end = start + content.length
      expect(end).toBeLessThanOrEqual(body.length)
    }

    const mock = createSubject()
    const before = await stateOf(mock)
    const signedBytes = Buffer.from(filled(meta), 'latin1')
    const first = found.find(({ name }) => name === 'meta')?.content
    // The signature matches exactly if the signed part is read as it was signed.
    const covered = isUpload(contentType) ? (first ?? Buffer.alloc(0)) : body
    const right = signedBytes.equals(covered)
    const client = createMerchantClient({
      credentials: wellKnownCredentials,
      now: () => mock.clock.now(),
      async send(request) {
        const answer = await mock.handle(request)
        expectNoSecretOf(mock, answer)
        return answer
      },
    })
    const answer = await client.request({
      target: uploadMarketingImage.path,
      body,
      headers: { 'Content-Type': contentType },
      signInstead: { body: signedBytes },
      signed: right,
    })
    if (!right) expect(answer.status).toBe(401)
    if (answer.status === 200) {
      const file = found.find(({ name }) => name === 'file')?.content ?? Buffer.alloc(0)
      expect(JSON.parse(signedBytes.toString('utf8'))).toMatchObject({ sha256: sha256(file) })
    } else {
      expectDocumented(answer, uploadMarketingImage)
    }
    expect(await stateOf(mock)).toEqual(before)
  },
})

interface Honest {
  readonly parts: readonly {
    name: string
    content: readonly number[]
    quoted: boolean
    filename?: string | undefined
  }[]
}

fuzz<Honest>({
  name: 'honest-uploads',
  inputs: () =>
    fc.record({
      parts: fc.array(
        honestPart.map(({ content, ...part }) => ({ ...part, content: [...content] })),
        { maxLength: 64 },
      ),
    }),
  play({ parts }) {
    const body = multipart(
      parts.map(({ name, content, quoted, filename }) => [
        `Content-Disposition: form-data; ${filename === undefined ? '' : `filename="${filename}"; `}name=${quoted ? `"${name}"` : name}`,
        Buffer.from(content),
      ]),
    )
    const found = partsOf('multipart/form-data; boundary=b0undary', body)
    expect(found.map(({ name, content }) => ({ name, content: [...content] }))).toEqual(
      parts.map(({ name, content }) => ({ name, content })),
    )
  },
})
