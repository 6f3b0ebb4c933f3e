import type { ActivityType } from '../../schema/enums.ts'
import { activityTypes } from '../../source/activity-types.ts'
import { goTo, type Reader } from '../../source/reader.ts'
import { odd } from '../../source/readers.ts'

/** Sport and sub-sport by the profile's numbers: `2/46` is gravel cycling, `*|43` yoga of whatever sport, `2` cycling. */
const TYPES = activityTypes(`
  1=2,2/48,2/49 7=11,11/0 8=1,1/2,1/4,1/67 9=4/23 10=64/95 11=49 12=6 13=12/56 14=2/12,2/88,*/12,*/88
  15=2/8,2/9,2/29,*/29,2/153,2/154 16=2/7,2/10,2/13 17=2/5,2/58 18=2/6,4/6,*/6 20=47 22=10/73,10/74 23=71 24=83
  25=4/15,*/15 27=9 29=7 30=69,*/92 32=25 35=17,17/124,*/124 36=73,*/90,*/91 37=27 39=84 40=41,42,42/41,41/41
  43=44 45=67 46=80 49=*/44 51=64,64/84,64/96,*/84,*/96 52=31,31/68,31/69,*/68,*/69 53=15 54=15/14,4/14,*/14 55=72
  58=1/1 59=32,32/65 60=82 62=33/61 65=13,58 66=13/37,12/37 67=12,12/42 68=13/38 73=14,14/38 74=36
  75=35 76=64/94,*/94 77=48,4/16,*/16 79=37 80=10/20,4/20,*/20 81=38 82=5 83=5/17 84=5/18 85=64/97,*/97 86=70 87=8
  89=75 92=39,77 93=11/30,11/31 95=11/27 98=65,66,65/86,66/87 99=43 100=10/43,*/43 102=53,85,53/53,53/54,53/56 104=33
  114=62,62/70,10/70,62/73,62/74,62/75,*/70 115=10/75 119=79 122=10/62,*/62 123=4,10,4/26,10/26,*/26,10/23
  124=74 125=86,10/19,4/19,*/19 126=18/78,*/78 127=30 128=34 129=19 130=16 131=29 132=40 133=1/45,1/58
  134=64/85,64/93,*/85,*/93 135=24 137=22,22/36 138=81 140=88 142=26 143=20 146=23 149=1/3 150=2/11,2/46
  151=3,18,18/79,18/80,18/81,*/32,*/33,*/34 152=21,2/28,21/28 153=2/47,21/47,2/127,21/127
`)

/** The finer of both is believed where it is known; else Other, and Unknown where no sport is told. */
export function sport(sportPath: string, subPath: string): Reader<ActivityType> {
  const [sportAt, subAt] = [goTo(sportPath), goTo(subPath)]
  return odd([sportPath, subPath], (item, context) => {
    const [main, sub] = [sportAt(item, context), subAt(item, context)]
    if (main === undefined && sub === undefined) return 4
    return TYPES[`${main}/${sub}`] ?? TYPES[`*/${sub}`] ?? TYPES[String(main)] ?? (main === 0 ? 4 : 108)
  })
}
