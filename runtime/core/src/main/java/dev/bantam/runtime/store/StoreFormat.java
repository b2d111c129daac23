package dev.bantam.runtime.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The version of the file's form. It stands in SQLite's {@code user_version}, which is 0 in a new
 * file and in those of before versions were written, whose form is that of version 1.
 */
final class StoreFormat {

  /** The version that this Bantam writes. */
  static final int FORMAT = 1;

  private StoreFormat() {}

  /**
   * Sees to it that the file is one that this Bantam understands.
   *
   * @throws IOException if a newer Bantam has written it; it stays as it is
   */
  static void require(Path file, Connection connection) throws SQLException, IOException {
    int found = version(connection);
    if (found > FORMAT) {
      throw new IOException(
          "%s was written by a newer Bantam (format %d, this one reads up to %d) and stays as it is; update Bantam, or move the file away for a new one"
              .formatted(file, found, FORMAT));
    }
  }

  /** Makes the tables of this format where they are not there, and marks the file, if need be. */
  static void create(Connection connection, SpoolTable spool) throws SQLException {
    if (version(connection) == FORMAT) {
      AnswerTable.create(connection);
    } else {
      execute(connection, "BEGIN");
      execute(connection, "PRAGMA user_version = " + FORMAT);
      AnswerTable.create(connection);
      execute(connection, "COMMIT");
    }
    spool.create(connection);
  }

  private static void execute(Connection connection, String command) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  private static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA user_version")) {
      return row.next() ? row.getInt(1) : 0;
    }
  }
}
