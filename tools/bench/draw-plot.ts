import type { Line, Plot } from './report.ts'

const WIDTH = 720
const HEIGHT = 400
const LEFT = 72
const RIGHT = 24
const TOP = 64
const BOTTOM = 64
const COLOURS = ['#1a7f37', '#8250df', '#bf3989', '#9a6700']
const GUIDES = 5

/** Draws lines over a few places as SVG; the whiskers span the lowest to the highest round. The scale begins at 0. */
export function drawPlot({ title, places, across, upwards, lines }: Plot): string {
  const top = roundUp(Math.max(...lines.flatMap(({ points }) => points.map(({ high }) => high))))
  const x = (place: number) => LEFT + ((WIDTH - LEFT - RIGHT) * (place + 0.5)) / places.length
  const y = (value: number) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / top
  const guides = Array.from({ length: GUIDES + 1 }, (_, i) => (top * i) / GUIDES)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" fill="#24292f">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(LEFT, 24, title, 'font-size="15" font-weight="bold"'),
    ...guides.flatMap((value) => [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="#d0d7de"/>`,
      text(LEFT - 8, y(value) + 4, value.toLocaleString('en'), 'text-anchor="end"'),
    ]),
    ...places.map((place, i) => text(x(i), HEIGHT - BOTTOM + 20, place, 'text-anchor="middle"')),
    text(LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 16, across, 'text-anchor="middle"'),
    text(16, 48, upwards, ''),
    ...lines.flatMap((line, i) => drawLine(line, COLOURS[i % COLOURS.length] ?? '', x, y)),
    ...lines.map((line, i) =>
      text(WIDTH - RIGHT, 24 + i * 18, line.name, `text-anchor="end" fill="${COLOURS[i % COLOURS.length]}"`),
    ),
    '</svg>',
    '',
  ].join('\n')
}

function drawLine({ points }: Line, colour: string, x: (place: number) => number, y: (value: number) => number) {
  const corners = points.map(({ median }, i) => `${x(i).toFixed(1)},${y(median).toFixed(1)}`).join(' ')
  return [
    `<polyline points="${corners}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.flatMap(({ median, low, high }, i) => [
      `<line x1="${x(i).toFixed(1)}" x2="${x(i).toFixed(1)}" y1="${y(low).toFixed(1)}" y2="${y(high).toFixed(1)}" stroke="${colour}"/>`,
      `<circle cx="${x(i).toFixed(1)}" cy="${y(median).toFixed(1)}" r="4" fill="${colour}"/>`,
    ]),
  ]
}

function text(x: number, y: number, words: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped(words)}</text>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** The next number that suits grid lines: 1, 2 or 5, and zeros. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((factor) => factor * unit >= value) ?? 10) * unit
}
