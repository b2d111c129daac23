package dev.bantam.runtime.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The answers. Confined to the store's thread. */
final class AnswerTable {

  private AnswerTable() {}

  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS answers (id INTEGER PRIMARY KEY, request_topic TEXT NOT NULL,"
              + " payload_hash TEXT NOT NULL, expires INTEGER NOT NULL, until_ms INTEGER NOT NULL, "
              + MessageColumns.DEFINITIONS
              + ")");
    }
  }

  static void add(Connection connection, StoredAnswer answer) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO answers (id, request_topic, payload_hash, expires, until_ms, "
                + MessageColumns.NAMES
                + ") VALUES (?, ?, ?, ?, ?, "
                + MessageColumns.PLACES
                + ")")) {
      insert.setLong(1, answer.id());
      insert.setString(2, answer.requestTopic());
      insert.setString(3, answer.payloadHash());
      insert.setInt(4, answer.expires() ? 1 : 0);
      insert.setLong(5, answer.untilMs());
      MessageColumns.set(insert, 6, answer.message());
      insert.executeUpdate();
    }
  }

  static void removeUpTo(Connection connection, long id) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM answers WHERE id <= ?")) {
      delete.setLong(1, id);
      delete.executeUpdate();
    }
  }

  /** In the order in which they were given. */
  static List<StoredAnswer> all(Connection connection) throws SQLException {
    List<StoredAnswer> answers = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id, request_topic, payload_hash, expires, until_ms, "
                    + MessageColumns.NAMES
                    + " FROM answers ORDER BY id")) {
      while (rows.next()) {
        answers.add(
            new StoredAnswer(
                rows.getLong(1),
                rows.getString(2),
                rows.getString(3),
                MessageColumns.get(rows, 6),
                rows.getInt(4) != 0,
                rows.getLong(5)));
      }
    }
    return answers;
  }
}
