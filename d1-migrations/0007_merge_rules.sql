-- How records of one person's connections become one, as JSON.
ALTER TABLE developers ADD COLUMN merge_rules TEXT NOT NULL DEFAULT '{}';
