-- A cell takes connections once it knows the developer's destinations.
ALTER TABLE cells ADD COLUMN ready INTEGER NOT NULL DEFAULT 0;
-- The place that a sign-in holds: free again when nobody finishes it.
ALTER TABLE auth_sessions ADD COLUMN cell INTEGER NOT NULL DEFAULT 0;
