import type { Texts } from '../../shared/texts.ts'

/** A scene (转账场景): the purpose of a transfer, and the report that it needs. */
export interface Scene {
  readonly name: string
  readonly english: string
  /** The types of its report (转账场景报备信息): all of them, each once, in any order. */
  readonly reports: readonly string[]
  /** Reasons that the user may be shown, the usual one first. */
  readonly perceptions: readonly [string, ...string[]]
  /** Its transfers may be shown as red packets (红包样式). */
  readonly redPackets?: true
}

/** The scenes that a merchant may be granted, by their ids. */
export const SCENES: Readonly<Record<string, Scene>> = {
  1000: {
    name: '现金营销',
    english: 'cash for marketing',
    reports: ['活动名称', '奖励说明'],
    perceptions: ['活动奖励', '现金奖励'],
    redPackets: true,
  },
  1002: {
    name: '行政补贴',
    english: 'public subsidy',
    reports: ['补贴类型'],
    perceptions: ['行政补贴', '行政奖励'],
    redPackets: true,
  },
  1004: {
    name: '保险理赔',
    english: 'insurance claim',
    reports: ['保险产品备案编号', '保险名称', '保险操作单号'],
    perceptions: ['保险理赔款'],
  },
  1005: {
    name: '佣金报酬',
    english: 'commission',
    reports: ['岗位类型', '报酬说明'],
    perceptions: ['劳务报酬', '报销款', '企业补贴', '开工利是'],
    redPackets: true,
  },
  1009: { name: '采购货款', english: 'payment for goods', reports: ['采购商品名称'], perceptions: ['货款'] },
  1010: {
    name: '二手回收',
    english: 'buying second-hand goods',
    reports: ['回收商品名称'],
    perceptions: ['二手回收货款'],
  },
  1011: {
    name: '企业赔付',
    english: 'compensation',
    reports: ['赔付原因'],
    perceptions: ['退款', '商家赔付'],
    redPackets: true,
  },
  1013: {
    name: '公益补助',
    english: 'charity',
    reports: ['公益活动名称', '公益活动备案编号'],
    perceptions: ['公益补助金'],
  },
}

export const ALL_SCENES: readonly string[] = Object.keys(SCENES)

/** Scenes by name, where one is chosen. */
export const SCENE_NAMES: Readonly<Record<string, Texts>> = Object.fromEntries(
  Object.entries(SCENES).map(([id, { name, english }]) => [id, { en: `${name}: ${english}`, zh: name }]),
)

/** A scene by its id and its name. */
export function describeScene(id: string): Texts {
  const { en, zh } = SCENE_NAMES[id] ?? { en: '', zh: '' }
  return { en: `${id} ${en}`.trim(), zh: `${id} ${zh}`.trim() }
}
