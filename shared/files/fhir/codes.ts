/** LOINC codes (and of ISO 11073 for waveforms) by what they mean here. Panels and methods of one thing stand together. */
// biome-ignore format: a table reads better in rows.
export const CODES = {
  systolic: ['8480-6', '8459-0', '8460-8', '8461-6', '76534-7', '96608-5'],
  diastolic: ['8462-4', '8453-3', '8454-1', '8455-8', '76535-4', '96609-3'],
  weight: ['29463-7', '3141-9', '3142-7', '8335-2', '75292-3'],
  height: ['8302-2', '3137-7', '3138-5', '8301-4', '8306-3'],
  bmi: ['39156-5', '89270-3'],
  bodyFat: ['41982-0'],
  leanMass: ['91557-9'],
  glucose: ['15074-8', '2339-0', '2345-7', '41653-7', '14743-9', '14749-6', '2340-8', '74774-1', '99504-3'],
  temperature: ['8310-5', '8331-1', '8332-9', '8333-7', '8329-5', '76010-8', '76011-6', '91371-5'],
  skinTemperature: ['39106-0'],
  oxygen: ['2708-6', '59408-5', '20564-1', '150456'],
  heartRate: ['8867-4', '8893-0', '76282-3', '69000-8', '69001-6', '68999-2', '147842'],
  restingHeartRate: ['40443-4'],
  sdnn: ['80404-7'],
  ecg: ['131328', '131329', '131330', '131389'],
  stepsOfDay: ['41950-7'], stepsOfTime: ['55423-8'],
  energyOfDay: ['41979-6'], energyOfTime: ['41981-2', '55424-6'],
  distanceOfDay: ['41953-1'], distanceOfTime: ['55430-3'],
  sleepDuration: ['93832-4'],
} as const
export type Meaning = keyof typeof CODES

/** What is known and has no place, each with the reason that the sender is told. */
const BREATHS = 'the schema has breaths a minute only within a sleep'
const HABIT = 'an answer about habits, and no measurement of a day'
export const REFUSED: Record<string, string> = {
  '9279-1': BREATHS,
  '9303-9': BREATHS,
  '68516-4': HABIT,
  '68515-6': HABIT,
  '89555-7': HABIT,
  '8280-0': 'the schema has no waist circumference',
  '8478-0': 'the schema has no mean arterial pressure',
}

export const MEANING = new Map<string, Meaning>(
  (Object.entries(CODES) as [Meaning, readonly string[]][]).flatMap(([meaning, codes]) =>
    codes.map((code): [string, Meaning] => [code, meaning]),
  ),
)
