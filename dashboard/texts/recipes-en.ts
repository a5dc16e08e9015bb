import type { RecipeName, Sentence } from '../recipes.ts'

interface RecipeTexts {
  readonly title: string
  readonly sentence: Sentence
}

/** The most common faults, as sentences with fields in them. */
export const recipesEn: Readonly<Record<RecipeName, RecipeTexts>> = {
  answer_lost: {
    title: 'Done, but the answer is lost',
    sentence: (field) => ['The next ', field('times'), ' × ', field('operation'), ': done, but the answer is lost.'],
  },
  reset: {
    title: 'Connection reset',
    sentence: (field) => ['The next ', field('times'), ' × ', field('operation'), ': cut off, and nothing is done.'],
  },
  rate_limited: {
    title: 'Too many requests',
    sentence: (field) => [field('percent'), ' % of ', field('operation'), ': answered with 429.'],
  },
  error_then_fine: {
    title: '500, then fine',
    sentence: (field) => [
      'The next ',
      field('times'),
      ' × ',
      field('operation'),
      ': answered with 500. After that, all is fine.',
    ],
  },
  slow: {
    title: 'Slow',
    sentence: (field) => [
      'Every ',
      field('operation'),
      ': about ',
      field('delayMedian'),
      ' ms late, and one in a hundred ',
      field('delayP99'),
      ' ms or more.',
    ],
  },
  badly_signed: {
    title: 'Answer signed wrongly',
    sentence: (field) => [
      'The next ',
      field('times'),
      ' × ',
      field('operation'),
      ': an answer that no client may trust (',
      field('effect'),
      ').',
    ],
  },
  hold: {
    title: 'Hold and decide',
    sentence: (field) => [
      'The next ',
      field('times'),
      ' × ',
      field('operation'),
      ': held before it is done. In Requests, let it through, change the answer, or lose it.',
    ],
  },
  callback_held: {
    title: 'Hold a callback',
    sentence: (field) => [
      'The next ',
      field('times'),
      ' × ',
      field('event'),
      ': held before it is sent. In Requests, let it through or lose it.',
    ],
  },
  callback_twice: {
    title: 'Callback sent twice',
    sentence: (field) => [
      'The next ',
      field('times'),
      ' × ',
      field('event'),
      ': sent once more after it was accepted.',
    ],
  },
  callback_late: {
    title: 'Callback late',
    sentence: (field) => ['The next ', field('times'), ' × ', field('event'), ': sent ', field('lateBy'), ' late.'],
  },
  callback_badly_signed: {
    title: 'Callback signed wrongly',
    sentence: (field) => [
      'The next ',
      field('times'),
      ' × ',
      field('event'),
      ': not to be trusted (',
      field('effect'),
      '). A good one follows.',
    ],
  },
}
