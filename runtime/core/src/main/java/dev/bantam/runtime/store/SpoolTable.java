package dev.bantam.runtime.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The messages that wait for the broker, in order, of several channels. Confined to the store's
 * thread, but for {@link #counts}.
 */
final class SpoolTable {

  /** Before it, a clock has not been set: a gateway without a battery wakes up in 1970. */
  private static final long PLAUSIBLE_MS = 1_750_000_000_000L;

  private static final int DROPPED_AT_ONCE = 64;

  private final StoreSettings settings;
  private final LongSupplier clock;
  private long waiting;
  private long bytes;
  private long dropped;
  private volatile SpoolCounts counts = SpoolCounts.NONE;

  /**
   * @param clock milliseconds since 1970
   */
  SpoolTable(StoreSettings settings, LongSupplier clock) {
    this.settings = settings;
    this.clock = clock;
  }

  void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS spool (id INTEGER PRIMARY KEY AUTOINCREMENT,"
              + " channel TEXT NOT NULL, kept_ms INTEGER NOT NULL, "
              + MessageColumns.DEFINITIONS
              + ")");
      statement.execute("CREATE INDEX IF NOT EXISTS spool_by_channel ON spool (channel, id)");
    }
    recount(connection);
    dropOld(connection);
  }

  /** Brings the sums into line with the file. */
  void recount(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet sums =
            statement.executeQuery("SELECT count(*), coalesce(sum(bytes), 0) FROM spool")) {
      sums.next();
      waiting = sums.getLong(1);
      bytes = sums.getLong(2);
    }
    tell();
  }

  /** Keeps a message behind all others, and lets the oldest go for it if need be. */
  long add(Connection connection, String channel, StoredMessage message) throws SQLException {
    dropOld(connection);
    while (waiting > 0 && bytes + message.bytes() > settings.spoolBytes()) {
      drop(connection, "ORDER BY id LIMIT " + DROPPED_AT_ONCE);
    }
    long now = clock.getAsLong();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO spool (channel, kept_ms, "
                + MessageColumns.NAMES
                + ") VALUES (?, ?, "
                + MessageColumns.PLACES
                + ")",
            Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, channel);
      insert.setLong(2, now < PLAUSIBLE_MS ? 0 : now);
      MessageColumns.set(insert, 3, message);
      insert.executeUpdate();
      waiting++;
      bytes += message.bytes();
      tell();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        keys.next();
        return keys.getLong(1);
      }
    }
  }

  private void dropOld(Connection connection) throws SQLException {
    long now = clock.getAsLong();
    if (waiting > 0 && now >= PLAUSIBLE_MS) {
      long oldest = now - settings.spoolAge().toMillis();
      drop(connection, "WHERE kept_ms > 0 AND kept_ms < " + oldest);
    }
  }

  private void drop(Connection connection, String which) throws SQLException {
    long gone = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "DELETE FROM spool WHERE id IN (SELECT id FROM spool "
                    + which
                    + ") RETURNING bytes")) {
      while (rows.next()) {
        gone++;
        bytes -= rows.getLong(1);
      }
    }
    waiting -= gone;
    dropped += gone;
    tell();
  }

  List<Spool.Kept> next(Connection connection, String channel, long after, int limit)
      throws SQLException {
    dropOld(connection);
    List<Spool.Kept> found = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, "
                + MessageColumns.NAMES
                + " FROM spool WHERE channel = ? AND id > ? ORDER BY id LIMIT ?")) {
      select.setString(1, channel);
      select.setLong(2, after);
      select.setInt(3, limit);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(new Spool.Kept(rows.getLong(1), MessageColumns.get(rows, 2)));
        }
      }
    }
    return found;
  }

  void removeUpTo(Connection connection, String channel, long id) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM spool WHERE channel = ? AND id <= ? RETURNING bytes")) {
      delete.setString(1, channel);
      delete.setLong(2, id);
      try (ResultSet rows = delete.executeQuery()) {
        while (rows.next()) {
          waiting--;
          bytes -= rows.getLong(1);
        }
      }
    }
    tell();
  }

  private void tell() {
    counts = new SpoolCounts(waiting, bytes, dropped, 0);
  }

  SpoolCounts counts() {
    return counts;
  }
}
