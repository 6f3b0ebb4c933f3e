import { z } from '../base/zod.ts'

// Of lab reports and routes. These lists are open: a reader must take a value that is not in them.

export const LabReportStatus = z
  .enum([
    'processing',
    'processed',
    'standardizing',
    'standardized',
    'sending',
    'sent',
    'partially_sent',
    'retry_scheduled',
    'retrying',
    'cancelled',
    'deleted',
    'failed',
  ])
  .openapi('LabReportStatus')
export type LabReportStatus = z.infer<typeof LabReportStatus>

export const LabReportDeliveryStatus = z.enum(['pending', 'delivered', 'failed']).openapi('LabReportDeliveryStatus')
export type LabReportDeliveryStatus = z.infer<typeof LabReportDeliveryStatus>

export const LabReportMeasurementType = z
  .enum(['numeric', 'bounded', 'qualitative', 'text', 'absent'])
  .openapi('LabReportMeasurementType')
export type LabReportMeasurementType = z.infer<typeof LabReportMeasurementType>

export const LabReportBoundOperator = z.enum(['lt', 'gt']).openapi('LabReportBoundOperator')
export type LabReportBoundOperator = z.infer<typeof LabReportBoundOperator>

export const LabReportInterpretationFlag = z
  .enum(['high', 'low', 'normal'])
  .nullable()
  .openapi('LabReportInterpretationFlag')
export type LabReportInterpretationFlag = z.infer<typeof LabReportInterpretationFlag>

export const LabReportInterpretationSource = z
  .enum(['report', 'computed', 'none'])
  .openapi('LabReportInterpretationSource')
export type LabReportInterpretationSource = z.infer<typeof LabReportInterpretationSource>

export const LabReportErrorCode = z
  .enum(['file_unreadable', 'extraction_failed', 'standardization_failed', 'internal'])
  .openapi('LabReportErrorCode')
export type LabReportErrorCode = z.infer<typeof LabReportErrorCode>

export const RouteSport = z
  .enum(['running', 'trail_running', 'hiking', 'cycling', 'road_biking', 'mountain_biking', 'gravel_cycling', 'other'])
  .openapi('RouteSport')
export type RouteSport = z.infer<typeof RouteSport>

export const CoursePointType = z
  .enum([
    'generic',
    'summit',
    'valley',
    'water',
    'food',
    'danger',
    'first_aid',
    'sprint',
    'segment_start',
    'segment_end',
    'left',
    'right',
    'straight',
    'left_fork',
    'right_fork',
  ])
  .openapi('CoursePointType')
export type CoursePointType = z.infer<typeof CoursePointType>
