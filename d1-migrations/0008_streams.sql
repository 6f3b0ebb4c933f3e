-- What streams become, as JSON.
ALTER TABLE developers ADD COLUMN stream TEXT NOT NULL DEFAULT '{}';

-- At a provider that has no accounts a person has one connection by their name, also where two come at the same time. Uploads
-- could have two before: the later ones keep their data, and are not found by the name of their account any more.
UPDATE connections SET provider_user_id = user_id
WHERE provider = 'file-upload' AND state <> 'closed' AND EXISTS (
  SELECT 1 FROM connections AS earlier
  WHERE earlier.provider = 'file-upload' AND earlier.state <> 'closed'
    AND earlier.developer_id = connections.developer_id AND earlier.provider_user_id = connections.provider_user_id
    AND (earlier.created_at < connections.created_at
      OR (earlier.created_at = connections.created_at AND earlier.user_id < connections.user_id)));
CREATE UNIQUE INDEX people_without_accounts ON connections (developer_id, provider_user_id)
WHERE provider IN ('live-stream', 'file-upload') AND state <> 'closed';
