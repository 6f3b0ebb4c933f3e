import { clock, told } from '../clocks.ts'
import { into, resource } from '../map.ts'
import { numeric } from '../numbers.ts'
import { day } from '../places.ts'
import { table } from '../readers.ts'
import { evenly } from '../sample-arrays.ts'
import { one } from '../samples.ts'

/** An electrocardiogram: its classification, and what was measured at its sampling rate. */
const CLASSES = { 'Sinus Rhythm': 0, 'Atrial Fibrillation': 1, Inconclusive: 2, 'Poor Recording': 2 } as const
const START = clock('startDate')

// biome-ignore format: a table reads better in rows.
export const ECG = resource('data.electrocardiograms', [
  into('body', day({ moment: START, slices: true }), {
    heart_data: {
      afib_classification_samples: one({ timestamp: told(START), afib_classification: table('classification', CLASSES) }),
      ecg_signal: one({
        start_timestamp: told(START), avg_hr_bpm: numeric('averageHeartRate', { least: 1 }), afib_classification: table('classification', CLASSES),
        raw_signal: evenly('microvolts', 'potential_uV', { every: 'secondsPerSample', start: START }),
      }),
    },
  }),
])
