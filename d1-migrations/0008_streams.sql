-- What streams become, as JSON.
ALTER TABLE developers ADD COLUMN stream TEXT NOT NULL DEFAULT '{}';

-- A person who streams has one connection, also where two phones register at the same time.
CREATE UNIQUE INDEX streaming_people ON connections (developer_id, provider_user_id) WHERE provider = 'live-stream' AND state <> 'closed';
