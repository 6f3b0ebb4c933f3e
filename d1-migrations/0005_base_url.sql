-- Links to payloads are made where no request is: a destination remembers the address it was saved under.
ALTER TABLE destinations ADD COLUMN base_url TEXT NOT NULL DEFAULT '';
