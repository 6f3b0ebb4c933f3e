import { assert } from '../base/fault.ts'
import { ACTIVITY_TYPE, ActivityType } from '../schema/enums.ts'
import { goTo, type Reader } from './reader.ts'
import { constant, first, odd, orElse, table } from './readers.ts'

/** Codes and words for activities, written `8=RUNNING,TRACK_RUNNING 10=BADMINTON`: word → the schema's code. */
export function activityTypes(text: string): Record<string, ActivityType> {
  const entries: Record<string, ActivityType> = {}
  for (const entry of text.trim().split(/\s+/)) {
    const [code, words] = entry.split('=') as [string, string?]
    const known = ActivityType.safeParse(Number(code))
    assert(known.success && words, `"${entry}" names no activity type`)
    for (const word of words.split(',')) entries[word] = known.data
  }
  return entries
}

/** Words that mean the same wherever they are used, whatever their case. */
const COMMON = activityTypes(`
  1=CYCLING 7=WALKING 8=RUNNING,OBSTACLE_RUN,STREET_RUNNING,TRACK_RUNNING,ULTRA_RUN 9=GROUP_EXERCISE,AEROBICS
  10=BADMINTON 11=BASEBALL 12=BASKETBALL 14=HANDCYCLING,INDOOR_HANDCYCLING
  15=BMX,DOWNHILL_BIKING,ENDURO_MTB,MOUNTAIN_BIKING 16=RECUMBENT_CYCLING,ROAD_BIKING,TRACK_CYCLING
  17=INDOOR_CYCLING,VIRTUAL_RIDE 20=BOXING 22=CIRCUIT_TRAINING 23=CRICKET 24=DANCE,DANCING 25=ELLIPTICAL
  27=AMERICAN_FOOTBALL 29=SOCCER 30=ULTIMATE_DISC,DISC_GOLF 32=GOLF 33=GYMNASTICS 34=HANDBALL 35=HIKING,RUCKING
  36=FIELD_HOCKEY,ICE_HOCKEY 37=HORSEBACK_RIDING 39=JUMP_ROPE
  40=KAYAKING_V2,KAYAKING,WHITEWATER_RAFTING_V2,WHITEWATER_RAFTING 43=KITEBOARDING_V2,KITEBOARDING
  44=MARTIAL_ARTS,WRESTLING 45=MEDITATION 46=MIXED_MARTIAL_ARTS 49=PILATES 51=RACKET_SPORTS,PICKLEBALL,RACQUETBALL
  52=BOULDERING,INDOOR_CLIMBING,ROCK_CLIMBING,CLIMBING 53=ROWING_V2,ROWING 54=INDOOR_ROWING 55=RUGBY
  58=TREADMILL_RUNNING 59=SAILING_V2,SAILING 60=SNORKELING 61=SKATEBOARDING 62=SKATING_WS 65=SKIING
  66=BACKCOUNTRY_SKIING 67=CROSS_COUNTRY_SKIING_WS,SKATE_SKIING_WS,CROSS_COUNTRY_SKIING 68=RESORT_SKIING
  73=BACKCOUNTRY_SNOWBOARDING,SNOWBOARDING_WS,RESORT_SKIING_SNOWBOARDING_WS,SNOWBOARDING 74=SNOWMOBILING_WS
  75=SNOW_SHOE_WS 76=SQUASH 77=STAIR_CLIMBING,FLOOR_CLIMBING
  79=STAND_UP_PADDLEBOARDING_V2,STAND_UP_PADDLEBOARDING,STAND_UP_PADDLING 80=STRENGTH_TRAINING 81=SURFING_V2,SURFING
  82=SWIMMING 83=LAP_SWIMMING 84=OPEN_WATER_SWIMMING 85=TABLE_TENNIS 86=TEAM_SPORTS 87=TENNIS_V2,TENNIS
  89=VOLLEYBALL 92=WAKEBOARDING_V2,WAKEBOARDING 93=CASUAL_WALKING,SPEED_WALKING 96=WATER_POLO 97=WEIGHTLIFTING
  98=WHEELCHAIR_PUSH_RUN,WHEELCHAIR_PUSH_WALK 99=WINDSURFING_V2,WINDSURFING 100=YOGA 104=ICE_SKATING 114=HIIT
  120=SOFTBALL 122=BREATHWORK 123=FITNESS_EQUIPMENT,INDOOR_CARDIO,FUNCTIONAL_TRAINING,WORKOUT 124=LACROSSE
  125=MOBILITY,STRETCHING 126=TRIATHLON 127=INLINE_SKATING 129=PADDLING_V2,PADDLING 130=MOUNTAINEERING
  131=FISHING_V2,FISHING 132=WATERSKIING 133=INDOOR_RUNNING,VIRTUAL_RUN 134=PADDELBALL,PLATFORM_TENNIS,PADEL
  146=BOATING_V2,BOATING 149=TRAIL_RUNNING 150=CYCLOCROSS,GRAVEL_CYCLING
  151=TRANSITION_V2,BIKE_TO_RUN_TRANSITION_V2,BIKE_TO_RUN_TRANSITION,RUN_TO_BIKE_TRANSITION_V2,RUN_TO_BIKE_TRANSITION,SWIM_TO_BIKE_TRANSITION_V2,SWIM_TO_BIKE_TRANSITION
  152=E_BIKE_FITNESS 153=E_BIKE_MOUNTAIN,E_ENDURO_MTB
`)

/** An activity by a provider's word: its own meanings first, then the common ones; else Other, and Unknown without a word. */
export const activityType = (path: string, own: Record<string, ActivityType> = {}): Reader<ActivityType> =>
  orElse(table<ActivityType>(path, { ...COMMON, ...own }, 108), 4)

/**
 * An activity by two fields, the finer one first: what its word says, if it is known, else what the coarser one says
 * (`"sport": "OTHER", "detailed_sport_info": "WATERSPORTS_WATERSKI"`). Own meanings may be of words of either field, or of
 * both as `SPORT/DETAIL` (FIT's `2/46`). Other where neither is known, Unknown without any word.
 */
export function activityPair(
  sport: string,
  detail: string,
  own: Record<string, ActivityType> = {},
): Reader<ActivityType> {
  const entries = { ...COMMON, ...own }
  const [sportAt, detailAt] = [goTo(sport), goTo(detail)]
  const both = table<ActivityType>('pair', own)
  const pair: Reader<ActivityType> = {
    from: [sport, detail],
    read: (item, context) => both.read({ pair: `${sportAt(item, context)}/${detailAt(item, context)}` }, context),
  }
  const other = odd([], (item, context): ActivityType | undefined =>
    sportAt(item, context) === undefined && detailAt(item, context) === undefined ? undefined : 108,
  )
  return first<ActivityType>(
    pair,
    table<ActivityType>(detail, entries),
    table<ActivityType>(sport, entries),
    other,
    constant<ActivityType>(4),
  )
}

/** An activity by an integer that is the contract's own (its codes are those of an older list): what is not in it is Other. */
export const activityCode = (path: string, own: Record<string, ActivityType> = {}): Reader<ActivityType> =>
  orElse(table<ActivityType>(path, { ...SAME, ...own }, 108), 4)
const SAME: Record<string, ActivityType> = Object.fromEntries(
  Object.values(ACTIVITY_TYPE).map((code) => [code, code as ActivityType]),
)
