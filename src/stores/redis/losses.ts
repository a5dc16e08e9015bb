import type { Texts } from '../../shared/texts.ts'

/** Things that a script may report as lost, each with the remedy. */
const LOST = {
  all: {
    en: 'the state of the mock: start a mock with this store to seed it anew',
    zh: '模拟服务的全部状态：请用此存储启动一个模拟服务，以重新写入初始数据',
  },
  seed: {
    en: 'part of the state of the mock: replace all of it, for instance with PUT /_mock/world',
    zh: '模拟服务的部分状态：请替换全部数据，例如使用 PUT /_mock/world',
  },
  changes: {
    en: 'part of the changes since the seed: go back to the seed with POST /_mock/reset',
    zh: '初始数据之后的部分改动：请用 POST /_mock/reset 恢复初始数据',
  },
  journal: { en: 'the journal: empty it with DELETE /_mock/journal', zh: '请求记录：请用 DELETE /_mock/journal 清空' },
  rates: {
    en: 'the counts of calls: start them anew with POST /_mock/reset',
    zh: '调用次数的统计：请用 POST /_mock/reset 重新开始',
  },
}

/** Whether this is the name of something that a script may report as lost. */
export function isLoss(name: string): name is keyof typeof LOST {
  return Object.hasOwn(LOST, name)
}

/** Text about the loss in a store, with the remedy. */
export function whatIsLost(name: keyof typeof LOST): Texts {
  const { en, zh } = LOST[name]
  return {
    en: `was emptied, ran out of memory or was restarted without its data, and has lost ${en}`,
    zh: `被清空、内存不足或重启时没有保留数据，因而丢失了${zh}`,
  }
}
