package dev.bantam.runtime.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A {@link StoredMessage} in the columns that both tables have in common. */
final class MessageColumns {

  static final String NAMES =
      "topic, payload, qos, retained, content_type, correlation, user_properties, bytes";
  static final String DEFINITIONS =
      "topic TEXT NOT NULL, payload BLOB NOT NULL, qos INTEGER NOT NULL, retained INTEGER NOT NULL,"
          + " content_type TEXT, correlation BLOB, user_properties TEXT NOT NULL, bytes INTEGER NOT NULL";
  static final String PLACES = "?, ?, ?, ?, ?, ?, ?, ?";
  static final int COUNT = 8;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<LinkedHashMap<String, String>> MAP = new TypeReference<>() {};

  private MessageColumns() {}

  /**
   * @param first the number of the first place
   */
  static void set(PreparedStatement statement, int first, StoredMessage message)
      throws SQLException {
    statement.setString(first, message.topic());
    statement.setBytes(first + 1, message.payload().getBytes());
    statement.setInt(first + 2, message.qos());
    statement.setInt(first + 3, message.retained() ? 1 : 0);
    statement.setString(first + 4, message.contentType().orElse(null));
    statement.setBytes(first + 5, message.correlation().map(Buffer::getBytes).orElse(null));
    statement.setString(first + 6, write(message.userProperties()));
    statement.setLong(first + 7, message.bytes());
  }

  static StoredMessage get(ResultSet row, int first) throws SQLException {
    byte[] payload = row.getBytes(first + 1);
    return new StoredMessage(
        row.getString(first),
        Buffer.buffer(payload == null ? new byte[0] : payload),
        row.getInt(first + 2),
        row.getInt(first + 3) != 0,
        Optional.ofNullable(row.getString(first + 4)),
        Optional.ofNullable(row.getBytes(first + 5)).map(Buffer::buffer),
        read(row.getString(first + 6)));
  }

  private static String write(Map<String, String> properties) throws SQLException {
    try {
      return JSON.writeValueAsString(properties);
    } catch (JsonProcessingException e) {
      throw new SQLException("user properties cannot be written", e);
    }
  }

  private static Map<String, String> read(String json) throws SQLException {
    try {
      return JSON.readValue(json, MAP);
    } catch (JsonProcessingException e) {
      throw new SQLException("user properties cannot be read: " + json, e);
    }
  }
}
