import { constants, crc32, deflateSync } from 'node:zlib'

/** Pixels of a canvas: four bytes each, row by row. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly rgba: Buffer
}

const MOST_COLORS = 256
const BY_PALETTE = 3

/**
 * A PNG of 256 colours: the most frequent ones; the rest, at the edges of letters, use the nearest. Less than half the size of a browser's
 * screenshot.
 */
export function palettePng({ width, height, rgba }: Pixels): Buffer {
  const counts = new Map<number, number>()
  for (let at = 0; at < rgba.length; at += 4) {
    const color = rgba.readUIntBE(at, 3)
    counts.set(color, (counts.get(color) ?? 0) + 1)
  }
  const frequent = [...counts].toSorted(([, one], [, other]) => other - one).map(([color]) => color)
  const palette = frequent.slice(0, MOST_COLORS)
  const places = new Map(frequent.map((color, place) => [color, place < MOST_COLORS ? place : nearest(color, palette)]))

  // Each row begins with its filter: none.
  const rows = Buffer.alloc(height * (width + 1))
  for (let pixel = 0; pixel < width * height; pixel++) {
    const place = places.get(rgba.readUIntBE(pixel * 4, 3)) ?? 0
    rows[pixel + Math.floor(pixel / width) + 1] = place
  }

  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, BY_PALETTE], 8)
  const colors = Buffer.concat(palette.map((color) => Buffer.from([color >> 16, (color >> 8) & 0xff, color & 0xff])))
  const data = deflateSync(rows, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 })
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('PLTE', colors), chunk('IDAT', data), chunk('IEND')])
}

function nearest(color: number, palette: readonly number[]): number {
  const distances = palette.map((other) =>
    [16, 8, 0].reduce((sum, shift) => sum + (((color >> shift) & 0xff) - ((other >> shift) & 0xff)) ** 2, 0),
  )
  return distances.indexOf(Math.min(...distances))
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
