package dev.bantam.broker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** A packet as it came from the broker: first byte and body, with readers for what tests ask. */
record Packet(int first, byte[] body, boolean v5) {

  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int PUBREC = 5;
  static final int PUBREL = 6;
  static final int PUBCOMP = 7;
  static final int SUBACK = 9;
  static final int UNSUBACK = 11;
  static final int PINGRESP = 13;
  static final int DISCONNECT = 14;

  int type() {
    return first >> 4;
  }

  int qos() {
    return (first >> 1) & 3;
  }

  boolean retain() {
    return (first & 1) != 0;
  }

  boolean dup() {
    return (first & 8) != 0;
  }

  /** Packet identifier of all but CONNACK, DISCONNECT and PINGRESP. */
  int id() {
    int at = type() == PUBLISH ? 2 + unsigned16(0) : 0;
    return unsigned16(at);
  }

  /** Reason code of an acknowledgement, CONNACK or DISCONNECT; 0 where it is left out. */
  int reason() {
    int at =
        switch (type()) {
          case CONNACK -> 1;
          case DISCONNECT -> 0;
          case SUBACK, UNSUBACK -> body.length - 1;
          default -> 2;
        };
    return body.length > at ? body[at] & 0xFF : 0;
  }

  boolean sessionPresent() {
    return (body[0] & 1) != 0;
  }

  String topic() {
    return new String(body, 2, unsigned16(0), StandardCharsets.UTF_8);
  }

  byte[] payloadBytes() {
    int at = propertiesAt();
    if (v5) {
      ByteBuffer buffer = ByteBuffer.wrap(body, at, body.length - at);
      int length = variableInteger(buffer);
      at = buffer.position() + length;
    }
    return java.util.Arrays.copyOfRange(body, at, body.length);
  }

  String payload() {
    return new String(payloadBytes(), StandardCharsets.UTF_8);
  }

  private int propertiesAt() {
    return switch (type()) {
      case PUBLISH -> 2 + unsigned16(0) + (qos() > 0 ? 2 : 0);
      case CONNACK, SUBACK, UNSUBACK -> 2;
      case DISCONNECT -> 1;
      default -> 3;
    };
  }

  /** Properties by identifier; values as numbers, text or hexadecimal; repeated ones joined. */
  Map<Integer, String> properties() {
    Map<Integer, String> found = new LinkedHashMap<>();
    int at = propertiesAt();
    if (at >= body.length) {
      return found;
    }
    ByteBuffer buffer = ByteBuffer.wrap(body, at, body.length - at);
    int end = variableInteger(buffer);
    end += buffer.position();
    while (buffer.position() < end) {
      int id = buffer.get() & 0xFF;
      found.merge(id, value(id, buffer), (a, b) -> a + "," + b);
    }
    return found;
  }

  private static String value(int id, ByteBuffer buffer) {
    return switch (id) {
      case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A -> "" + (buffer.get() & 0xFF);
      case 0x13, 0x21, 0x22, 0x23 -> "" + (buffer.getShort() & 0xFFFF);
      case 0x02, 0x11, 0x18, 0x27 -> "" + (buffer.getInt() & 0xFFFF_FFFFL);
      case 0x0B -> "" + variableInteger(buffer);
      case 0x09, 0x16 -> HexFormat.of().formatHex(field(buffer));
      case 0x26 -> text(buffer) + "=" + text(buffer);
      default -> text(buffer);
    };
  }

  private static String text(ByteBuffer buffer) {
    return new String(field(buffer), StandardCharsets.UTF_8);
  }

  private static byte[] field(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.getShort() & 0xFFFF];
    buffer.get(bytes);
    return bytes;
  }

  private static int variableInteger(ByteBuffer buffer) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      int digit = buffer.get();
      value |= (digit & 0x7F) << shift;
      if (digit >= 0) {
        return value;
      }
    }
  }

  private int unsigned16(int at) {
    return (body[at] & 0xFF) << 8 | (body[at + 1] & 0xFF);
  }

  @Override
  public String toString() {
    return "Packet[type="
        + type()
        + ", reason/flags="
        + first
        + ", "
        + HexFormat.of().formatHex(body, 0, Math.min(body.length, 64))
        + "]";
  }
}
