import type { ScenarioName } from '../../scenarios/index.ts'

const en = {
  description:
    'Writes a seed file, for serve --seed: one or several scenarios, coupons made at random, or both together.',
  scenarios: 'scenarios to include; default if nothing else is asked for',
  coupons: 'how many coupons to make, with batches and orders',
  randomSeed: (standard: string): string =>
    `what --coupons makes; the same text makes the same coupons (default: ${standard})`,
  randomSeedExpected: 'use any text',
  randomSeedAlone: '--random-seed is for --coupons: say how many',
  out: 'file to write; standard output if left out',
  /** Purpose of a scenario; `description` is the seed file's own. */
  scenario: (_name: string, description: string): string => description,
  list: 'list the scenarios',
  after: `wechatpay-mock seed default --out seed.json
wechatpay-mock seed --coupons 100000 --random-seed 42 --out large.json`,
  unknownScenario: (name: string, scenarios: string): string =>
    `There is no scenario ${name}. The scenarios are: ${scenarios}`,
  progress: (lines: number): string => `${lines} lines`,
  written: (file: string, bytes: number): string => `${file}: ${bytes} bytes`,
}

/** 各场景的说明。 */
const scenarios: Readonly<Record<ScenarioName, string>> = {
  default: '每种状态的券各一张，另有订单，可以依次看到关联接口的各种应答。',
  empty: '只有内置商户。',
  life: '券的每种经历各一张，带有历史和用过的请求单号：关联、重新关联、关联后核销、退券（关联保留）、再次核销、失效、删除、过期。全部发生在 2025 年 6 月，每步相隔一天。',
  partner:
    '内置商户作为 1900000010 的服务商：有它创建、归属于它或只由它发放的批次，以及双方的订单。使用 --orders known 时订单属于调用接口的商户，所以 1900000001 查不到 SUB_ORDER_1。要以 1900000010 调用，请用 POST /_mock/merchants 添加。',
  times:
    '每种时间规则各一个批次，天数从启动时模拟服务的时间算起：TIMES_NOT_YET_USABLE 六天后可用，TIMES_ENDS_TODAY 当天午夜（北京时间）结束。按周、按年的可用时段以及已结束、未开始的批次用固定日期，可以调整时钟来观察。',
  transfers:
    '内置商户的商家转账，每种结果各一笔：待确认、成功、失败、已撤销、余额不足；账户里有 1,000 元可转；用户有已实名和未实名的，其中一位已授权免确认收款。',
}

const zh: typeof en = {
  description: '写出供 serve --seed 使用的种子文件：一个或多个场景，随机生成的券，或二者合并。',
  scenarios: '要写入的场景；什么都不写则为 default',
  coupons: '生成多少张券，连同批次和订单',
  randomSeed: (standard) => `决定 --coupons 生成的内容，文本相同则内容相同（默认 ${standard}）`,
  randomSeedExpected: '请使用任意文本',
  randomSeedAlone: '--random-seed 用于 --coupons，请写明数量',
  out: '要写的文件；不写则为标准输出',
  scenario: (name, description) => (Object.hasOwn(scenarios, name) ? scenarios[name as ScenarioName] : description),
  list: '列出场景',
  after: `wechatpay-mock seed default --out seed.json
wechatpay-mock seed --coupons 100000 --random-seed 42 --out large.json`,
  unknownScenario: (name, scenarios) => `没有场景 ${name}，可用的场景有：${scenarios}`,
  progress: (lines) => `${lines} 行`,
  written: (file, bytes) => `${file}：${bytes} 字节`,
}

/** Texts of `seed`. */
export const texts = { en, zh }
