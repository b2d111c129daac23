package dev.bantam.runtime.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** MQTT 5's data types (specification section 1.5), as far as {@link WireRepair} needs them. */
final class Wire {

  static final int MAX_VAR_INT_BYTES = 4;

  static final int PAYLOAD_FORMAT = 0x01;
  static final int MESSAGE_EXPIRY = 0x02;
  static final int CONTENT_TYPE = 0x03;
  static final int RESPONSE_TOPIC = 0x08;
  static final int CORRELATION_DATA = 0x09;
  static final int SUBSCRIPTION_IDENTIFIER = 0x0B;
  static final int SESSION_EXPIRY = 0x11;
  static final int ASSIGNED_CLIENT = 0x12;
  static final int SERVER_KEEP_ALIVE = 0x13;
  static final int RESPONSE_INFORMATION = 0x1A;
  static final int SERVER_REFERENCE = 0x1C;
  static final int AUTH_METHOD = 0x15;
  static final int AUTH_DATA = 0x16;
  static final int REASON_STRING = 0x1F;
  static final int RECEIVE_MAXIMUM = 0x21;
  static final int TOPIC_ALIAS_MAXIMUM = 0x22;
  static final int TOPIC_ALIAS = 0x23;
  static final int USER_PROPERTY = 0x26;
  static final int MAXIMUM_PACKET_SIZE = 0x27;

  private Wire() {}

  static int uint16(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
  }

  static long uint32(byte[] bytes, int at) {
    return (long) uint16(bytes, at) << 16 | uint16(bytes, at + 2);
  }

  /** A variable byte integer of at most four bytes. */
  static int varInt(byte[] bytes, int at) {
    int value = 0;
    for (int i = 0; i < MAX_VAR_INT_BYTES; i++) {
      value |= (bytes[at + i] & 0x7F) << (7 * i);
      if ((bytes[at + i] & 0x80) == 0) {
        break;
      }
    }
    return value;
  }

  /** How many bytes {@link #varInt} reads there. */
  static int varIntLength(byte[] bytes, int at) {
    int length = 1;
    while (length < MAX_VAR_INT_BYTES && (bytes[at + length - 1] & 0x80) != 0) {
      length++;
    }
    return length;
  }

  static void writeVarInt(ByteArrayOutputStream out, int value) {
    int rest = value;
    do {
      int digit = rest & 0x7F;
      rest >>>= 7;
      out.write(rest > 0 ? digit | 0x80 : digit);
    } while (rest > 0);
  }

  static void writeUint16(ByteArrayOutputStream out, int value) {
    out.write(value >>> 8);
    out.write(value);
  }

  static void writeText(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writeUint16(out, bytes.length);
    out.writeBytes(bytes);
  }

  static void writeUserProperty(ByteArrayOutputStream out, String name, String value) {
    out.write(USER_PROPERTY);
    writeText(out, name);
    writeText(out, value);
  }

  /**
   * The size of a property's value.
   *
   * @return -1 for an unknown property
   */
  static int valueLength(byte[] bytes, int identifier, int at) {
    return switch (identifier) {
      case PAYLOAD_FORMAT, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A -> 1;
      case SERVER_KEEP_ALIVE, RECEIVE_MAXIMUM, TOPIC_ALIAS_MAXIMUM, TOPIC_ALIAS -> 2;
      case MESSAGE_EXPIRY, SESSION_EXPIRY, 0x18, MAXIMUM_PACKET_SIZE -> 4;
      case SUBSCRIPTION_IDENTIFIER -> varIntLength(bytes, at);
      case CONTENT_TYPE,
          RESPONSE_TOPIC,
          CORRELATION_DATA,
          ASSIGNED_CLIENT,
          AUTH_METHOD,
          AUTH_DATA,
          RESPONSE_INFORMATION,
          SERVER_REFERENCE,
          REASON_STRING ->
          2 + uint16(bytes, at);
      case USER_PROPERTY -> {
        int name = 2 + uint16(bytes, at);
        yield name + 2 + uint16(bytes, at + name);
      }
      default -> -1;
    };
  }
}
