import { addAcceptance } from '../suppliers/accept.ts'
import { addAccount } from '../suppliers/account.ts'
import { addSupplierAlerts } from '../suppliers/alerts.ts'
import { addBatches } from '../suppliers/batches.ts'
import { addCertification } from '../suppliers/certification.ts'
import { addContracts } from '../suppliers/contracts.ts'
import { addCredentials } from '../suppliers/credentials.ts'
import { addDomain } from '../suppliers/domain.ts'
import { addSupplierHook } from '../suppliers/hook.ts'
import { addSupplierLimits } from '../suppliers/limits.ts'
import { addOpenStream } from '../suppliers/open-stream.ts'
import { addPulls } from '../suppliers/pulls.ts'
import { addPullsOfSupplier } from '../suppliers/pulls-of-supplier.ts'
import { addPushBatches } from '../suppliers/push-batches.ts'
import { addPushRecords } from '../suppliers/push-records.ts'
import { addQuality } from '../suppliers/quality.ts'
import { addHeldRecords } from '../suppliers/quarantine.ts'
import { addReviews } from '../suppliers/review-contracts.ts'
import { addSubjects } from '../suppliers/subjects.ts'
import { addSuppliers } from '../suppliers/suppliers.ts'
import { addUploads } from '../suppliers/uploads.ts'
import { addAgain } from './again.ts'
import { addAuth } from './auth.ts'
import { addBackfills } from './backfills.ts'
import { addData } from './data.ts'
import { addDeliveries } from './deliveries.ts'
import { addDestinations } from './destinations.ts'
import { addEvents } from './events.ts'
import { addFiles } from './files.ts'
import { addIntegrations } from './integrations.ts'
import { addKeys } from './keys.ts'
import { addManifests } from './manifests.ts'
import { addMergeRules } from './merge-rules.ts'
import { addMerged } from './merged.ts'
import { addNotOffered } from './not-offered.ts'
import { addParked } from './parked.ts'
import { addPayloads } from './payloads.ts'
import { addProvenance } from './provenance.ts'
import { addQuarantine } from './quarantine.ts'
import { addRenormalizations } from './renormalizations.ts'
import { type Api, newApi } from './route.ts'
import { addSandbox } from './sandbox.ts'
import { addStream } from './stream.ts'
import { addStreamPhones } from './stream-phones.ts'
import { addStreamSettings } from './stream-settings.ts'
import { addStreamSynthetic } from './stream-synthetic.ts'
import { addUsers } from './users.ts'
import { addWidget } from './widget.ts'
import { addWrites } from './writes.ts'

/** The developers' API. Two doors lead to it: `/v2` answers as older clients expect. */
export function v2(legacy: boolean): Api {
  const api = newApi()
  api.use('*', async (c, next) => {
    c.set('legacy', legacy)
    return next()
  })
  addAuth(api)
  addData(api)
  addProvenance(api)
  addMerged(api)
  addMergeRules(api)
  addFiles(api)
  addUsers(api)
  addBackfills(api)
  addIntegrations(api)
  addDestinations(api)
  addDeliveries(api)
  addPayloads(api)
  addParked(api)
  addAgain(api)
  addManifests(api)
  addEvents(api)
  addQuarantine(api)
  addRenormalizations(api)
  addWidget(api)
  addKeys(api)
  addWrites(api)
  addStreamPhones(api)
  addStreamSettings(api)
  addStreamSynthetic(api)
  addSandbox(api)
  addStream(api)
  addSuppliers(api)
  addContracts(api)
  addReviews(api)
  addAcceptance(api)
  addAccount(api)
  addCredentials(api)
  addDomain(api)
  addPushBatches(api)
  addPushRecords(api)
  addUploads(api)
  addOpenStream(api)
  addCertification(api)
  addBatches(api)
  addHeldRecords(api)
  addSubjects(api)
  addQuality(api)
  addSupplierAlerts(api)
  addSupplierLimits(api)
  addSupplierHook(api)
  addPulls(api)
  addPullsOfSupplier(api)
  addNotOffered(api)
  return api
}
