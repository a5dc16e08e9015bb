import { z } from 'zod'
import type { CallContext } from '../call.ts'
import { defineCall } from '../call.ts'
import { pageQuery } from '../formats/page.ts'
import { sessionPicture, svgOf } from '../session-picture.ts'
import { MOST_EVENTS, MOST_LANES, sessionTimeline as timelineOf } from '../session-timeline.ts'
import { journalFilter, journalRefusals, searchedExchanges } from './journal.ts'

const query = journalFilter.extend({ text: pageQuery.shape.text })

const pictureJson = z
  .strictObject({
    width: z.number(),
    height: z.number(),
    title: z.string(),
    parts: z.array(
      z.strictObject({
        address: z.string().optional().describe('in the dashboard, behind its #: the call or the thing'),
        title: z.string().optional().describe('all of it in words'),
        shapes: z.array(
          z.strictObject({
            shape: z.enum(['path', 'rect', 'circle', 'text']).describe('an element of SVG'),
            attributes: z
              .record(z.string(), z.union([z.string(), z.number()]))
              .describe('of the element; colours and fonts are variables that the page sets'),
            text: z.string().optional(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Picture' })

export const sessionTimeline = defineCall({
  summary: `Calls, callbacks, changes and moves of the clock by the things that they are about, as a picture of shapes: the last ${MOST_EVENTS} events in ${MOST_LANES} lanes at most`,
  query,
  answer: pictureJson,
  refusals: journalRefusals,
  handle: ({ query }, context) => pictureOf(query, context),
})

export const sessionTimelineSvg = defineCall({
  summary: 'The same as a file that can be opened alone, in light and dark',
  query,
  mediaType: 'image/svg+xml',
  answer: z.string(),
  refusals: journalRefusals,
  async handle({ query }, context) {
    const { address, language } = context
    const svg = svgOf(await pictureOf(query, context), `${address.baseUrl}/_mock`, language)
    return new Response(svg, {
      headers: {
        'Content-Type': 'image/svg+xml; charset=utf-8',
        'Content-Language': language,
        // It is opened as a document of its own, in which nothing may run.
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        'Content-Disposition': 'inline; filename="timeline.svg"',
      },
    })
  },
})

async function pictureOf({ text, ...filter }: z.output<typeof query>, { mock, language }: CallContext) {
  const found = await searchedExchanges(mock, filter, text)
  return sessionPicture(mock, await timelineOf(mock, found, language), language)
}
