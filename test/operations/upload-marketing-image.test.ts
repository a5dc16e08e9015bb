import { describe, expect } from 'vitest'
import { UPLOAD_LIMIT } from '../../src/engine/http-message.ts'
import { multipart, PNG, sha256, upload } from '../helpers/upload.ts'
import { test, transports } from '../helpers/world.ts'

const paramError = (message: string, detail?: object) => ({
  status: 400,
  body: { code: 'PARAM_ERROR', ...(detail && { detail }), message },
})
const blocked = (message: string) => ({ status: 403, body: { code: 'REQUEST_BLOCKED', message } })
const FILE_MISSING = paramError('输入源“/body/file”映射到字段“file”必填性规则校验失败，此字段为必填项', {
  location: 'body',
  value: '',
})
const STORED = {
  status: 200,
  body: { media_url: expect.stringMatching(/^https:\/\/wxpaylogo\.qpic\.cn\/wxpaylogo\/[\w-]{43}\/0$/) },
}

describe.for(transports)('uploading an image over %s', (transport) => {
  test.override('transport', transport)

  test('gives it an address, the same for the same image', async ({ merchant }) => {
    const first = await merchant.request(upload())
    const again = await merchant.request(upload({ filename: '另一个.PNG' }))
    const other = await merchant.request(upload({ file: Buffer.concat([PNG, Buffer.of(0)]) }))

    expect(first).toMatchObject(STORED)
    expect(again.body).toEqual(first.body)
    expect(other).toMatchObject(STORED)
    expect(other.body).not.toEqual(first.body)
  })

  test.for([
    ['PNG', 'a.png', Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
    ['JPG', 'a.JPG', Buffer.of(0xff, 0xd8, 0xff, 0xe0)],
    ['JPEG', 'a.jpeg', Buffer.of(0xff, 0xd8, 0xff)],
    ['BMP', '图.bmp', Buffer.from('BM....')],
    ['JPG that is called PNG', 'a.png', Buffer.of(0xff, 0xd8, 0xff)],
  ] as const)('takes a %s', async ([, filename, file], { merchant }) => {
    expect(await merchant.request(upload({ filename, file }))).toMatchObject(STORED)
  })

  test('a digest in upper case is taken', async ({ merchant }) => {
    const meta = { filename: 'logo.png', sha256: sha256(PNG).toUpperCase() }

    expect(await merchant.request(upload({ meta }))).toMatchObject(STORED)
  })

  describe('as SDKs send it', () => {
    test.for<[string, Parameters<typeof upload>[0]]>([
      ['Python wechatpayv3: no boundary in Content-Type', { contentType: 'multipart/form-data' }],
      [
        'Python wechatpayv3: meta without a type, a Chinese file name as it is',
        {
          contentType: 'multipart/form-data',
          parts: (meta) => [
            ['Content-Disposition: form-data; name="meta"', meta],
            ['Content-Disposition: form-data; name="file"; filename="商家券.png"\r\nContent-Type: image/png', PNG],
          ],
        },
      ],
      [
        'Go: a semicolon behind the name',
        {
          parts: (meta) => [
            ['Content-Disposition: form-data; name="meta";\r\nContent-Type: application/json', meta],
            ['Content-Disposition: form-data; name="file"; filename="logo.png";\r\nContent-Type: image/png', PNG],
          ],
        },
      ],
      [
        'Java with OkHttp: a length in each part',
        {
          parts: (meta) => [
            [`Content-Disposition: form-data; name="meta"\r\nContent-Length: ${meta.length}`, meta],
            [
              `Content-Disposition: form-data; name="file"; filename="logo.png"\r\nContent-Type: image/png\r\nContent-Length: ${PNG.length}`,
              PNG,
            ],
          ],
        },
      ],
      [
        'the file first',
        {
          parts: (meta) => [
            ['Content-Disposition: form-data; name="file"; filename="logo.png"\r\nContent-Type: image/png', PNG],
            ['Content-Disposition: form-data; name="meta"\r\nContent-Type: application/octet-stream', meta],
          ],
        },
      ],
      [
        'more parts than needed',
        {
          parts: (meta) => [
            ['Content-Disposition: form-data; name="other"', 'x'],
            ['Content-Disposition: form-data; name="meta"', meta],
            ['Content-Disposition: form-data; name="file"; filename="logo.png"', PNG],
            ['Content-Disposition: form-data; name="file"; filename="second.png"', 'not the file'],
          ],
        },
      ],
    ])('%s', async ([, changes], { merchant }) => {
      expect(await merchant.request(upload(changes))).toMatchObject(STORED)
    })
  })

  test('the largest image is taken, whatever stands around it', async ({ merchant }) => {
    const file = Buffer.alloc(2 * 1_048_576)
    PNG.copy(file)

    expect(await merchant.request(upload({ file }))).toMatchObject(STORED)
  })

  describe('refuses', () => {
    test('a file that is not the signed one, and says in the journal what it found', async ({ merchant, control }) => {
      const other = Buffer.concat([PNG, Buffer.from('!')])
      const answer = await merchant.request(
        upload({ file: other, meta: { filename: 'logo.png', sha256: sha256(PNG) } }),
      )

      expect(answer).toMatchObject(blocked('图片meta信息不一致'))
      expect((await control.journal()).at(-1)?.remarks[0]?.text).toContain(sha256(other))
    })

    test.for([
      ['no file part', upload({ parts: (meta) => [['Content-Disposition: form-data; name="meta"', meta]] })],
      [
        'a file part of another name',
        upload({
          parts: (meta) => [
            ['Content-Disposition: form-data; name="meta"', meta],
            ['Content-Disposition: form-data; name="image"; filename="file"', PNG],
          ],
        }),
      ],
      [
        'JSON in place of an upload',
        { target: '/v3/marketing/favor/media/image-upload', body: { filename: 'logo.png', sha256: sha256(PNG) } },
      ],
    ] as const)('%s', async ([, request], { merchant }) => {
      expect(await merchant.request(request)).toMatchObject(FILE_MISSING)
    })

    test('meta that is not JSON', async ({ merchant }) => {
      expect(await merchant.request(upload({ meta: 'not JSON' }))).toMatchObject({
        status: 400,
        body: { code: 'INVALID_REQUEST' },
      })
    })

    test.for([
      ['a file that is no image', { file: Buffer.from('GIF89a') }],
      ['a name of another kind', { filename: 'logo.gif' }],
      ['a name without a kind', { filename: 'png' }],
    ] as const)('%s', async ([, changes], { merchant }) => {
      expect(await merchant.request(upload(changes))).toMatchObject(blocked('未知图片类型'))
    })

    test.for([
      ['its own digest', {}],
      ['another digest', { meta: { filename: 'logo.png', sha256: sha256(PNG) } }],
    ] as const)('an empty file with %s', async ([, changes], { merchant }) => {
      const request = upload({ file: Buffer.alloc(0), ...changes })

      expect(await merchant.request(request)).toMatchObject(paramError('图片文件为空'))
    })

    test('an upload without a readable meta: the signature is over nothing', async ({ merchant }) => {
      const request = upload({
        parts: () => [['Content-Disposition: form-data; name="file"; filename="logo.png"', PNG]],
      })

      expect(await merchant.request(request)).toMatchObject({
        status: 401,
        body: { code: 'SIGN_ERROR', detail: { sign_information: { sign_message_length: expect.any(Number) } } },
      })
    })

    test('a body that is too large to be read', async ({ merchant, control }) => {
      const filler = Buffer.alloc(UPLOAD_LIMIT)
      const answer = await merchant.request({
        ...upload(),
        body: multipart([['Content-Disposition: form-data; name="file"', filler]]),
        signed: false,
      })

      expect(answer.status).toBe(413)
      expect((await control.journal()).at(-1)?.remarks).toEqual([
        { about: 'body', text: 'The body is larger than 2162688 bytes.' },
      ])
    })
  })
})
