-- The read model. Times are milliseconds since 1970 UTC; *value* columns hold facts or values as JSON, as the log has them.
-- No table is written from two topics, since facts of different topics come in no certain order; pages join them.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE positions (topic TEXT, part INTEGER, next INTEGER NOT NULL, PRIMARY KEY (topic, part)) WITHOUT ROWID;

CREATE TABLE articles (
  id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, publisher TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL,
  text TEXT NOT NULL, lang TEXT NOT NULL, published INTEGER, observed INTEGER NOT NULL, revision INTEGER NOT NULL,
  withdrawn TEXT NOT NULL DEFAULT '', notice TEXT NOT NULL DEFAULT '');
CREATE TABLE revisions (
  article_id TEXT, revision INTEGER, at INTEGER NOT NULL, changes TEXT NOT NULL, PRIMARY KEY (article_id, revision)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE article_words USING fts5(
  title, text, content='articles', content_rowid='rowid', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER article_in AFTER INSERT ON articles BEGIN
  INSERT INTO article_words (rowid, title, text) VALUES (new.rowid, new.title, new.text);
END;
CREATE TRIGGER article_changed AFTER UPDATE OF title, text ON articles BEGIN
  INSERT INTO article_words (article_words, rowid, title, text) VALUES ('delete', old.rowid, old.title, old.text);
  INSERT INTO article_words (rowid, title, text) VALUES (new.rowid, new.title, new.text);
END;

CREATE TABLE announcements (
  id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL, family TEXT NOT NULL, act TEXT NOT NULL, theatre TEXT NOT NULL,
  is_background INTEGER NOT NULL, told INTEGER NOT NULL, at INTEGER NOT NULL, publisher TEXT NOT NULL,
  confidence REAL NOT NULL, quote TEXT NOT NULL, names TEXT NOT NULL, detector TEXT NOT NULL, value BLOB NOT NULL);
CREATE INDEX announcements_told ON announcements (told);
CREATE INDEX announcements_of_article ON announcements (article_id);
CREATE TABLE retractions (
  announcement_id TEXT PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL, revision INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE announcement_words USING fts5(
  quote, names, content='announcements', content_rowid='rowid', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER announcement_in AFTER INSERT ON announcements BEGIN
  INSERT INTO announcement_words (rowid, quote, names) VALUES (new.rowid, new.quote, new.names);
END;

CREATE TABLE storylines (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, family TEXT NOT NULL, theatre TEXT NOT NULL, status TEXT NOT NULL,
  at INTEGER NOT NULL, is_empty INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
-- Holds all that the board asks before it reads a row.
CREATE INDEX storylines_board ON storylines (at, status, is_empty, family, theatre, name);
CREATE TABLE storyline_versions (
  storyline_id TEXT, at INTEGER, announcement_id TEXT, change TEXT, value BLOB NOT NULL,
  PRIMARY KEY (storyline_id, at, announcement_id, change)) WITHOUT ROWID;
CREATE INDEX versions_by_time ON storyline_versions (at);
CREATE TABLE members (announcement_id TEXT PRIMARY KEY, storyline_id TEXT NOT NULL, gone TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX members_of ON members (storyline_id);
CREATE TABLE merges (
  storyline_id TEXT PRIMARY KEY, into_id TEXT NOT NULL, at INTEGER NOT NULL, user TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE silences (storyline_id TEXT PRIMARY KEY, until INTEGER, user TEXT, reason TEXT, at INTEGER) WITHOUT ROWID;

CREATE TABLE alerts (
  id TEXT PRIMARY KEY, storyline_id TEXT NOT NULL, type TEXT NOT NULL, relation TEXT NOT NULL, kind TEXT NOT NULL,
  family TEXT NOT NULL, theatre TEXT NOT NULL, at INTEGER NOT NULL, headline TEXT NOT NULL, confidence REAL NOT NULL,
  later_id TEXT NOT NULL, earlier_id TEXT NOT NULL, other_alert TEXT NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX alerts_newest ON alerts (at);
CREATE INDEX alerts_waiting ON alerts (type, relation, confidence);
CREATE INDEX alerts_of ON alerts (storyline_id, at);
CREATE INDEX alerts_on_later ON alerts (later_id);
CREATE INDEX alerts_on_earlier ON alerts (earlier_id);
CREATE TABLE falls (alert_id TEXT PRIMARY KEY, by_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE acknowledgements (
  alert_id TEXT, user TEXT, at INTEGER NOT NULL, PRIMARY KEY (alert_id, user)) WITHOUT ROWID;
CREATE TABLE reviews (
  alert_id TEXT PRIMARY KEY, verdict TEXT NOT NULL, user TEXT NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE suppressions (
  storyline_id TEXT, announcement_id TEXT, earlier_id TEXT, alert_id TEXT, reason TEXT, destination TEXT, detail TEXT,
  at INTEGER, PRIMARY KEY (at, storyline_id, announcement_id, earlier_id, reason, destination)) WITHOUT ROWID;

CREATE TABLE deliveries (
  alert_id TEXT, channel TEXT, destination TEXT, repeat INTEGER, status TEXT NOT NULL, attempt INTEGER NOT NULL,
  detail TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (alert_id, channel, destination, repeat)) WITHOUT ROWID;
CREATE INDEX deliveries_newest ON deliveries (at);
CREATE TABLE delivery_hours (
  destination TEXT, hour INTEGER, good INTEGER NOT NULL, bad INTEGER NOT NULL, PRIMARY KEY (destination, hour)
) WITHOUT ROWID;

CREATE TABLE feeds (
  id TEXT PRIMARY KEY, health TEXT NOT NULL, at INTEGER NOT NULL, next_poll INTEGER, failures INTEGER NOT NULL,
  detail TEXT NOT NULL, polled_well INTEGER, changed INTEGER) WITHOUT ROWID;
CREATE TABLE feed_hours (
  feed_id TEXT, hour INTEGER, good INTEGER NOT NULL, bad INTEGER NOT NULL, new INTEGER NOT NULL,
  PRIMARY KEY (feed_id, hour)) WITHOUT ROWID;

CREATE TABLE dead_letters (
  stage TEXT, topic TEXT, part INTEGER, position INTEGER, key TEXT NOT NULL, type TEXT NOT NULL, error TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (stage, topic, part, position)) WITHOUT ROWID;
CREATE TABLE settlements (
  stage TEXT, topic TEXT, part INTEGER, position INTEGER, what TEXT NOT NULL, user TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (stage, topic, part, position)) WITHOUT ROWID;

CREATE TABLE acts (
  at INTEGER NOT NULL, user TEXT NOT NULL, what TEXT NOT NULL, storyline_id TEXT NOT NULL, alert_id TEXT NOT NULL,
  detail TEXT NOT NULL, record TEXT NOT NULL UNIQUE);
CREATE INDEX acts_newest ON acts (at);
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, storyline_id TEXT NOT NULL, alert_id TEXT NOT NULL,
  text TEXT NOT NULL, at INTEGER NOT NULL);
