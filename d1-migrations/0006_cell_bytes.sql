-- A cell that is full by bytes takes no new connections.
ALTER TABLE cells ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
